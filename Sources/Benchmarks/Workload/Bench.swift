import Engine
import Glibc
import Kafka

/// Runs a workload on its sides in turn and counts what has arrived.
struct Bench {
    let workload: Workload
    let partitions: Int
    /// A broker from outside; `nil` for one of the bench's own.
    let bootstrapServers: String?
    let folder: WorkFolder

    /// One line that says what is measured.
    func title(rounds: Int, lanes: [Lane]) -> String {
        let (batching, size) = (workload.batching, ByteSize(bytes: workload.totalBytes))
        return """
            \(workload.scenario.rawValue): \(workload.records) records of \(workload.recordBytes) bytes (\(size)), \
            \(partitions) partition\(partitions == 1 ? "" : "s"), \(batching.tasks) task\(batching.tasks == 1 ? "" : "s"), \
            \(batching.converters) converters (\(batching.converter.rawValue)), linger.ms=\(batching.lingerMs), \
            batch.size=\(batching.batchSize), \(batching.compression); \
            \(rounds) rounds of \(lanes.map(name).joined(separator: ", "))
            """
    }

    private func name(_ lane: Lane) -> String {
        "\(lane.side.rawValue) on \(bootstrapServers ?? "\(lane.broker.rawValue) broker")"
    }

    /// Runs all rounds; `onRound` is told of each as soon as it is over. Blocks most of the time.
    func run(rounds: Int, lanes: [Lane], onRound: (RoundResult) -> Void) async throws {
        var generator = LineGenerator(
            lineByteCount: workload.recordBytes,
            isQuoted: workload.isQuoted,
            seed: workload.seed
        )
        let input = try folder.writeInput(
            files: workload.scenario == .fileToKafka ? workload.batching.tasks : 1,
            records: workload.records,
            generator: &generator,
            lineByteCount: workload.recordBytes
        )
        // All runs on a broker read the same topic; runs that write have one each.
        var shared: [BrokerKind: TopicOnBroker] = [:]
        if workload.scenario == .kafkaToFile {
            for lane in lanes where shared[lane.broker] == nil {
                let topic = try await makeTopic(Self.topicName(0, shared.count), lane.broker)
                try await preload(topic, from: input[0])
                shared[lane.broker] = topic
            }
        }
        for round in 1...rounds {
            var measurements: [Measurement] = []
            for (turn, lane) in lanes.enumerated() {
                let name = Self.topicName(round, turn)
                if let topic = shared[lane.broker] {
                    measurements.append(try await measure(lane.side, name: name, topic, input: input))
                } else {
                    let topic = try await makeTopic(name, lane.broker)
                    measurements.append(try await measure(lane.side, name: name, topic, input: input))
                    try await topic.close()
                }
            }
            onRound(
                RoundResult(
                    workload: workload,
                    first: Figures(measurements[0], workload),
                    control: measurements.count > 1 ? Figures(measurements[1], workload) : nil
                )
            )
        }
        for topic in shared.values { try await topic.close() }
    }

    private func makeTopic(_ name: String, _ broker: BrokerKind) async throws -> TopicOnBroker {
        try await TopicOnBroker(name: name, partitions, bootstrapServers, broker, in: folder)
    }

    private func measure(_ side: Side, name: String, _ topic: TopicOnBroker, input: [String]) async throws
        -> Measurement
    {
        let output = folder.file("output.txt")
        let assignment = Assignment(
            scenario: workload.scenario,
            bootstrapServers: topic.bootstrapServers,
            topic: topic.name,
            files: workload.scenario == .fileToKafka ? input : [output],
            records: workload.records,
            outputBytes: workload.outputBytes(side),
            name: name,
            offsetFile: folder.file("\(name).offsets"),
            batching: workload.batching
        )
        defer { if workload.scenario == .kafkaToFile { folder.remove("output.txt") } }
        let child = try ChildProcess(MeasureCommand.arguments(side, assignment))
        let measurement = try Measurement(line: child.readLine())
        switch workload.scenario {
        case .fileToKafka:
            let count = try await topic.recordCount()
            guard count == workload.records else {
                throw wrong(side, "the topic has \(count) records instead of \(workload.records)")
            }
        case .kafkaToFile:
            let (count, wanted) = (
                try LineCount.of(output), LineCount(bytes: assignment.outputBytes, lines: workload.records)
            )
            guard count == wanted else {
                let guess = count.bytes > wanted.bytes ? " (a rebalance has some of them read twice)" : ""
                throw wrong(
                    side,
                    "the file has \(count.bytes) bytes and \(count.lines) lines instead of \(wanted.bytes) and "
                        + "\(wanted.lines)\(guess)"
                )
            }
        }
        try child.finish()
        return measurement
    }

    /// Fills the topic, partition by partition, and makes sure that nothing of it was dropped.
    private func preload(_ topic: TopicOnBroker, from file: String) async throws {
        let properties = try ClientConfigurationMapping.map(
            [
                "bootstrap.servers": topic.bootstrapServers, "client.id": "benchmark-preload",
                "linger.ms": String(workload.batching.lingerMs), "batch.size": String(workload.batching.batchSize),
                "compression.type": workload.batching.compression,
            ],
            kind: .producer
        ).properties
        let producer = try BareProducer(properties: properties, topic: topic.name)
        let perPartition = (workload.records + partitions - 1) / partitions
        _ = try producer.run(file: file, linesPerPartition: perPartition)
        let count = try await topic.recordCount()
        guard count == workload.records else {
            throw ConnectError(
                .data,
                "\(count) of \(workload.records) records are in the topic after it was filled"
            )
        }
        guard try await topic.isWhole() else {
            throw ConnectError(
                .configuration,
                "the broker has dropped some of the \(workload.records) records before they were read: raise --partitions (librdkafka's "
                    + "mock cluster keeps about 5 MB of each), or lower --size"
            )
        }
    }

    private func wrong(_ side: Side, _ text: String) -> ConnectError {
        ConnectError(.data, "\(workload.scenario.rawValue), \(side.rawValue): \(text); no figure comes of this run")
    }

    private static func topicName(_ round: Int, _ turn: Int) -> String {
        "benchmark-\(getpid())-\(round)-\(turn)"
    }
}
