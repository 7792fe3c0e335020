import ConnectTesting
import Engine
import OrderedCollections
import Testing

@testable import FileStream

@Suite(.timeLimit(.minutes(1))) struct GoldenTests {
    private let folder = GoldenFolder()

    /// Cases in which Connect counts characters where bytes are right: the positions expected here, by case.
    private static let bytePositions: [String: [Int64]] = ["BOM": [5]]

    @Test func sourceReadsAsRecorded() async throws {
        var count = 0
        for golden in try folder.cases("filestream-source.jsonl") where golden.json["steps"] != nil {
            let fixture = try FileFixture()
            try fixture.append("", to: "in.txt")
            var position: Value?
            if let start = golden.json["start_position"]?.int64Value { position = .int64(start) }
            var written = 0
            var appended: [UInt8] = []
            var task: FileStreamSourceTask?
            var positions = Self.bytePositions[golden.summary]
            for step in golden.json["steps"]?.arrayValue ?? [] {
                let text = Array((step["append"]?.stringValue ?? "").utf8)
                try fixture.append(text, to: "in.txt")
                appended += text
                if task == nil {
                    let batchSize = golden.configuration["batch.size"].flatMap { Int($0) }
                    task = try await fixture.source(batchSize: batchSize, position: position)
                }
                for poll in step["polls"]?.arrayValue ?? [] {
                    // A recorded null is an end for now; here the poll would wait. That nothing more comes shows in what the
                    // next poll brings, at last in the line added below.
                    guard let records = poll.arrayValue, let task else { continue }
                    let batch = try await task.records()
                    try #require(batch.count == records.count, "\(golden.summary)")
                    for (index, record) in records.enumerated() {
                        try compare(batch, index, record, positions?.removeFirst(), golden.summary)
                        count += 1
                    }
                    written = Int(batch.lines.last?.position ?? 0)
                }
            }
            let started = try #require(task)
            try fixture.append("|end\n", to: "in.txt")
            appended += Array("|end\n".utf8)
            let model = LineModel.lines(appended, from: written)
            #expect(try await started.lines(model.count) == model, "\(golden.summary)")
            await started.stop()
        }
        #expect(count >= 20)
    }

    private func compare(
        _ batch: RecordBatch,
        _ index: Int,
        _ recorded: JSONValue,
        _ position: Int64?,
        _ summary: String
    ) throws {
        let record = batch.record(at: index)
        let comment = Comment(rawValue: summary)
        #expect(record.value.value == .string(recorded["value"]?.stringValue ?? ""), comment)
        #expect(record.value.schema == (try GoldenDecoding.schema(recorded["valueSchema"])), comment)
        #expect(record.key == .null, comment)
        #expect(record.partition == nil, comment)
        #expect(record.topic == recorded["topic"]?.stringValue, comment)
        #expect(batch.records[index].offset == position ?? recorded["sourceOffset_position"]?.int64Value, comment)
        let partition = try #require(batch.sourceOffsets.first?.partition)
        #expect("[\(partition.entries.keys.joined(separator: ", "))]" == recorded["sourcePartition_keys"]?.stringValue)
    }

    @Test func taskConfigurationsAreAsRecorded() async throws {
        var count = 0
        for golden in try folder.cases("filestream-source.jsonl") where golden.operation == "taskConfigs(5)" {
            let connector = FileStreamSourceConnector()
            try await connector.start(configuration: golden.configuration, context: connectorContext)
            let expected = (golden.json["output"]?.arrayValue ?? []).map { output in
                Dictionary(
                    uniqueKeysWithValues: (output.objectValue ?? [:]).map { ($0.key, $0.value.stringValue ?? "") }
                )
            }
            #expect(try await connector.taskConfigurations(maximum: 5) == expected)
            await connector.stop()
            count += 1
        }
        #expect(count >= 2)
    }

    @Test func sinkWritesAsRecorded() async throws {
        let fixture = try FileFixture()
        var result = GoldenResult()
        var texts: [Int64: [UInt8]] = [:]
        let cases = try folder.cases("filestream-sink.jsonl")
        for golden in cases {
            guard let datum = try? GoldenDecoding.datum(golden.json["input"]) else { continue }
            let name = "\(golden.id).txt"
            let task = try await fixture.sink(name)
            try await task.put(.values([datum]))
            await task.stop()
            texts[golden.id] = try fixture.content(name)
        }
        result.run(cases) { golden in
            _ = try GoldenDecoding.datum(golden.json["input"])
            let expected = try GoldenDecoding.bytes(golden.json["output"])
            guard texts[golden.id] == expected else {
                throw GoldenError("\(String(decoding: texts[golden.id] ?? [], as: UTF8.self).debugDescription)")
            }
        }
        #expect(result.failures == [])
        #expect(result.passed >= 120, "\(result.summary)")
    }
}

var connectorContext: ConnectorContext {
    ConnectorContext(logger: quietLogger, clock: SystemClock(), requestTaskReconfiguration: {})
}
