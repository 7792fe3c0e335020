import CRdKafka
import Engine
import Logging

/// Everything of a consumer that is not thread-safe. ``KafkaConsumer`` guards it with a lock and never shares it.
final class ConsumerCore {
    /// Where the records come from.
    private enum Source {
        /// Can go to `group` when it subscribes, to `manual` when it is given partitions.
        case none
        /// The group hands out partitions; their messages come on the group's queue.
        case group(KafkaQueue)
        /// Partitions of the caller's choice; `main` carries errors only.
        case manual(messages: KafkaQueue, main: KafkaQueue)
    }

    /// What is known of a partition that this consumer owns.
    private struct Track {
        /// The offset after the last record that was polled or passed over.
        var position: Int64?
        /// A seek that came before librdkafka could take it: done when the partition first gives a sign.
        var pendingSeek: Int64?
    }

    private let handle: KafkaHandle
    private let hasGroup: Bool
    private let wake: @Sendable () -> Void
    private var source = Source.none
    private var tracks: [TopicPartition: Track] = [:]
    // Topics of partitions assigned by hand.
    private var topics: [String: OpaquePointer] = [:]
    private var stall: FetchStall
    private let waker: FetchWaker
    // How many records a poll gives, smoothed: what to reserve for.
    private var expectedCount = 64

    init(handle: KafkaHandle, hasGroup: Bool, stall: FetchStall, wake: @escaping @Sendable () -> Void) {
        self.handle = handle
        self.stall = stall
        waker = FetchWaker(handle: handle)
        self.hasGroup = hasGroup
        self.wake = wake
    }

    // MARK: Starting

    func subscribe(_ topics: [String]) throws {
        guard hasGroup else {
            throw ConnectError(.configuration, "A consumer needs a group.id to subscribe to topics.")
        }
        if case .none = source {
            // Errors and rebalances come on the same queue as records from here on.
            try check(rd_kafka_poll_set_consumer(handle.pointer), "The consumer cannot start")
            guard let pointer = rd_kafka_queue_get_consumer(handle.pointer) else {
                throw ConnectError(.connect, "The Kafka consumer has no queue.")
            }
            source = .group(KafkaQueue(taking: pointer, onEvent: wake))
        }
        let list = TopicPartitionList(topics.map { TopicPartition(topic: $0, partition: RD_KAFKA_PARTITION_UA) })
        try check(
            rd_kafka_subscribe(handle.pointer, list.pointer),
            "The consumer cannot subscribe to \(topics.joined(separator: ", "))"
        )
    }

    func assign(_ partitions: [TopicPartition: Int64]) throws {
        guard !hasGroup, case .none = source else {
            throw ConnectError(
                .configuration,
                "Partitions can be assigned by hand once, and only to a consumer without group.id."
            )
        }
        guard let own = rd_kafka_queue_new(handle.pointer), let main = rd_kafka_queue_get_main(handle.pointer) else {
            throw ConnectError(.connect, "The Kafka consumer has no queue.")
        }
        let messages = KafkaQueue(taking: own, onEvent: wake)
        source = .manual(messages: messages, main: KafkaQueue(taking: main, onEvent: wake))
        for (partition, offset) in partitions.sorted(by: { $0.key < $1.key }) {
            guard let topic = topics[partition.topic] ?? rd_kafka_topic_new(handle.pointer, partition.topic, nil) else {
                throw ConnectError(.configuration, "Kafka does not allow the topic name \"\(partition.topic)\".")
            }
            topics[partition.topic] = topic
            guard rd_kafka_consume_start_queue(topic, partition.partition, offset, messages.pointer) == 0 else {
                throw KafkaErrors.error(
                    rd_kafka_last_error(),
                    "The consumer cannot read \(partition) from offset \(offset)"
                )
            }
            tracks[partition] = Track()
        }
    }

    // MARK: Polling

    /// See ``ConsumerClient/poll(maxRecords:maxBytes:)``.
    func poll(maxRecords: Int, maxBytes: Int) -> [ConsumerEvent] {
        let queue: KafkaQueue
        switch source {
        case .none: return []
        case .group(let group): queue = group
        case .manual(let messages, _):
            queue = messages
            // Serves the error call-back; records come on the other queue.
            rd_kafka_poll(handle.pointer, 0)
        }
        var events: [ConsumerEvent] = []
        let batch = collect(from: queue, maxRecords: max(1, maxRecords), maxBytes: max(1, maxBytes))
        let queued = rd_kafka_queue_length(queue.pointer)
        if stall.polled(records: batch.count, bytes: batch.byteCount, queued: queued) { waker.wake(tracks.keys) }
        if !batch.isEmpty { events.append(.records(batch)) }
        for rebalance in handle.callbacks.takeRebalances() {
            switch rebalance {
            case .assign(let partitions): events.append(.assigned(partitions))
            case .revoke(let partitions, let lost): events.append(.revoked(partitions, lost: lost))
            }
        }
        for (error, isFatal) in handle.callbacks.takeErrors() { events.append(.error(error, isFatal: isFatal)) }
        return events
    }

