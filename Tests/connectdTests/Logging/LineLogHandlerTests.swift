import Engine
import Logging
import Synchronization
import Testing

@testable import connectd

@Suite("The log handler")
struct LineLogHandlerTests {
    private struct FixedClock: WorkerClock {
        func now() -> Duration { .zero }
        func epochMilliseconds() -> Int64 { 1000 }
        func sleep(until deadline: Duration) async throws {}
    }

    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    private struct Failure: Error, CustomStringConvertible {
        let description = "disk full"
    }

    @Test("The call's fields win over the logger's, an error becomes a field, lower levels are silent")
    func merging() {
        let lines = Lines()
        var logger = Logger(label: "test") { _ in
            LineLogHandler(
                level: .info,
                clock: FixedClock(),
                render: TextLogFormat(colour: false).line,
                write: { line in lines.all.withLock { $0.append(line) } }
            )
        }
        logger[metadataKey: "connector"] = "orders"
        logger[metadataKey: "task"] = "0"
        logger.debug("not shown")
        logger.error("Cannot flush", error: Failure(), metadata: ["task": "1"])
        #expect(
            lines.all.withLock { $0 } == [
                "1970-01-01T00:00:01.000Z ERROR Cannot flush connector=orders task=1 error=\"disk full\"\n"
            ]
        )
    }
}
