import Testing

@testable import EmbeddedBroker

@Suite("Broker timers")
struct BrokerTimersTests {
    @Test("run by deadline, then in the order they were set; cancelled ones do not")
    func order() {
        let timers = BrokerTimers()
        var ran: [String] = []
        timers.schedule(at: 20) { ran.append("c") }
        timers.schedule(at: 10) { ran.append("a") }
        let cancelled = timers.schedule(at: 5) { ran.append("never") }
        timers.schedule(at: 10) {
            ran.append("b")
            timers.schedule(at: 15) { ran.append("set while running") }
        }
        timers.cancel(cancelled)
        #expect(timers.nextDeadline == 10)
        timers.fire(now: 9)
        #expect(ran.isEmpty)
        timers.fire(now: 15)
        #expect(ran == ["a", "b", "set while running"])
        timers.fire(now: 100)
        #expect(ran.last == "c")
        #expect(timers.nextDeadline == nil)
    }

    @Test("fire in sorted order whatever order they came in")
    func sorted() {
        let timers = BrokerTimers()
        var ran: [Int64] = []
        for _ in 0..<500 {
            let deadline = Int64.random(in: 0..<100)
            timers.schedule(at: deadline) { ran.append(deadline) }
        }
        timers.fire(now: 100)
        #expect(ran.count == 500)
        #expect(ran == ran.sorted())
    }
}
