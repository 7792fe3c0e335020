import CRdKafka
import Engine
import Glibc
import Kafka

/// The control of file-to-kafka, as one would write it in C: a file read in big chunks, lines found with `memchr`, handed to
/// `rd_kafka_produce_batch` without a copy, chunks used again once all their lines are acknowledged. One thread.
final class BareProducer: @unchecked Sendable {
    // @unchecked: one thread runs it; when that has ended another one drops it.

    /// How long nothing may be acknowledged before the run counts as failed.
    private static let patience = 60.0

    private struct Chunk {
        let base: UnsafeMutableRawPointer
        var outstanding = 0
        var isBeingRead = false
    }

    private let client: BareClient
    private let topic: OpaquePointer
    private let events: OpaquePointer
    private let chunkByteCount: Int
    private var chunks: [Chunk] = []
    private var freeChunks: [Int] = []
    private let messages: UnsafeMutableBufferPointer<rd_kafka_message_t>
    private let reports: UnsafeMutableBufferPointer<UnsafePointer<rd_kafka_message_t>?>
    private var acknowledged = 0
    private var submitted = 0

    init(properties: [ClientProperty], topic name: String, chunkByteCount: Int = 256 * 1024) throws {
        client = try BareClient(RD_KAFKA_PRODUCER, properties: properties, events: CInt(RD_KAFKA_EVENT_DR))
        guard let topic = rd_kafka_topic_new(client.pointer, name, nil),
            let events = rd_kafka_queue_get_main(client.pointer)
        else { throw BareClient.error("open topic \(name)", rd_kafka_last_error()) }
        self.topic = topic
        self.events = events
        self.chunkByteCount = chunkByteCount
        messages = .allocate(capacity: 256)
        messages.initialize(repeating: rd_kafka_message_t())
        reports = .allocate(capacity: 256)
        reports.initialize(repeating: nil)
    }

    deinit {
        rd_kafka_purge(client.pointer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
        rd_kafka_queue_destroy(events)
        rd_kafka_topic_destroy(topic)
        client.destroy()
        for chunk in chunks { free(chunk.base) }
        messages.deallocate()
        reports.deallocate()
    }

    /// Produces every line of a file; returns when all are acknowledged.
    ///
    /// - Parameter linesPerPartition: so many lines to partition 0, so many to 1 and so on; `nil` lets the partitioner choose.
    /// - Returns: the number of records.
    func run(file path: String, linesPerPartition: Int? = nil) throws -> Int {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw SystemError.last("open \(path)") }
        defer { close(file) }
        let before = submitted
        var index = takeChunk()
        var filled = 0
        while true {
            let base = chunks[index].base
            let count = read(file, base + filled, chunkByteCount - filled)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError.last("read \(path)") }
            if count == 0 { break }
            filled += count
            let taken = try produceLines(base, filled, chunk: index) {
                linesPerPartition.map { Int32((submitted - before) / $0) } ?? RD_KAFKA_PARTITION_UA
            } room: {
                linesPerPartition.map { $0 - (submitted - before) % $0 } ?? .max
            }
            let next = takeChunk()
            memcpy(chunks[next].base, base + taken, filled - taken)
            filled -= taken
            release(index)
            index = next
        }
        release(index)
        guard filled == 0 else { throw ConnectError(.data, "\(path) has a line without a newline, or a line too long") }
        try waitForAll()
        return submitted - before
    }

    /// Hands all complete lines over and returns how many bytes they are.
    private func produceLines(
        _ base: UnsafeMutableRawPointer,
        _ filled: Int,
        chunk: Int,
        partition: () -> Int32,
        room: () -> Int
    ) throws -> Int {
        let token = UnsafeMutableRawPointer(bitPattern: chunk + 1)
        var start = 0
        var isAtEnd = false
        while !isAtEnd {
            let limit = min(messages.count, room())
            var count = 0
            while count < limit {
                guard let end = memchr(base + start, 0x0a, filled - start) else {
                    isAtEnd = true
                    break
                }
                messages[count].payload = base + start
                messages[count].len = UnsafeRawPointer(end) - UnsafeRawPointer(base + start)
                messages[count]._private = token
                start = UnsafeRawPointer(end) - UnsafeRawPointer(base) + 1
                count += 1
            }
            try submit(count, chunk: chunk, partition: partition())
        }
        return start
    }

    private func submit(_ total: Int, chunk: Int, partition: Int32) throws {
        var from = 0
        chunks[chunk].outstanding += total
        submitted += total
        while from < total, let base = messages.baseAddress {
            let accepted = Int(rd_kafka_produce_batch(topic, partition, 0, base + from, CInt(total - from)))
            if accepted == total - from { break }
            // After the first QUEUE_FULL librdkafka takes none of the rest.
            while from < total, messages[from].err == RD_KAFKA_RESP_ERR_NO_ERROR { from += 1 }
            guard messages[from].err == RD_KAFKA_RESP_ERR__QUEUE_FULL else {
                throw BareClient.error("produce", messages[from].err)
            }
            try serve(milliseconds: 100)
        }
        try serve(milliseconds: 0)
    }

    private func waitForAll() throws {
        var watch = StopWatch()
        var last = acknowledged
        while acknowledged < submitted {
            try serve(milliseconds: 100)
            if acknowledged > last {
                last = acknowledged
                watch = StopWatch()
            } else if watch.seconds > Self.patience {
                throw ConnectError(.kafkaTransient, "the control got no acknowledgement for \(Self.patience) s")
            }
        }
    }

    private func serve(milliseconds: CInt) throws {
        var wait = milliseconds
        while let event = rd_kafka_queue_poll(events, wait) {
            defer { rd_kafka_event_destroy(event) }
            wait = 0
            guard rd_kafka_event_type(event) == RD_KAFKA_EVENT_DR else { continue }
            while case let count = rd_kafka_event_message_array(event, reports.baseAddress, reports.count), count > 0 {
                acknowledged += count
                for position in 0..<count {
                    guard let message = reports[position] else { continue }
                    guard message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
                        throw BareClient.error("deliver a record", message.pointee.err)
                    }
                    let chunk = Int(bitPattern: message.pointee._private) - 1
                    chunks[chunk].outstanding -= 1
                    if chunks[chunk].outstanding == 0, !chunks[chunk].isBeingRead { freeChunks.append(chunk) }
                }
            }
        }
    }

    // The chunks in use are bounded by librdkafka's own queue.
    private func takeChunk() -> Int {
        let index: Int
        if let free = freeChunks.popLast() {
            index = free
        } else {
            chunks.append(Chunk(base: malloc(chunkByteCount)))
            index = chunks.count - 1
        }
        chunks[index].isBeingRead = true
        return index
    }

    private func release(_ index: Int) {
        chunks[index].isBeingRead = false
        if chunks[index].outstanding == 0 { freeChunks.append(index) }
    }
}
