import Testing

@testable import Engine

@Suite("RestartMachine")
struct RestartMachineTests {
    private let policy = RestartPolicy(
        maximumAttempts: 3,
        window: .seconds(100),
        initialBackoff: .seconds(1),
        maximumBackoff: .seconds(4),
        resetAfter: .seconds(50)
    )

    private func wait(_ decision: RestartMachine.Decision) -> Duration? {
        if case .restart(let wait, _) = decision { wait } else { nil }
    }

    @Test func waitsDoubleUpToTheMaximumAndTheBudgetEnds() {
        var machine = RestartMachine(
            policy: RestartPolicy(maximumAttempts: 5, initialBackoff: .seconds(1), maximumBackoff: .seconds(4))
        )
        var waits: [Duration?] = []
        for second in 0..<5 { waits.append(wait(machine.failed(.bug, at: .seconds(second), jitter: 0.5))) }
        #expect(waits == [.seconds(1), .seconds(2), .seconds(4), .seconds(4), .seconds(4)])
        let decision1 = machine.failed(.bug, at: .seconds(6), jitter: 0.5)
        #expect(decision1 == .fail(.budget(attempts: 5)))
        #expect(machine.restartCount == 5)
    }

    @Test func jitterSpreadsByAFifth() throws {
        var machine = RestartMachine(policy: policy)
        let decision2 = machine.failed(.transient, at: .zero, jitter: 0)
        #expect(wait(decision2) == .milliseconds(800))
        var other = RestartMachine(policy: policy)
        let longest = try #require(wait(other.failed(.transient, at: .zero, jitter: 0.999)))
        #expect(longest < .milliseconds(1200) && longest > .milliseconds(1190))
    }

    @Test(arguments: [ErrorClass.configuration, .data])
    func whatTryingAgainCannotHelpFailsAtOnce(errorClass: ErrorClass) {
        var machine = RestartMachine(policy: policy)
        let decision3 = machine.failed(errorClass, at: .zero, jitter: 0)
        #expect(decision3 == .fail(.errorClass(errorClass)))
    }

    @Test func credentialsAreRetriedSlowly() {
        var machine = RestartMachine(policy: policy)
        let decision4 = machine.failed(.authentication, at: .zero, jitter: 0.5)
        #expect(wait(decision4) == .seconds(4))
    }

    @Test func failuresLeaveTheWindow() {
        var machine = RestartMachine(policy: policy)
        for second in [0, 40, 80] {
            let decision = machine.failed(.bug, at: .seconds(second), jitter: 0.5)
            #expect(wait(decision) != nil)
        }
        let decision5 = machine.failed(.bug, at: .seconds(101), jitter: 0.5)
        #expect(wait(decision5) != nil, "the first has left the window")
        let decision6 = machine.failed(.bug, at: .seconds(102), jitter: 0.5)
        #expect(decision6 == .fail(.budget(attempts: 3)))
    }

    @Test func aQuietPeriodBeginsAnew() {
        var machine = RestartMachine(policy: policy)
        for second in 0..<3 { _ = machine.failed(.bug, at: .seconds(second), jitter: 0.5) }
        let decision7 = machine.failed(.bug, at: .seconds(60), jitter: 0.5)
        #expect(wait(decision7) == .seconds(1))
    }

    @Test func progressBeginsAnew() {
        var machine = RestartMachine(policy: policy)
        for second in 0..<3 { _ = machine.failed(.bug, at: .seconds(second), jitter: 0.5) }
        machine.progressed()
        let decision8 = machine.failed(.bug, at: .seconds(4), jitter: 0.5)
        #expect(wait(decision8) == .seconds(1))
    }

    @Test func offMeansOff() {
        var machine = RestartMachine(policy: RestartPolicy(isEnabled: false))
        let decision9 = machine.failed(.transient, at: .zero, jitter: 0)
        #expect(decision9 == .fail(.disabled))
    }
}
