import Logging
import Testing

@testable import connectd

@Suite("Log lines")
struct LogFormatTests {
    private func entry(_ message: String, _ metadata: Logger.Metadata = [:], level: Logger.Level = .info) -> LogEntry {
        LogEntry(epochMilliseconds: 1_795_370_462_345, level: level, message: message, metadata: metadata)
    }

    @Test("A text line has time, level, message, then the place, then the rest by name")
    func textOrder() {
        let line = TextLogFormat(colour: false).line(
            entry(
                "Started",
                ["zeta": "1", "partition": "3", "alpha": "2", "task": "0", "topic": "t", "connector": "orders"]
            )
        )
        #expect(
            line
                == "2026-11-22T18:01:02.345Z INFO  Started connector=orders task=0 topic=t partition=3 alpha=2 zeta=1\n"
        )
    }

    @Test("A text line stays one line, and quotes only what needs it")
    func textQuoting() {
        let line = TextLogFormat(colour: false).line(
            entry("a\nb\u{1b}[31m", ["path": "x y", "empty": "", "quote": "say \"hi\" \\", "plain": "ü/ß"])
        )
        #expect(
            line == "2026-11-22T18:01:02.345Z INFO  a\\nb\\u{1b}[31m empty=\"\" path=\"x y\" plain=ü/ß "
                + "quote=\"say \\\"hi\\\" \\\\\"\n"
        )
    }

    @Test("Colour is there only when asked for", arguments: [true, false])
    func colour(_ colour: Bool) {
        let line = TextLogFormat(colour: colour).line(entry("x", level: .error))
        #expect(line.contains("\u{1b}[") == colour)
    }

    @Test("Lists and maps are written out, maps by name")
    func nested() {
        let metadata: Logger.Metadata = ["list": ["a", "b"], "map": ["y": "2", "x": "1"]]
        #expect(TextLogFormat(colour: false).line(entry("m", metadata)).hasSuffix(" m list=[a,b] map={x:1,y:2}\n"))
        #expect(
            JSONLogFormat().line(entry("m", metadata)).hasSuffix(
                #""message":"m","list":["a","b"],"map":{"x":"1","y":"2"}}"# + "\n"
            )
        )
    }

    @Test("A JSON line is one object with the fields as members")
    func json() {
        let line = JSONLogFormat().line(
            entry("say \"hi\"\n\u{1}\u{7f}ü", ["task": "0", "connector": "orders", "level": "mine"], level: .warning)
        )
        #expect(
            line == #"{"time":"2026-11-22T18:01:02.345Z","level":"warning","message":"say \"hi\"\n\u0001\u007fü","#
                + #""connector":"orders","task":"0","field.level":"mine"}"# + "\n"
        )
    }

    @Test(
        "Times are UTC",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (951_868_799_999, "2000-02-29T23:59:59.999Z"),
            (951_868_800_000, "2000-03-01T00:00:00.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (1_735_689_599_000, "2024-12-31T23:59:59.000Z"),
            (1_735_689_600_000, "2025-01-01T00:00:00.000Z"),
            (-2_208_988_800_000, "1900-01-01T00:00:00.000Z"),
        ] as [(Int64, String)]
    )
    func times(_ milliseconds: Int64, _ text: String) {
        #expect(UTCTime.format(epochMilliseconds: milliseconds) == text)
    }

    @Test("Java's names of levels are taken too")
    func levels() {
        #expect(LogLevel(argument: "WARN") == .warning)
        #expect(LogLevel(argument: "Fatal") == .critical)
        #expect(LogLevel(argument: "debug") == .debug)
        #expect(LogLevel(argument: "loud") == nil)
    }
}
