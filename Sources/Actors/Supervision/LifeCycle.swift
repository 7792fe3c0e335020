import Engine

/// The life of something supervised (a connector or a task), as a pure state machine: events in, one action out.
///
/// - *idle*: → running on `begin`; → stopped on `stop`.
/// - *running*: a generation is at work. → draining on `stop` or `restart`; → waiting when it fails and the policy allows a
///   restart; → failed when it does not; → ended when it returns by itself.
/// - *draining*: the generation was asked to end. When it has (well or not): → stopped or running, as asked for. A `stop` wins
///   over a `restart`.
/// - *waiting*: for the next try. → running on its timer or on `restart`; → stopped on `stop`.
/// - *failed*, *ended*: for a person. → running on `restart`, with the restart count begun anew; → stopped on `stop`.
/// - *stopped*: for good.
struct LifeCycle: Sendable {
    enum State: Sendable, Equatable {
        case idle
        case running
        case draining(thenRestart: Bool)
        case waiting(until: Duration, attempt: Int)
        case failed
        case ended
        case stopped
    }

    enum Event: Sendable {
        case begin
        /// The generation of this number returned by itself.
        case ended(generation: Int)
        /// The generation of this number threw. `hasProgressed`: it got something done before.
        case failed(generation: Int, ErrorClass, hasProgressed: Bool)
        /// The timer set for this generation number went off.
        case timer(generation: Int)
        case stop
        case restart
    }

    enum Action: Sendable, Equatable {
        case none
        /// Start a generation of this number.
        case launch(generation: Int)
        /// Ask the running generation to end; cancel it after the deadline.
        case drain
        /// Set the timer for this generation number.
        case wait(generation: Int, after: Duration, attempt: Int)
        /// Say that a person is needed, and why.
        case park(RestartMachine.FailReason?)
        /// Nothing more will happen.
        case exit
    }

    private(set) var state = State.idle
    private(set) var generation = 0
    private var restarts: RestartMachine

    init(policy: RestartPolicy) {
        restarts = RestartMachine(policy: policy)
    }

    var restartCount: Int { restarts.restartCount }

    mutating func event(_ event: Event, now: Duration, jitter: Double) -> Action {
        switch (state, event) {
        case (.idle, .begin):
            return launch()
        case (.running, .ended(let number)) where number == generation:
            state = .ended
            return .park(nil)
        case (.running, .failed(let number, let errorClass, let hasProgressed)) where number == generation:
            if hasProgressed { restarts.progressed() }
            switch restarts.failed(errorClass, at: now, jitter: jitter) {
            case .restart(let wait, let attempt):
                state = .waiting(until: now + wait, attempt: attempt)
                return .wait(generation: generation, after: wait, attempt: attempt)
            case .fail(let reason):
                state = .failed
                return .park(reason)
            }
        case (.draining(let thenRestart), .ended(let number)) where number == generation,
            (.draining(let thenRestart), .failed(let number, _, _)) where number == generation:
            if thenRestart { return launch() }
            state = .stopped
            return .exit
        case (.waiting, .timer(let number)) where number == generation:
            return launch()
        case (.waiting, .restart), (.failed, .restart), (.ended, .restart):
            restarts.reset()
            return launch()
        case (.running, .restart):
            restarts.reset()
            state = .draining(thenRestart: true)
            return .drain
        case (.running, .stop):
            state = .draining(thenRestart: false)
            return .drain
        case (.draining, .stop):
            state = .draining(thenRestart: false)
            return .none
        case (.idle, .stop), (.waiting, .stop), (.failed, .stop), (.ended, .stop):
            state = .stopped
            return .exit
        default:
            // What comes late (a timer of an earlier generation, a stop after the end) changes nothing.
            return .none
        }
    }

    private mutating func launch() -> Action {
        generation += 1
        state = .running
        return .launch(generation: generation)
    }
}
