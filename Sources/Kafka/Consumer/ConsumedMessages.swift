import CRdKafka
import Engine
import Glibc

/// The messages that a batch's cells point into: librdkafka's own memory, given back when the batch dies.
final class ConsumedMessages: BatchMemory, @unchecked Sendable {
    // @unchecked: written once, by the poll that made it.

    /// Messages that somebody owns.
    typealias List = ContiguousArray<UnsafeMutablePointer<rd_kafka_message_t>>

    private let messages: List
    private let handle: KafkaHandle

    /// Takes the messages over. They refer to their client's memory, so the client outlives them.
    init(_ messages: consuming List, handle: KafkaHandle) {
        self.messages = messages
        self.handle = handle
        handle.beginHolding()
    }

    deinit {
        for message in messages { rd_kafka_message_destroy(message) }
        handle.endHolding()
    }
}

extension RecordBatch {
    /// A record that points into a message; its headers become this batch's. The caller keeps the message as long as the batch.
    mutating func takeRecord(_ message: UnsafeMutablePointer<rd_kafka_message_t>, topic: Int32) -> RecordSlot {
        let firstHeader = headers.count
        var list: OpaquePointer?
        if rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list { takeHeaders(list) }
        var timestampType = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let timestamp = rd_kafka_message_timestamp(message, &timestampType)
        return RecordSlot(
            topic: topic,
            partition: message.pointee.partition,
            timestamp: timestampType == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? RecordSlot.noTimestamp : timestamp,
            offset: message.pointee.offset,
            key: Self.cell(message.pointee.key, message.pointee.key_len),
            value: Self.cell(message.pointee.payload, message.pointee.len),
            firstHeader: Int32(truncatingIfNeeded: firstHeader),
            headerCount: Int32(truncatingIfNeeded: headers.count - firstHeader)
        )
    }

    private mutating func takeHeaders(_ list: OpaquePointer) {
        var index = 0
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var size = 0
        while rd_kafka_header_get_all(list, index, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR {
            let key = name.map { UnsafeRawBufferPointer(start: $0, count: strlen($0)) }
            appendHeader(
                HeaderSlot(
                    key: .text(key ?? UnsafeRawBufferPointer(start: nil, count: 0)),
                    value: Self.cell(UnsafeMutableRawPointer(mutating: value), size)
                )
            )
            index += 1
        }
    }

    private static func cell(_ address: UnsafeMutableRawPointer?, _ count: Int) -> Cell {
        guard let address else { return .null() }
        return .bytes(UnsafeRawBufferPointer(start: address, count: count))
    }
}
