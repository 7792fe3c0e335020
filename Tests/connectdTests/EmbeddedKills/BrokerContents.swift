import CRdKafka
import Dispatch

/// Everything a reader sees of a topic.
struct BrokerContents: Sendable {
    struct Record: Hashable, Sendable {
        var partition: Int32
        var offset: Int64
        var key: String
        var value: String
    }

    var records: Set<Record> = []
    /// Where each partition ends for this kind of reader.
    var ends: [Int32: Int64] = [:]

    /// Reads from the beginning to the end. On a thread of its own: librdkafka's calls block.
    static func read(
        _ topic: String,
        partitions: Int,
        isCommitted: Bool,
        bootstrap: String
    ) async throws -> BrokerContents {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "reader of \(topic)").async {
                continuation.resume(
                    with: Result { try readAll(topic, partitions: partitions, isCommitted: isCommitted, bootstrap) }
                )
            }
        }
    }

    private static func readAll(
        _ topic: String,
        partitions: Int,
        isCommitted: Bool,
        _ bootstrap: String
    ) throws -> BrokerContents {
        let consumer = try NativeClient(
            RD_KAFKA_CONSUMER,
            bootstrap: bootstrap,
            [
                "group.id": "readers", "enable.auto.commit": "false", "enable.partition.eof": "true",
                "isolation.level": isCommitted ? "read_committed" : "read_uncommitted",
            ]
        )
        try consumer.assign((0..<Int32(partitions)).map { (topic, $0, 0) })
        var contents = BrokerContents()
        var seen = 0
        while contents.ends.count < partitions {
            guard let polled = consumer.poll(milliseconds: 1000) else { continue }
            if polled.isEnd {
                contents.ends[polled.partition] = polled.offset
            } else {
                seen += 1
                contents.records.insert(
                    Record(partition: polled.partition, offset: polled.offset, key: polled.key, value: polled.value)
                )
            }
        }
        guard seen == contents.records.count else {
            throw NativeClient.Failure(
                description: "\(topic): \(seen - contents.records.count) records were read twice"
            )
        }
        return contents
    }
}
