import Engine
import Glibc

/// The lines of a batch in one piece of memory, kept from batch to batch.
final class LineWriter {
    // Beyond this the memory of an unusually large batch is given back.
    private static let keptByteCount = 4 << 20

    private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var used = 0
    private var text: [UInt8] = []

    init() {}

    deinit {
        memory.deallocate()
    }

    /// Replaces what is held by the values of a batch, each with a newline behind it. Strings and bytes go in as they are,
    /// other values as Java prints them. The answer is valid until the next call.
    func lines(of batch: RecordBatch) -> UnsafeRawBufferPointer {
        used = 0
        if memory.count > Self.keptByteCount { resize(to: Self.keptByteCount) }
        reserve(batch.byteCount + batch.count)
        for record in batch.records {
            let cell = record.value
            switch cell.kind {
            case .text, .bytes:
                append(cell.buffer)
            case .null, .object:
                text.removeAll(keepingCapacity: true)
                JavaText.append(batch.value(of: cell), to: &text)
                text.withUnsafeBytes { append($0) }
            }
        }
        return UnsafeRawBufferPointer(rebasing: memory[..<used])
    }

    @inline(__always)
    private func append(_ line: UnsafeRawBufferPointer) {
        let needed = line.count + 1
        if memory.count - used < needed { reserve(needed) }
        guard let target = memory.baseAddress else { return }
        if let source = line.baseAddress { memcpy(target + used, source, line.count) }
        target.storeBytes(of: UInt8(ascii: "\n"), toByteOffset: used + line.count, as: UInt8.self)
        used += needed
    }

    private func reserve(_ count: Int) {
        if memory.count - used < count { resize(to: max(2 * memory.count, used + count, 64 * 1024)) }
    }

    private func resize(to count: Int) {
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<used]))
        memory.deallocate()
        memory = larger
    }
}
