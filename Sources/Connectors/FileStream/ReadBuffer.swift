import Engine
import Glibc
import Synchronization

/// Memory that a file is read into and that text cells of several batches point into. Bytes once handed on are never written
/// again; the reader only adds behind them.
final class ReadBuffer: BatchMemory, @unchecked Sendable {
    // @unchecked: the one reader appends behind what it has handed on; everybody else only reads, and not beyond that.

    /// The first byte.
    private(set) var base: UnsafeMutableRawPointer
    /// Bytes that fit.
    private(set) var capacity: Int
    private let pool: ReadBufferPool

    fileprivate init(base: UnsafeMutableRawPointer, capacity: Int, pool: ReadBufferPool) {
        self.base = base
        self.capacity = capacity
        self.pool = pool
    }

    deinit {
        pool.takeBack(base, capacity: capacity)
    }

    /// Makes room for more bytes by moving the memory: only for a buffer that no cell points into yet. For large buffers the
    /// system moves pages, not bytes.
    func grow(to newCapacity: Int) -> Bool {
        guard let moved = realloc(base, newCapacity) else { return false }
        base = moved
        capacity = newCapacity
        return true
    }
}

/// Keeps the memory of read buffers for the next ones, so that a busy reader does not fault in fresh pages for every chunk.
/// Batches die on other threads, hence the lock; it is taken once per chunk.
final class ReadBufferPool: Sendable {
    /// Bytes of an ordinary buffer: large enough to make system calls cheap, small enough to stay in a core's cache.
    static let chunkByteCount = 256 * 1024
    private static let keptAtMost = 8

    // Addresses as integers: pointers are not Sendable.
    private let kept = Mutex<[UInt]>([])

    deinit {
        drain()
    }

    /// A buffer of at least so many bytes, or `nil` when there is no memory for it.
    func make(byteCount: Int) -> ReadBuffer? {
        if byteCount == Self.chunkByteCount,
            let address = kept.withLock({ $0.popLast() }),
            let base = UnsafeMutableRawPointer(bitPattern: address)
        {
            return ReadBuffer(base: base, capacity: byteCount, pool: self)
        }
        guard let base = malloc(byteCount) else { return nil }
        return ReadBuffer(base: base, capacity: byteCount, pool: self)
    }

    /// Gives the kept memory back to the system. Called when a reader has nothing to read.
    func drain() {
        let addresses = kept.withLock { kept in
            defer { kept = [] }
            return kept
        }
        for address in addresses { free(UnsafeMutableRawPointer(bitPattern: address)) }
    }

    fileprivate func takeBack(_ base: UnsafeMutableRawPointer, capacity: Int) {
        let address = UInt(bitPattern: base)
        let isKept = kept.withLock { kept in
            guard capacity == Self.chunkByteCount, kept.count < Self.keptAtMost else { return false }
            kept.append(address)
            return true
        }
        if !isKept { free(base) }
    }
}
