import Engine
import Logging

/// Keeps one thing running under a restart policy: launches its generations, and decides through ``LifeCycle`` what follows when
/// one ends. A failure or a hang in here never reaches a neighbour.
actor SupervisedActor {
    typealias MakeGeneration = @Sendable (_ isPaused: Bool) async throws -> any TaskGeneration

    struct Settings: Sendable {
        var policy: RestartPolicy
        /// `task.shutdown.graceful.timeout.ms`: how long a drain may take before the generation is cancelled.
        var stopTimeout: Duration
    }

    private let settings: Settings
    private let world: World
    private let makeGeneration: MakeGeneration
    private let counters: TaskCounters?
    private let logger: Logger

    private var life: LifeCycle
    private var generation: (any TaskGeneration)?
    private var isStarted = false
    private var isPaused: Bool
    private var lastError: (any Error)?
    private var deliveredAtLaunch = 0
    private var timer: Task<Void, any Error>?
    private var isDrainRequested = false

    private let events: AsyncStream<(LifeCycle.Event, (any Error)?)>
    private let post: AsyncStream<(LifeCycle.Event, (any Error)?)>.Continuation

    init(
        settings: Settings,
        isPaused: Bool,
        world: World,
        counters: TaskCounters?,
        logger: Logger,
        makeGeneration: @escaping MakeGeneration
    ) {
        self.settings = settings
        self.isPaused = isPaused
        self.world = world
        self.counters = counters
        self.logger = logger
        self.makeGeneration = makeGeneration
        self.life = LifeCycle(policy: settings.policy)
        (events, post) = AsyncStream.makeStream()
    }

    /// Runs until stopped. Called once.
    func run() async {
        post.yield((.begin, nil))
        for await (event, error) in events {
            if let error { lastError = error }
            let action = life.event(event, now: world.clock.now(), jitter: world.random())
            perform(action)
            if action == .exit { break }
        }
        timer?.cancel()
        post.finish()
    }

    /// Asks for a good end; ``run()`` returns when it has come.
    nonisolated func stop() { post.yield((.stop, nil)) }

    /// Starts anew, with the restart count begun anew: what a person asks for.
    nonisolated func restart() { post.yield((.restart, nil)) }

    /// Fails the running generation from outside (its connector wants it restarted for a reason of its own).
    func setPaused(_ paused: Bool) async {
        isPaused = paused
        await generation?.setPaused(paused)
    }

    /// What statuses show.
    var status: LifeStatus {
        let (state, nextTry): (LifeStatus.State, Duration?) =
            switch life.state {
            case .idle: (.unassigned, nil)
            case .running, .ended: (!isStarted ? .unassigned : isPaused ? .paused : .running, nil)
            case .draining(let thenRestart): (thenRestart ? .restarting : .running, nil)
            case .waiting(let until, _): (.restarting, until - world.clock.now())
            case .failed: (.failed, nil)
            case .stopped: (.stopped, nil)
            }
        let showsError = state == .failed || state == .restarting
        return LifeStatus(
            state: state,
            trace: showsError ? lastError.map(ErrorText.trace) : nil,
            generation: life.generation,
            restartCount: life.restartCount,
            nextTryIn: nextTry
        )
    }

    private func perform(_ action: LifeCycle.Action) {
        switch action {
        case .none, .exit: break
        case .launch(let number): launch(number)
        case .drain:
            isDrainRequested = true
            if let generation { drain(generation) }
        case .wait(let number, let wait, let attempt):
            logger.error(
                "failed, restarting: \(lastError.map(ErrorText.describe) ?? "")",
                metadata: ["attempt": "\(attempt)", "restart_in": "\(wait.text)"]
            )
            // The deadline counts from now, not from when the timer's task gets its turn.
            let deadline = world.clock.now() + wait
            timer = Task { [world, post] in
                try await world.clock.sleep(until: deadline)
                post.yield((.timer(generation: number), nil))
            }
        case .park(let reason):
            guard let reason else { break }
            logger.error(
                "FAILED, waiting for a restart by hand: \(lastError.map(ErrorText.describe) ?? "")",
                metadata: ["why": "\(Self.explain(reason))"]
            )
        }
    }

    private func launch(_ number: Int) {
        timer?.cancel()
        generation = nil
        isStarted = false
        isDrainRequested = false
        deliveredAtLaunch = counters?.snapshot.delivered ?? 0
        Task { [post, makeGeneration, isPaused] in
            do {
                let generation = try await makeGeneration(isPaused)
                self.install(generation, number: number)
                try await generation.run { await self.noteStarted(number) }
                post.yield((.ended(generation: number), nil))
            } catch {
                let hasProgressed = (self.counters?.snapshot.delivered ?? 0) > self.deliveredAtLaunch
                post.yield(
                    (.failed(generation: number, ErrorClass.of(error), hasProgressed: hasProgressed), error)
                )
            }
        }
    }

    private func install(_ generation: any TaskGeneration, number: Int) {
        guard number == life.generation else { return }
        self.generation = generation
        if isDrainRequested { drain(generation) }
    }

    private func noteStarted(_ number: Int) {
        guard number == life.generation else { return }
        isStarted = true
        lastError = nil
        logger.info(number > 1 ? "started again" : "started")
    }

    private func drain(_ generation: any TaskGeneration) {
        Task { await generation.drain() }
        let deadline = world.clock.now() + settings.stopTimeout
        timer = Task { [world] in
            try await world.clock.sleep(until: deadline)
            await generation.cancel()
        }
    }

    private static func explain(_ reason: RestartMachine.FailReason) -> String {
        switch reason {
        case .errorClass(let errorClass): "an error of class \(errorClass.rawValue): trying again cannot help"
        case .budget(let attempts): "\(attempts) restarts within task.restart.window.ms did not help"
        case .disabled: "task.restart.enable is false"
        }
    }
}

/// The state of a connector or task, for statuses.
///
/// Source: `org.apache.kafka.connect.runtime.AbstractStatus`.
public struct LifeStatus: Sendable, Hashable {
    /// Connect's names.
    public enum State: String, Sendable, Hashable {
        case unassigned = "UNASSIGNED"
        case running = "RUNNING"
        case paused = "PAUSED"
        case failed = "FAILED"
        case restarting = "RESTARTING"
        case stopped = "STOPPED"
    }

    /// The state.
    public var state: State
    /// The error with its causes, when failed or between restarts.
    public var trace: String?
    /// How often it was launched.
    public var generation: Int
    /// Restarts by the supervisor since a person last had a hand in it.
    public var restartCount: Int
    /// The time until the next try, between restarts.
    public var nextTryIn: Duration?
}
