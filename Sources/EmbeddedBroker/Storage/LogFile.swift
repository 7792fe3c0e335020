import Glibc
import NIOCore

/// One file of a log, written and read at positions. Belongs to the storage that made it.
final class LogFile {
    /// An open descriptor, closed when nobody holds it any more.
    final class Descriptor {
        let number: Int32
        init(_ number: Int32) { self.number = number }
        deinit { close(number) }
    }

    /// Below the storage's root. Set anew when the file was renamed.
    var path: String
    /// Nil while the file is closed; the storage's matter.
    var descriptor: Descriptor?
    /// When the descriptor was last used, in the storage's count of uses; the storage's matter.
    var lastUse: UInt64 = 0
    private let opener: any DescriptorOpener

    init(path: String, opener: any DescriptorOpener) {
        self.path = path
        self.opener = opener
    }

    deinit {
        opener.released(self)
    }

    /// Writes all of `first`, then all of `second`, at `position`: one `pwritev(2)` unless the kernel takes less at once.
    /// When it throws, any part may have been written.
    func write(
        _ first: UnsafeRawBufferPointer,
        _ second: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0),
        at position: Int64
    ) throws(StorageError) {
        let number = try opener.open(self)
        var written = 0
        let total = first.count + second.count
        while written < total {
            let admitted = opener.faults?.admit(total - written) ?? (total - written)
            guard admitted > 0 else { throw error("write", code: ENOSPC) }
            let firstLeft = UnsafeRawBufferPointer(
                rebasing: first.dropFirst(min(written, first.count)).prefix(admitted)
            )
            let secondLeft = UnsafeRawBufferPointer(
                rebasing: second.dropFirst(max(0, written - first.count)).prefix(admitted - firstLeft.count)
            )
            let count = Self.writeVector(number, firstLeft, secondLeft, position + Int64(written))
            if count < 0 {
                let code = errno
                if code == EINTR { continue }
                throw error("write", code: code)
            }
            written += count
        }
    }

    private static func writeVector(
        _ number: Int32,
        _ first: UnsafeRawBufferPointer,
        _ second: UnsafeRawBufferPointer,
        _ position: Int64
    ) -> Int {
        withUnsafeTemporaryAllocation(of: iovec.self, capacity: 2) { vectors in
            vectors.initializeElement(
                at: 0,
                to: iovec(iov_base: UnsafeMutableRawPointer(mutating: first.baseAddress), iov_len: first.count)
            )
            vectors.initializeElement(
                at: 1,
                to: iovec(iov_base: UnsafeMutableRawPointer(mutating: second.baseAddress), iov_len: second.count)
            )
            return pwritev(number, vectors.baseAddress, 2, off_t(position))
        }
    }

    /// Up to `count` bytes from `position` on; fewer at the end of the file only.
    func read(at position: Int64, count: Int) throws(StorageError) -> ByteBuffer {
        var buffer = ByteBuffer()
        var code: Int32 = 0
        let number = try opener.open(self)
        if let fault = opener.faults?.readError { throw error("read", code: fault) }
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { free in
            var have = 0
            while have < count {
                let got = pread(number, free.baseAddress.map { $0 + have }, count - have, off_t(position) + off_t(have))
                if got < 0 {
                    code = errno
                    if code == EINTR {
                        code = 0
                        continue
                    }
                    return 0
                }
                if got == 0 { break }
                have += got
            }
            return have
        }
        guard code == 0 else { throw error("read", code: code) }
        return buffer
    }

    /// Cuts the file to `size` bytes.
    func truncate(to size: Int64) throws(StorageError) {
        let number = try opener.open(self)
        while ftruncate(number, off_t(size)) != 0 {
            guard errno == EINTR else { throw error("truncate", code: errno) }
        }
    }

    /// Makes what was written durable (`fdatasync(2)`).
    func sync() throws(StorageError) {
        let number = try opener.open(self)
        if let fault = opener.faults?.syncError { throw error("sync", code: fault) }
        while fdatasync(number) != 0 {
            guard errno == EINTR else { throw error("sync", code: errno) }
        }
    }

    private func error(_ attempt: String, code: Int32) -> StorageError {
        StorageError(attempt: attempt, path: path, code: code)
    }
}

/// The storage, as its files see it.
protocol DescriptorOpener: AnyObject {
    var faults: StorageFaults? { get }

    /// The file's descriptor, opened now if need be. Good until the next call.
    func open(_ file: LogFile) throws(StorageError) -> Int32

    /// Nobody holds `file` any more.
    func released(_ file: LogFile)
}
