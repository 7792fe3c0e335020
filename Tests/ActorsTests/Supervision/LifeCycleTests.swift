import Engine
import Testing

@testable import Actors

@Suite("LifeCycle")
struct LifeCycleTests {
    /// Random events against the rules that hold in every history: one generation at a time, numbers that grow, nothing after
    /// `exit`, and a stop that always leads there.
    @Test(arguments: 0..<300)
    func holdsItsRules(seed: Int) {
        var random = SystemRandomNumberGenerator()
        var life = LifeCycle(policy: RestartPolicy(maximumAttempts: 3, window: .seconds(50)))
        var running: Int?
        var timer: Int?
        var lastLaunched = 0
        var isStopAsked = false
        var hasExited = false
        var now = Duration.zero

        func send(_ event: LifeCycle.Event) {
            let action = life.event(event, now: now, jitter: 0.5)
            if hasExited { #expect(action == .none) }
            switch action {
            case .none, .park: break
            case .launch(let number):
                #expect(running == nil, "two generations at a time")
                #expect(number > lastLaunched)
                #expect(!isStopAsked, "launched after a stop")
                lastLaunched = number
                running = number
                timer = nil
            case .drain: #expect(running != nil)
            case .wait(let number, let wait, _):
                #expect(running == nil && wait > .zero)
                timer = number
            case .exit:
                #expect(running == nil, "ended with a generation at work")
                hasExited = true
            }
        }

        send(.begin)
        for _ in 0..<60 {
            now += .seconds(Int.random(in: 0...10, using: &random))
            switch Int.random(in: 0..<12, using: &random) {
            case 0..<4:
                guard let number = running else { continue }
                running = nil
                let errorClass = ErrorClass.allCases.randomElement(using: &random) ?? .bug
                send(.failed(generation: number, errorClass, hasProgressed: Bool.random(using: &random)))
            case 4:
                guard let number = running else { continue }
                running = nil
                send(.ended(generation: number))
            case 5..<8:
                if let number = timer { send(.timer(generation: number)) }
            case 8: send(.timer(generation: Int.random(in: 0...lastLaunched, using: &random) - 1))
            case 9: send(.ended(generation: lastLaunched - 1))
            case 10: send(.restart)
            default:
                if Int.random(in: 0..<6, using: &random) == 0 {
                    isStopAsked = true
                    send(.stop)
                }
            }
        }
        isStopAsked = true
        send(.stop)
        if let number = running {
            running = nil
            send(.ended(generation: number))
        }
        #expect(hasExited)
        #expect(life.state == .stopped)
    }

    @Test func aRestartByHandBeginsTheCountAnew() {
        var life = LifeCycle(policy: RestartPolicy(maximumAttempts: 1))
        var actions = [life.event(.begin, now: .zero, jitter: 0.5)]
        actions.append(life.event(.failed(generation: 1, .bug, hasProgressed: false), now: .seconds(1), jitter: 0.5))
        actions.append(life.event(.timer(generation: 1), now: .seconds(2), jitter: 0.5))
        actions.append(life.event(.failed(generation: 2, .bug, hasProgressed: false), now: .seconds(3), jitter: 0.5))
        #expect(life.state == .failed)
        actions.append(life.event(.restart, now: .seconds(4), jitter: 0.5))
        #expect(life.restartCount == 0)
        #expect(
            actions == [
                .launch(generation: 1),
                .wait(generation: 1, after: .seconds(1), attempt: 1),
                .launch(generation: 2),
                .park(.budget(attempts: 1)),
                .launch(generation: 3),
            ]
        )
    }

    @Test func aStopWinsOverARestart() {
        var life = LifeCycle(policy: RestartPolicy())
        _ = life.event(.begin, now: .zero, jitter: 0)
        let drain = life.event(.restart, now: .zero, jitter: 0)
        let stop = life.event(.stop, now: .zero, jitter: 0)
        let end = life.event(.ended(generation: 1), now: .zero, jitter: 0)
        #expect([drain, stop, end] == [.drain, .none, .exit])
    }
}
