/// Memory that cells of a batch point into: it must stay where it is, unchanged, until the object dies.
///
/// A batch keeps its memories alive; librdkafka reads from them until the last delivery report.
public protocol BatchMemory: AnyObject, Sendable {}

/// A bump allocator in blocks that never move: the bytes of one batch.
///
/// Not for sharing while it grows: one stage fills it, then it is sealed by being handed on. Costs one heap allocation per
/// block, none per record.
public final class Arena: BatchMemory, @unchecked Sendable {
    // @unchecked: filled by the one stage that made it; after the batch is handed on nobody writes.
    private var blocks: [UnsafeMutableRawBufferPointer] = []
    private var used = 0
    private let blockByteCount: Int

    /// Bytes handed out so far.
    public private(set) var byteCount = 0

    /// An arena that grows by blocks of at least `blockByteCount` bytes.
    public init(blockByteCount: Int = 64 * 1024) {
        self.blockByteCount = max(blockByteCount, 64)
    }

    deinit {
        for block in blocks { block.deallocate() }
    }

    /// Uninitialised memory of `count` bytes, aligned for bytes only. Stays valid as long as the arena lives.
    public func allocate(_ count: Int) -> UnsafeMutableRawBufferPointer {
        byteCount += count
        if let block = blocks.last, used + count <= block.count {
            defer { used += count }
            return UnsafeMutableRawBufferPointer(rebasing: block[used..<(used + count)])
        }
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: max(blockByteCount, count), alignment: 16)
        blocks.append(block)
        used = count
        return UnsafeMutableRawBufferPointer(rebasing: block[0..<count])
    }

    /// Gives back the tail of the last allocation: `unused` bytes that the caller did not need.
    public func giveBack(_ unused: Int) {
        used -= unused
        byteCount -= unused
    }

    /// Copies bytes in and returns where they are now.
    public func copy(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let target = allocate(bytes.count)
        target.copyMemory(from: bytes)
        return UnsafeRawBufferPointer(target)
    }
}
