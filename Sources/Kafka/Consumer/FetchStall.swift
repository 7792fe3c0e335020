import CRdKafka
import Engine
import Synchronization

/// Tells when a consumer's fetching must be woken: a pure state machine.
///
/// librdkafka stops fetching once its queue holds `queued.min.messages` records or `queued.max.messages.kbytes` bytes. In 2.0 it
/// looks again only when something wakes the thread of the broker, after a second at the latest, whatever has become of the queue:
/// a sink that empties it sooner would stand still for the rest of each second. (Later versions have `fetch.queue.backoff.ms`.)
///
/// *flowing* can go to *stopped* when the queue has reached a limit; *stopped* to *flowing*, with a wake, when half of it is gone.
struct FetchStall {
    private let recordLimit: Int
    private let byteLimit: Int
    private var isStopped = false
    // Bytes of a record, smoothed: librdkafka tells the records in its queue, not their bytes.
    private var recordBytes = 0.0

    init(recordLimit: Int, byteLimit: Int) {
        self.recordLimit = max(recordLimit, 1)
        self.byteLimit = max(byteLimit, 1)
    }

    /// Records were taken out of the queue and `queued` are left. True when fetching is to be woken.
    mutating func polled(records: Int, bytes: Int, queued: Int) -> Bool {
        if records > 0 {
            let mean = Double(bytes) / Double(records)
            recordBytes = recordBytes == 0 ? mean : recordBytes * 0.75 + mean * 0.25
        }
        let limit = min(recordLimit, max(1, Int(Double(byteLimit) / max(recordBytes, 1))))
        // A guess that is a little low costs one request, one too high costs the rest of a second.
        if queued + records >= limit - limit / 8 { isStopped = true }
        guard isStopped, queued <= limit / 2 else { return false }
        isStopped = false
        return true
    }
}

/// Wakes the threads of a consumer's brokers, by asking the leaders of its partitions for end offsets: what librdkafka offers
/// that reaches those threads and changes nothing. The answer is of no interest.
final class FetchWaker: Sendable {
    /// Partitions asked for at most: enough to reach every broker, few enough to be cheap.
    private static let maximumPartitions = 100
    private static let timeoutMilliseconds: CInt = 1000

    private let handle: KafkaHandle
    private let isWaking = Atomic(false)

    init(handle: KafkaHandle) {
        self.handle = handle
    }

    /// Returns at once; the request is sent by a thread of its own, since librdkafka offers it as a call that blocks. One at a time.
    func wake(_ partitions: some Sequence<TopicPartition>) {
        guard !isWaking.exchange(true, ordering: .acquiringAndReleasing) else { return }
        let asked = Array(partitions.prefix(Self.maximumPartitions))
        // The client must outlive the call.
        handle.beginHolding()
        BlockingThread.start { [self] in
            if !asked.isEmpty {
                let list = TopicPartitionList(Dictionary(asked.map { ($0, Int64(-1)) }) { first, _ in first })
                rd_kafka_offsets_for_times(handle.pointer, list.pointer, Self.timeoutMilliseconds)
            }
            isWaking.store(false, ordering: .releasing)
            handle.endHolding()
        }
    }
}