    // One message at a time: librdkafka 2.0.2's batch calls lose messages when a rebalance comes in between (they throw away what
    // they have collected after having moved the position past it).
    private func collect(from queue: KafkaQueue, maxRecords: Int, maxBytes: Int) -> RecordBatch {
        var messages = ContiguousArray<Message>()
        messages.reserveCapacity(min(maxRecords, expectedCount))
        var byteCount = 0
        while true {
            guard messages.count < maxRecords, byteCount < maxBytes, !handle.callbacks.hasRebalance else {
                // There may be more, and librdkafka tells only when its queue was empty before.
                wake()
                break
            }
            guard let message = rd_kafka_consume_queue(queue.pointer, 0) else { break }
            byteCount += message.pointee.len + message.pointee.key_len
            messages.append(message)
        }
        guard !messages.isEmpty else { return RecordBatch() }
        expectedCount = max(64, (expectedCount * 3 + messages.count) / 4)
        return sort(messages, byteCount: byteCount)
    }

    private typealias Message = UnsafeMutablePointer<rd_kafka_message_t>

    /// Messages in a row that come from one partition: what is looked up once for all of them.
    private struct Run {
        var topicHandle: OpaquePointer?
        var partitionNumber: Int32 = -1
        var partition: TopicPartition?
        var topic: Int32 = 0
        var isWanted = false
        var next: Int64?
    }

