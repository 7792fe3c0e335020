import Engine
import Glibc

/// A file that is open for reading; closed when the last reference goes.
final class OpenFile: Sendable {
    let descriptor: Int32
    private let isOwned: Bool

    /// Takes over a descriptor, or borrows one that somebody else closes.
    init(descriptor: Int32, isOwned: Bool = true) {
        self.descriptor = descriptor
        self.isOwned = isOwned
    }

    deinit {
        if isOwned { _ = Glibc.close(descriptor) }
    }

    /// Opens a file for reading, or returns `nil` when there is none yet.
    ///
    /// Errors: ``ConnectError/Code/configuration`` for a folder, ``ConnectError/Code/inputOutput`` for everything else.
    static func reading(_ path: String) throws -> (file: OpenFile, status: FileStatus)? {
        // Non-blocking: a named pipe without a writer must not hold up the open.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            let code = errno
            if code == ENOENT { return nil }
            throw FileErrors.inputOutput("cannot open the source file", path: path, code: code)
        }
        let file = OpenFile(descriptor: descriptor)
        guard let status = FileStatus.of(descriptor: descriptor) else {
            throw FileErrors.inputOutput("cannot examine the source file", path: path, code: errno)
        }
        switch status.kind {
        case .regular:
            // Only a hint: read ahead further.
            _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
            return (file, status)
        case .fifo:
            // Open for writing too, the pipe has no end while its writers come and go.
            let both = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK)
            return (both >= 0 ? OpenFile(descriptor: both) : file, status)
        case .characterDevice:
            return (file, status)
        case .folder:
            throw ConnectError(
                .configuration,
                "\"file\" names a folder, \(path): name one file; to read many files, start one connector for each"
            )
        case .other:
            throw ConnectError(.configuration, "\"file\" names something that cannot be read as a file: \(path)")
        }
    }
}
