import CRdKafka
import Engine
import Glibc

/// Copies messages out of librdkafka's memory into a batch's own.
///
/// A message keeps the whole fetch response that it came in alive, often megabytes for a hundred bytes. A batch that pointed into
/// messages would hold many times the bytes it is counted with, and rule 4 would be a pretence; copying costs less than
/// destroying the message does.
struct MessageCopy {
    /// What the cells of the batch point into: the batch must retain it.
    let arena: Arena
    // Room for all keys and values, allocated once.
    private var rest: UnsafeMutableRawBufferPointer

    /// Room for so many bytes of keys and values; headers take more as they come.
    init(byteCount: Int) {
        arena = Arena(blockByteCount: byteCount)
        rest = arena.allocate(byteCount)
    }

    /// The record of a message; its headers become the batch's. The message may be destroyed afterwards.
    mutating func record(
        of message: UnsafeMutablePointer<rd_kafka_message_t>,
        topic: Int32,
        in batch: inout RecordBatch
    ) -> RecordSlot {
        let firstHeader = batch.headers.count
        var list: OpaquePointer?
        if rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list {
            copyHeaders(list, to: &batch)
        }
        var timestampType = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let timestamp = rd_kafka_message_timestamp(message, &timestampType)
        return RecordSlot(
            topic: topic,
            partition: message.pointee.partition,
            timestamp: timestampType == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? RecordSlot.noTimestamp : timestamp,
            offset: message.pointee.offset,
            key: cell(message.pointee.key, message.pointee.key_len),
            value: cell(message.pointee.payload, message.pointee.len),
            firstHeader: Int32(truncatingIfNeeded: firstHeader),
            headerCount: Int32(truncatingIfNeeded: batch.headers.count - firstHeader)
        )
    }

    private mutating func cell(_ address: UnsafeMutableRawPointer?, _ count: Int) -> Cell {
        guard let address else { return .null() }
        guard count <= rest.count else {
            // Never so: `byteCount` counts every key and value. Memory of its own all the same.
            return .bytes(arena.copy(UnsafeRawBufferPointer(start: address, count: count)))
        }
        let target = UnsafeMutableRawBufferPointer(rebasing: rest[..<count])
        target.copyMemory(from: UnsafeRawBufferPointer(start: address, count: count))
        rest = UnsafeMutableRawBufferPointer(rebasing: rest[count...])
        return .bytes(UnsafeRawBufferPointer(target))
    }

    private func copyHeaders(_ list: OpaquePointer, to batch: inout RecordBatch) {
        var index = 0
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var size = 0
        while rd_kafka_header_get_all(list, index, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR {
            let key = UnsafeRawBufferPointer(start: name, count: name.map { strlen($0) } ?? 0)
            let content = value.map { Cell.bytes(arena.copy(UnsafeRawBufferPointer(start: $0, count: size))) }
            batch.appendHeader(HeaderSlot(key: .text(arena.copy(key)), value: content ?? .null()))
            index += 1
        }
    }
}