    // Makes a batch of the records, takes note of everything else, and gives the messages back.
    private func sort(_ messages: ContiguousArray<Message>, byteCount: Int) -> RecordBatch {
        var batch = RecordBatch()
        var copy = MessageCopy(byteCount: byteCount)
        var run = Run()
        // Partitions whose pending seek was done in this poll: all that was fetched of them is from before it.
        var outdated: Set<TopicPartition> = []
        if let answer = messages.first(where: { $0.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR }) {
            handle.callbacks.answered(by: rd_kafka_message_broker_id(answer))
        }
        var records = ContiguousArray<RecordSlot>()
        records.reserveCapacity(messages.count)
        for message in messages {
            defer { rd_kafka_message_destroy(message) }
            guard message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
                finish(&run)
                takeError(message, outdated: &outdated)
                run = Run()
                continue
            }
            if message.pointee.rkt != run.topicHandle || message.pointee.partition != run.partitionNumber {
                finish(&run)
                begin(&run, with: message, batch: &batch, outdated: &outdated)
            }
            guard run.isWanted else { continue }
            run.next = message.pointee.offset + 1
            records.append(copy.record(of: message, topic: run.topic, in: &batch))
        }
        finish(&run)
        guard !records.isEmpty else { return RecordBatch() }
        batch.records = records
        batch.noteConvertedBytes(records.reduce(0) { $0 + $1.key.count + $1.value.count })
        batch.retain(copy.arena)
        return batch
    }

    private func begin(
        _ run: inout Run,
        with message: UnsafeMutablePointer<rd_kafka_message_t>,
        batch: inout RecordBatch,
        outdated: inout Set<TopicPartition>
    ) {
        let partition = Self.partition(of: message)
        run.topicHandle = message.pointee.rkt
        run.partitionNumber = message.pointee.partition
        run.partition = partition
        // What comes of a partition after it was given back is somebody else's.
        run.isWanted = tracks[partition] != nil && !seekIfPending(partition, outdated: &outdated)
        if run.isWanted { run.topic = batch.topicIndex(partition.topic) }
    }

    private func finish(_ run: inout Run) {
        guard let partition = run.partition, let next = run.next else { return }
        tracks[partition]?.position = next
        run.next = nil
    }

    private static func partition(of message: UnsafeMutablePointer<rd_kafka_message_t>) -> TopicPartition {
        TopicPartition(
            topic: message.pointee.rkt.flatMap { rd_kafka_topic_name($0) }.map { String(cString: $0) } ?? "",
            partition: message.pointee.partition
        )
    }

    private func takeError(
        _ message: UnsafeMutablePointer<rd_kafka_message_t>,
        outdated: inout Set<TopicPartition>
    ) {
        let code = message.pointee.err
        let partition = Self.partition(of: message)
        if code == RD_KAFKA_RESP_ERR__PARTITION_EOF {
            guard tracks[partition] != nil, !seekIfPending(partition, outdated: &outdated) else { return }
            tracks[partition]?.position = message.pointee.offset
            return
        }
        let text = rd_kafka_message_errstr(message).map { String(cString: $0) } ?? KafkaErrors.text(code)
        let place =
            partition.topic.isEmpty ? "" : partition.partition < 0 ? "Topic \(partition.topic): " : "\(partition): "
        handle.callbacks.report(code, text: place + text, isFatal: false)
    }

    // MARK: Partitions

    func completeAssignment(_ partitions: [TopicPartition], paused: Bool) throws {
        for partition in partitions { tracks[partition] = Track() }
        let list = TopicPartitionList(partitions)
        try GroupMember(handle.pointer).assign(list.pointer)
        if paused, !partitions.isEmpty { try pause(partitions) }
    }

    func completeRevocation(_ partitions: [TopicPartition]) throws {
        for partition in partitions { tracks[partition] = nil }
        let list = TopicPartitionList(partitions)
        try GroupMember(handle.pointer).revoke(list.pointer)
    }

    func pause(_ partitions: [TopicPartition]) throws {
        let list = TopicPartitionList(partitions)
        try check(rd_kafka_pause_partitions(handle.pointer, list.pointer), "The consumer cannot pause")
        try check(list.entries, "The consumer cannot pause")
    }

    func resume(_ partitions: [TopicPartition]) throws {
        let list = TopicPartitionList(partitions)
        try check(rd_kafka_resume_partitions(handle.pointer, list.pointer), "The consumer cannot resume")
        try check(list.entries, "The consumer cannot resume")
    }

    func seek(_ offsets: [TopicPartition: Int64]) throws {
        guard !offsets.isEmpty else { return }
        if let stranger = offsets.keys.sorted().first(where: { tracks[$0] == nil }) {
            throw ConnectError(
                .kafkaTransient,
                "The consumer cannot seek in \(stranger): the partition is not its own."
            )
        }
        for entry in try seekNow(offsets) {
            switch entry.error {
            case RD_KAFKA_RESP_ERR_NO_ERROR:
                tracks[entry.partition] = Track()
            case RD_KAFKA_RESP_ERR__STATE, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, RD_KAFKA_RESP_ERR__PREV_IN_PROGRESS:
                // Just assigned, fetching has not begun: the seek waits for the partition's first sign.
                tracks[entry.partition] = Track(pendingSeek: offsets[entry.partition])
            case let code:
                throw KafkaErrors.error(code, "The consumer cannot seek in \(entry.partition)")
            }
        }
    }

    /// Does a seek that had to wait. True when there was one in this poll: what was fetched before it is not wanted.
    private func seekIfPending(_ partition: TopicPartition, outdated: inout Set<TopicPartition>) -> Bool {
        guard let offset = tracks[partition]?.pendingSeek else {
            return !outdated.isEmpty && outdated.contains(partition)
        }
        outdated.insert(partition)
        do {
            let isDone = try seekNow([partition: offset]).allSatisfy { $0.error == RD_KAFKA_RESP_ERR_NO_ERROR }
            if isDone { tracks[partition] = Track() }
        } catch {
            handle.callbacks.report(RD_KAFKA_RESP_ERR__FAIL, text: "\(error)", isFatal: false)
        }
        return true
    }

    // What is queued of the partitions is outdated when this returns.
    private func seekNow(_ offsets: [TopicPartition: Int64]) throws -> [TopicPartitionList.Entry] {
        let list = TopicPartitionList(offsets)
        // The answer comes from librdkafka's main thread, without network. 2.0.2 takes these milliseconds for microseconds.
        if let error = rd_kafka_seek_partitions(handle.pointer, list.pointer, 10_000_000) {
            let (code, text, _) = KafkaErrors.consume(error)
            throw ConnectError(KafkaErrors.code(code), "The consumer cannot seek: \(text) (\(KafkaErrors.name(code))).")
        }
        return list.entries
    }

    func positions(_ partitions: [TopicPartition]) -> [TopicPartition: Int64] {
        var positions: [TopicPartition: Int64] = [:]
        for partition in partitions { positions[partition] = tracks[partition]?.position }
        return positions
    }

    // MARK: Closing

    /// Leaves the group or stops reading, and gives queues and topics back. Blocks; polling is over.
    func shutDown() {
        handle.callbacks.beginClosing()
        switch source {
        case .none:
            break
        case .group(let queue):
            // A revocation that nobody will answer any more would keep the client from leaving.
            for rebalance in handle.callbacks.takeRebalances() {
                guard case .revoke(let partitions, _) = rebalance else { continue }
                do {
                    try completeRevocation(partitions)
                } catch {
                    handle.callbacks.logger.debug("The consumer closes in the middle of a rebalance: \(error)")
                }
            }
            rd_kafka_consumer_close(handle.pointer)
            queue.close()
        case .manual(let messages, let main):
            for partition in tracks.keys {
                if let topic = topics[partition.topic] { rd_kafka_consume_stop(topic, partition.partition) }
            }
            messages.close()
            main.close()
        }
        for topic in topics.values { rd_kafka_topic_destroy(topic) }
        topics = [:]
        source = .none
        tracks = [:]
    }

    private func check(_ code: rd_kafka_resp_err_t, _ what: String) throws {
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaErrors.error(code, what) }
    }

    private func check(_ entries: [TopicPartitionList.Entry], _ what: String) throws {
        guard let bad = entries.first(where: { $0.error != RD_KAFKA_RESP_ERR_NO_ERROR }) else { return }
        throw KafkaErrors.error(bad.error, "\(what) \(bad.partition)")
    }
}
