import CRdKafka
import Engine

/// Everything of a producer that is not thread-safe: topics, scratch memory, batches in flight. ``KafkaProducer`` guards it with
/// a lock and never shares it.
final class ProducerCore {
    private let handle: KafkaHandle
    private var inFlight = InFlightBatches()
    private var topics: [String: OpaquePointer] = [:]
    private let scratch: UnsafeMutableBufferPointer<rd_kafka_message_t>
    private let arguments = ProduceArguments()
    private let noBytes = UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1)
    private let reports: UnsafeMutableBufferPointer<UnsafePointer<rd_kafka_message_t>?>

    init(handle: KafkaHandle) {
        self.handle = handle
        // Small enough to stay in the cache between being filled here and being read by librdkafka.
        scratch = .allocate(capacity: 256)
        scratch.initialize(repeating: rd_kafka_message_t())
        reports = .allocate(capacity: 256)
        reports.initialize(repeating: nil)
    }

    deinit {
        for topic in topics.values { rd_kafka_topic_destroy(topic) }
        scratch.deallocate()
        noBytes.deallocate()
        reports.deallocate()
    }

    var inFlightCount: Int { inFlight.count }

    // MARK: Producing

    /// See ``ProducerClient/produce(_:id:from:)``.
    func produce(_ batch: RecordBatch, id: UInt64, from start: Int) -> ProduceOutcome {
        guard start < batch.count else { return ProduceOutcome(nextIndex: batch.count) }
        let slot = inFlight.open(batch, id: id)
        var pass = Pass(slot: slot, index: start)
        batch.records.withUnsafeBufferPointer { records in
            while pass.index < records.count, !pass.isFull {
                let record = records[pass.index]
                if record.topic != pass.topicIndex {
                    pass.topicIndex = record.topic
                    pass.topic = topic(batch.topics[Int(record.topic)])
                }
                guard let topic = pass.topic else {
                    pass.reject(Self.badTopic(batch.topic(of: record)))
                    continue
                }
                if record.headerCount > 0 || record.timestamp != RecordSlot.noTimestamp {
                    produceOne(record, of: batch, to: topic, pass: &pass)
                } else {
                    produceRun(records, of: batch, to: topic, pass: &pass)
                }
            }
        }
        inFlight.handedOver(pass.accepted, slot: slot)
        return ProduceOutcome(nextIndex: pass.index, rejected: pass.rejected)
    }

    /// Where one call to `produce` stands.
    private struct Pass {
        let slot: Int
        var index: Int
        var accepted = 0
        var rejected: [RecordFailure] = []
        var isFull = false
        // The topic of the record before.
        var topicIndex: Int32 = -1
        var topic: OpaquePointer?

        /// The record at `index` can never be sent; goes on with the next.
        mutating func reject(_ error: ConnectError) {
            rejected.append(RecordFailure(index: index, error: error))
            index += 1
        }
    }

    // Records from pass.index on that share topic and partition and need neither headers nor a timestamp: one call for all.
    private func produceRun(
        _ records: UnsafeBufferPointer<RecordSlot>,
        of batch: RecordBatch,
        to topic: OpaquePointer,
        pass: inout Pass
    ) {
        let first = records[pass.index]
        var filled = 0
        var next = pass.index
        while next < records.count, filled < scratch.count {
            let record = records[next]
            guard record.topic == first.topic, record.partition == first.partition, record.headerCount == 0,
                record.timestamp == RecordSlot.noTimestamp, record.key.kind != .object, record.value.kind != .object
            else { break }
            scratch[filled].payload = payload(record.value)
            scratch[filled].len = record.value.kind == .null ? 0 : record.value.count
            scratch[filled].key = payload(record.key)
            scratch[filled].key_len = record.key.kind == .null ? 0 : record.key.count
            scratch[filled]._private = InFlightBatches.token(slot: pass.slot, record: next)
            filled += 1
            next += 1
        }
        guard filled > 0 else {
            pass.reject(Self.notSerialised(batch.topic(of: first)))
            return
        }
        // One call per partition rather than RD_KAFKA_MSG_F_PARTITION: with that flag 2.0.2 loses (and keeps counting) a message
        // whose partition does not exist. No copy, no free: `inFlight` keeps the batch.
        let accepted = rd_kafka_produce_batch(topic, max(first.partition, -1), 0, scratch.baseAddress, CInt(filled))
        if Int(accepted) == filled {
            pass.accepted += filled
            pass.index = next
            return
        }
        let name = batch.topic(of: first)
        // After the first QUEUE_FULL librdkafka takes none of the rest, so order holds.
        for position in 0..<filled {
            switch scratch[position].err {
            case RD_KAFKA_RESP_ERR_NO_ERROR:
                pass.accepted += 1
                pass.index += 1
            case RD_KAFKA_RESP_ERR__QUEUE_FULL:
                queueIsFull(&pass, byteCount: scratch[position].len, topic: name)
                return
            case let code:
                pass.reject(failure(code, topic: name, partition: first.partition))
            }
        }
    }

    // One record with headers or a timestamp.
    private func produceOne(_ record: RecordSlot, of batch: RecordBatch, to topic: OpaquePointer, pass: inout Pass) {
        guard record.key.kind != .object, record.value.kind != .object else {
            pass.reject(Self.notSerialised(batch.topic(of: record)))
            return
        }
        guard record.timestamp >= 0 || record.timestamp == RecordSlot.noTimestamp else {
            pass.reject(Self.badTimestamp(record.timestamp, topic: batch.topic(of: record)))
            return
        }
        var headers: OpaquePointer?
        if record.headerCount > 0 {
            headers = rd_kafka_headers_new(Int(record.headerCount))
            for header in batch.headerSlots(of: record) {
                guard header.value.kind != .object else {
                    rd_kafka_headers_destroy(headers)
                    pass.reject(Self.notSerialised(batch.topic(of: record)))
                    return
                }
                rd_kafka_header_add(
                    headers,
                    payload(header.key)?.assumingMemoryBound(to: CChar.self),
                    header.key.count,
                    payload(header.value),
                    header.value.kind == .null ? 0 : header.value.count
                )
            }
        }
        arguments.setTarget(topic, partition: max(record.partition, -1))
        arguments.setValue(payload(record.value), record.value.kind == .null ? 0 : record.value.count)
        arguments.setKey(payload(record.key), record.key.kind == .null ? 0 : record.key.count)
        // librdkafka reads 0 as "now"; for the beginning of 1970 one millisecond off is nearer to the truth.
        let timestamp = record.timestamp == RecordSlot.noTimestamp ? 0 : max(record.timestamp, 1)
        let token = InFlightBatches.token(slot: pass.slot, record: pass.index)
        guard
            let error = arguments.produce(handle.pointer, token: token, timestamp: timestamp, headers: headers)
        else {
            pass.accepted += 1
            pass.index += 1
            return
        }
        // On success librdkafka has taken the headers over; on failure they are still ours.
        if let headers { rd_kafka_headers_destroy(headers) }
        let code = KafkaErrors.consume(error).code
        let name = batch.topic(of: record)
        if code == RD_KAFKA_RESP_ERR__QUEUE_FULL {
            queueIsFull(&pass, byteCount: record.value.buffer.count, topic: name)
        } else {
            pass.reject(failure(code, topic: name, partition: record.partition))
        }
    }

    // Stops the pass, unless nothing is in flight: then no report will ever make room, the record alone exceeds the buffer.
    private func queueIsFull(_ pass: inout Pass, byteCount: Int, topic: String) {
        guard pass.accepted == 0, inFlight.count == 0 else {
            pass.isFull = true
            return
        }
        pass.reject(
            ConnectError(
                .recordTooLarge,
                "A record for topic \(topic) has \(byteCount) bytes and alone exceeds the producer's buffer: "
                    + "raise buffer.memory, or make the record smaller.",
                location: ErrorLocation(stage: .kafkaProduce, topic: topic)
            )
        )
    }

    private func failure(_ code: rd_kafka_resp_err_t, topic: String, partition: Int32) -> ConnectError {
        guard code == RD_KAFKA_RESP_ERR__FATAL, let fatal = KafkaHandle.fatalError(of: handle.pointer) else {
            return KafkaErrors.delivery(code, topic: topic, partition: partition)
        }
        return ConnectError(
            .kafkaFatal,
            "The producer cannot go on: \(fatal.text) (\(KafkaErrors.name(fatal.code))).",
            location: ErrorLocation(stage: .kafkaProduce, topic: topic)
        )
    }

    private static func badTopic(_ name: String) -> ConnectError {
        ConnectError(
            .data,
            "Kafka does not allow the topic name \"\(name)\": use 1 to 249 letters, digits, '.', '_' and '-'.",
            location: ErrorLocation(stage: .kafkaProduce)
        )
    }

    private static func badTimestamp(_ timestamp: Int64, topic: String) -> ConnectError {
        ConnectError(
            .data,
            "A record for topic \(topic) has the timestamp \(timestamp): Kafka knows none before 1970. "
                + "Mend it with a transformation.",
            location: ErrorLocation(stage: .kafkaProduce, topic: topic)
        )
    }

    private static func notSerialised(_ topic: String) -> ConnectError {
        ConnectError(
            .serialization,
            "A record for topic \(topic) reached the producer before its key, value or headers were turned into bytes: "
                + "the converters must come first.",
            location: ErrorLocation(stage: .kafkaProduce, topic: topic)
        )
    }

    // librdkafka takes nil for null, so no bytes need an address too.
    @inline(__always)
    private func payload(_ cell: Cell) -> UnsafeMutableRawPointer? {
        cell.kind == .null ? nil : cell.address.map { UnsafeMutableRawPointer(mutating: $0) } ?? noBytes
    }

    private func topic(_ name: String) -> OpaquePointer? {
        if let topic = topics[name] { return topic }
        guard let topic = rd_kafka_topic_new(handle.pointer, name, nil) else { return nil }
        topics[name] = topic
        return topic
    }

    // MARK: Reports

    /// See ``ProducerClient/drain()``.
    func drain(_ queue: KafkaQueue) -> [ProducerEvent] {
        while let event = rd_kafka_queue_poll(queue.pointer, 0) {
            switch rd_kafka_event_type(event) {
            case RD_KAFKA_EVENT_DR:
                take(event)
            case RD_KAFKA_EVENT_ERROR:
                handle.callbacks.report(
                    rd_kafka_event_error(event),
                    text: rd_kafka_event_error_string(event).map { String(cString: $0) } ?? "",
                    isFatal: rd_kafka_event_error_is_fatal(event) != 0
                )
            default:
                break
            }
            rd_kafka_event_destroy(event)
        }
        var events = inFlight.takeReports()
        for (error, isFatal) in handle.callbacks.takeErrors() { events.append(.error(error, isFatal: isFatal)) }
        return events
    }

    // The reports of one message set. They mostly belong to one batch, so runs are counted, not records looked up.
    private func take(_ event: OpaquePointer) {
        var slot = -1
        var run = 0
        var answeredBy: Int32?
        while case let count = rd_kafka_event_message_array(event, reports.baseAddress, reports.count), count > 0 {
            for position in 0..<count {
                guard let message = reports[position], let token = InFlightBatches.parse(message.pointee._private)
                else {
                    continue
                }
                if token.slot != slot {
                    if run > 0 { inFlight.reported(run, slot: slot) }
                    slot = token.slot
                    run = 0
                }
                run += 1
                let code = message.pointee.err
                if code == RD_KAFKA_RESP_ERR_NO_ERROR {
                    if answeredBy == nil { answeredBy = rd_kafka_message_broker_id(message) }
                    continue
                }
                let topic = inFlight.topic(ofRecord: token.record, slot: slot)
                let error = KafkaErrors.delivery(code, topic: topic, partition: message.pointee.partition)
                inFlight.failed(RecordFailure(index: token.record, error: error), slot: slot)
            }
        }
        if run > 0 { inFlight.reported(run, slot: slot) }
        if let answeredBy { handle.callbacks.answered(by: answeredBy) }
    }

    // MARK: Closing

    /// Throws away what is queued or in flight. Blocks while librdkafka's threads do so; reports that come of it are dropped.
    func purge(_ queue: KafkaQueue) {
        rd_kafka_purge(handle.pointer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
        _ = drain(queue)
    }

    /// Gives the topics back; must happen before the client is destroyed.
    func releaseTopics() {
        for topic in topics.values { rd_kafka_topic_destroy(topic) }
        topics = [:]
    }

    /// Lets go of the batches that got no report: only after the client is destroyed.
    func releaseBatches() {
        inFlight.removeAll()
    }
}
