import CCRC32C
import NIOCore

/// Writes a batch with the offset the log gives it. The records go to the file from where they are; only the part of the
/// head that differs is written from a copy.
enum BatchPlacement {
    /// Base offset, length, leader epoch: outside of the checksum.
    private static let unchecked = 16
    /// Up to the largest timestamp, for LogAppendTime.
    private static let stampedUpTo = 43

    /// - Parameters:
    ///   - bytes: The whole batch.
    ///   - header: With the new offset, and where `stamped` with the new attributes and timestamp; gets the checksum.
    ///   - position: Where in the file.
    static func write(
        _ bytes: UnsafeRawBufferPointer,
        _ header: inout RecordBatchHeader,
        stamped: Bool,
        to file: LogFile,
        at position: Int64
    ) throws(StorageError) {
        let copied = stamped ? stampedUpTo : unchecked
        guard bytes.count >= RecordBatchHeader.size else { return }
        let rest = UnsafeRawBufferPointer(rebasing: bytes[copied...])
        var failure: StorageError?
        withUnsafeTemporaryAllocation(byteCount: copied, alignment: 8) { head in
            head.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<copied]))
            head.storeBytes(of: header.baseOffset.bigEndian, toByteOffset: 0, as: Int64.self)
            head.storeBytes(of: header.partitionLeaderEpoch.bigEndian, toByteOffset: 12, as: Int32.self)
            if stamped {
                head.storeBytes(of: header.attributes.bigEndian, toByteOffset: 21, as: Int16.self)
                head.storeBytes(of: header.maxTimestamp.bigEndian, toByteOffset: 35, as: Int64.self)
                let checked = UnsafeRawBufferPointer(rebasing: head[RecordBatchHeader.checksummedFrom...])
                let first = connectd_crc32c(0, checked.baseAddress, checked.count)
                header.checksum = connectd_crc32c(first, rest.baseAddress, rest.count)
                head.storeBytes(of: header.checksum.bigEndian, toByteOffset: 17, as: UInt32.self)
            }
            do throws(StorageError) {
                try file.write(UnsafeRawBufferPointer(head), rest, at: position)
            } catch { failure = error }
        }
        if let failure { throw failure }
    }
}
