import ConnectTesting
import Engine
import Kafka
import Logging

/// A logger that is silent unless something is badly wrong.
func testContext(_ clientID: String = "test") -> ClientContext {
    var logger = Logger(label: clientID)
    logger.logLevel = .critical
    return ClientContext(logger: logger, clientID: clientID)
}

/// A memory that says how many of its kind are alive.
final class CountedMemory: BatchMemory {
    private let counter: LiveCounter

    init(_ counter: LiveCounter) {
        self.counter = counter
        counter.add(1)
    }

    deinit { counter.add(-1) }
}

/// A batch of text records for one topic.
func makeBatch(
    _ values: [String],
    topic: String,
    partition: Int32 = -1,
    timestamp: Int64 = RecordSlot.noTimestamp,
    counter: LiveCounter? = nil
) -> RecordBatch {
    var batch = RecordBatch()
    let arena = Arena()
    batch.retain(arena)
    if let counter { batch.retain(CountedMemory(counter)) }
    let index = batch.topicIndex(topic)
    for var value in values {
        let bytes = value.withUTF8 { arena.copy(UnsafeRawBufferPointer($0)) }
        batch.append(RecordSlot(topic: index, partition: partition, timestamp: timestamp, value: .bytes(bytes)))
    }
    return batch
}

extension ProducerClient {
    /// Waits for reports until nothing is in flight. Answers with the number of delivered records and the failures.
    func settle() async -> (delivered: Int, failures: [RecordFailure], errors: [ConnectError]) {
        var delivered = 0
        var failures: [RecordFailure] = []
        var errors: [ConnectError] = []
        var iterator = wakeups.makeAsyncIterator()
        while true {
            for event in drain() {
                switch event {
                case .delivered(_, let count, let failed):
                    delivered += count
                    failures += failed
                case .error(let error, _):
                    errors.append(error)
                }
            }
            if inFlightCount == 0 { return (delivered, failures, errors) }
            guard await iterator.next() != nil else { return (delivered, failures, errors) }
        }
    }
}
