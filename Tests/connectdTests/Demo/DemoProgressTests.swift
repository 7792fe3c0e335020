import Testing

@testable import connectd

@Suite("The demo's progress")
struct DemoProgressTests {
    private let counts = DemoCounts(
        writtenBytes: 20_000_000,
        writtenRecords: 212_345,
        arrivedBytes: 16_000_000,
        arrivedRecords: 200_000
    )

    @Test("A piped line says how far, how many, how fast, how much is on its way")
    func plain() {
        #expect(
            DemoProgress(goal: 64_000_000).line(counts, elapsed: .milliseconds(500))
                == " 25%  16.0 MB of 64.0 MB  200,000 records  32.0 MB/s  lag 12,345 records"
        )
    }

    @Test("A terminal's line never wraps", arguments: [20, 60, 80, 100, 200])
    func bar(_ columns: Int) {
        let line = DemoProgress(goal: 64_000_000).line(counts, elapsed: .seconds(1), columns: columns)
        #expect(line.count < columns)
        #expect(line.contains("=") == (columns >= 100))
    }

    @Test("The totals count what arrived")
    func summary() {
        #expect(
            DemoProgress(goal: 1).summary(counts, elapsed: .seconds(2))
                == "Moved 16.0 MB in 200,000 records through Kafka and back in 2.0 s: 8.0 MB/s, 100,000 records/s."
        )
    }

    @Test(
        "Digits stand in groups of three",
        arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")]
    )
    func grouping(_ number: Int, _ text: String) {
        #expect(DemoProgress.grouped(number) == text)
    }
}
