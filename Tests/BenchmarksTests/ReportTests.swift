import ArgumentParser
import Engine
import Testing

@testable import Benchmarks

struct ReportTests {
    @Test func mediansAreTakenFigureByFigure() throws {
        let rounds = try [round(first: 1, control: 2), round(first: 4, control: 2), round(first: 2, control: 2)]
        let medians = try #require(RoundResult.medians(of: rounds))
        // A round of s seconds moves 1 MB, that is 1 / s MB/s.
        #expect(medians.first.megabytesPerSecond == 0.5)
        #expect(medians.control?.megabytesPerSecond == 0.5)
        #expect(medians.ratio == 1)
        #expect(RoundResult.medians(of: []) == nil)
        #expect([3.0, 1, 2, 10].median == 2.5)
    }

    @Test func jsonHasTheKeysOfItsReaders() throws {
        let result = try round(first: 2, control: 1)
        let line = try JSONValue.parse(JSONReport.line(result, isSummary: false, round: 3))
        #expect(line["scenario"]?.stringValue == "file-to-kafka")
        #expect(line["record_bytes"]?.int64Value == 100)
        #expect(line["mb_per_s"]?.numberValue?.double == 0.5)
        #expect(line["records_per_s"]?.int64Value == 5000)
        #expect(line["cpu_s_per_gb"]?.numberValue?.double == 3000)
        #expect(line["peak_rss_mb"]?.numberValue?.double == 20)
        #expect(line["control_mb_per_s"]?.numberValue?.double == 1)
        #expect(line["ratio"]?.numberValue?.double == 0.5)
        #expect(line["round"]?.int64Value == 3)
        #expect(line["summary"] == nil)
        let summary = try JSONValue.parse(JSONReport.line(result, isSummary: true, round: 3))
        #expect(summary["summary"]?.boolValue == true)
        #expect(summary["rounds"]?.int64Value == 3)
    }

    @Test func withoutControlThereIsNoRatio() throws {
        let line = try JSONValue.parse(
            JSONReport.line(try round(first: 2, control: nil), isSummary: false, round: 1)
        )
        #expect(line["ratio"]?.isNull == true)
        #expect(line["control_mb_per_s"]?.isNull == true)
    }

    @Test func tableCellsAreRounded() {
        #expect(TableReport.fixed(1.25, 1) == "1.3")
        #expect(TableReport.fixed(1.004, 2) == "1.00")
        #expect(TableReport.fixed(99.96, 1) == "100.0")
        #expect(TableReport.fixed(nil, 1) == "-")
    }

    @Test func aMeasurementComesThroughAPipe() throws {
        let sent = Measurement(
            seconds: 1.25,
            cpuSeconds: 3.5,
            peakResidentBytes: 123_456_789
        )
        let received = try Measurement(line: sent.line)
        #expect(received.seconds == 1.25)
        #expect(received.cpuSeconds == 3.5)
        #expect(received.peakResidentBytes == 123_456_789)
        #expect(throws: ConnectError.self) { try Measurement(line: "{}") }
    }

    private func round(first: Double, control: Double?) throws -> RoundResult {
        let workload = Workload(
            scenario: .fileToKafka,
            records: 10_000,
            recordBytes: 100,
            seed: 1,
            batching: try BatchingOptions.parse([])
        )
        func figures(_ seconds: Double) -> Figures {
            Figures(Measurement(seconds: seconds, cpuSeconds: 3, peakResidentBytes: 20_000_000), workload)
        }
        return RoundResult(workload: workload, first: figures(first), control: control.map(figures))
    }
}
