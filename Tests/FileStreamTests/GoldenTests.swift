import ConnectTesting
import Engine
import OrderedCollections
import Testing

@testable import FileStream

@Suite(.timeLimit(.minutes(10))) struct GoldenTests {
    private let folder = GoldenFolder()

    @Test func sourceReadsAsRecorded() async throws {
        var count = 0
        for golden in try folder.cases("filestream-source.jsonl") where golden.json["steps"] != nil {
            count += try await run(golden)
        }
        #expect(count >= 20)
    }

    /// Runs the steps of one case. Returns the number of records compared.
    private func run(_ golden: GoldenCase) async throws -> Int {
        let comment = Comment(rawValue: "id \(golden.id) \(golden.summary)")
        let fixture = try FileFixture()
        try fixture.append("", to: "in.txt")
        let start = golden.json["start_position"]?.int64Value
        let batchSize = golden.configuration["batch.size"].flatMap { Int($0) }
        var appended: [UInt8] = []
        var task: FileStreamSourceTask?
        var received: [Received] = []
        var count = 0
        for step in golden.json["steps"]?.arrayValue ?? [] {
            let text = Array((step["append"]?.stringValue ?? "").utf8)
            try fixture.append(text, to: "in.txt")
            appended += text
            if task == nil {
                task = try await fixture.source(batchSize: batchSize, position: start.map { .int64($0) })
            }
            // A recorded null is an end for now; here the poll would wait. That nothing more comes shows in what the next poll
            // brings, at last in the line added below.
            for record in (step["polls"]?.arrayValue ?? []).flatMap({ $0.arrayValue ?? [] }) {
                while received.count <= count {
                    let batch = try await #require(task).records()
                    #expect(batch.count <= batchSize ?? 2000, comment)
                    received += batch.records.indices.map { Received(batch, at: $0) }
                }
                compare(received[count], record, appended, comment)
                count += 1
            }
        }
        let started = try #require(task)
        try fixture.append("|end\n", to: "in.txt")
        let model = LineModel.lines(appended + Array("|end\n".utf8), from: Int(start ?? 0))
        while received.count < model.count {
            let batch = try await started.records()
            received += batch.records.indices.map { Received(batch, at: $0) }
        }
        #expect(received.map(\.line) == model, comment)
        await started.stop()
        return count
    }

    /// A record as the source gave it.
    private struct Received {
        let record: ConnectRecord
        let line: Line
        let partitionKeys: [String]

        init(_ batch: RecordBatch, at index: Int) {
            record = batch.record(at: index)
            line = batch.lines[index]
            partitionKeys = batch.sourceOffsets.first.map { Array($0.partition.entries.keys) } ?? []
        }
    }

    private func compare(_ received: Received, _ recorded: JSONValue, _ appended: [UInt8], _ comment: Comment) {
        let record = received.record
        #expect(record.value.value == .string(recorded["value"]?.stringValue ?? ""), comment)
        #expect(record.value.schema == (try? GoldenDecoding.schema(recorded["valueSchema"])), comment)
        #expect(record.key == .null, comment)
        #expect(record.partition == nil, comment)
        #expect(record.topic == recorded["topic"]?.stringValue, comment)
        let position = recorded["sourceOffset_position"]?.int64Value.map { bytePosition($0, in: appended) }
        #expect(received.line.position == position, comment)
        #expect("[\(received.partitionKeys.joined(separator: ", "))]" == recorded["sourcePartition_keys"]?.stringValue)
    }

    /// Connect's position counts UTF-16 code units where ours counts bytes, on purpose.
    private func bytePosition(_ position: Int64, in bytes: [UInt8]) -> Int64 {
        let units = String(decoding: bytes, as: UTF8.self).utf16.prefix(Int(position))
        return Int64(String(decoding: units, as: UTF16.self).utf8.count)
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
