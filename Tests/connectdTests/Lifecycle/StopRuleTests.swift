import Testing
import UnixSignals

@testable import connectd

@Suite("What signals mean")
struct StopRuleTests {
    @Test(
        "The first drains, the second ends with its own code",
        arguments: [
            (UnixSignal.sigint, ExitStatus.interrupted), (.sigterm, .terminated),
        ]
    )
    func second(_ signal: UnixSignal, _ status: connectd.ExitStatus) {
        for first in [UnixSignal.sigint, .sigterm] {
            var rule = StopRule()
            #expect(rule.first == nil)
            #expect(rule.event(first, at: .seconds(5)) == .drain)
            #expect(rule.event(signal, at: .seconds(6)) == .exit(status))
            #expect(rule.first == first)
        }
    }

    @Test("An echo of the first is not a second; another signal is, however soon")
    func echo() {
        var rule = StopRule()
        #expect(rule.event(.sigterm, at: .seconds(5)) == .drain)
        #expect(rule.event(.sigterm, at: .milliseconds(5099)) == .ignore)
        #expect(rule.event(.sigint, at: .milliseconds(5099)) == .exit(.interrupted))
        #expect(rule.event(.sigterm, at: .milliseconds(5100)) == .exit(.terminated))
    }
}
