import Engine
import Glibc
import Logging

/// A file that whole lines are appended to, or standard output. Used by one task, one call at a time.
///
/// What a failed write leaves behind is cut off again, so that writing the same batch again does not repeat half of it. Once
/// a sync has failed the kernel may have dropped what it could not write and say nothing more: from then on every call fails,
/// until a new task writes again from the last committed offset (rule 2).
struct OutputFile {
    private let path: String
    private let descriptor: Int32
    private let isOwned: Bool
    private let isRegular: Bool
    private let logger: Logger
    /// The folder's entry is not known to be durable yet.
    private var isNew: Bool
    /// A failed write left part of a line behind.
    private var mustBeginLine = false
    private var syncError: ConnectError?

    private static let newline = UInt8(ascii: "\n")
    // A pipe that is ready takes this much without blocking (PIPE_BUF).
    private static let pipeByteCount = 4096

    /// Opens a file for appending, made if missing.
    init(appendingTo path: String, logger: Logger) throws {
        var isNew = false
        // Read access only to look at the last line; not every output can be read.
        var descriptor = open(path, O_RDWR | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        if descriptor < 0, errno == EACCES || errno == ENXIO {
            descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY)
        }
        if descriptor < 0, errno == ENOENT {
            isNew = true
            descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0o666)
        }
        guard descriptor >= 0 else {
            let code = errno
            if code == EISDIR {
                throw ConnectError(.configuration, "\"file\" names a folder, \(path): name a file to write to")
            }
            throw FileErrors.inputOutput("cannot open the sink file", path: path, code: code)
        }
        self.init(descriptor: descriptor, isOwned: true, isNew: isNew, path: path, logger: logger)
        guard isRegular else { return }
        do {
            try endLastLine()
        } catch {
            close()
            throw error
        }
    }

    /// Writes to standard output, which stays open.
    init(standardOutput descriptor: Int32, logger: Logger) {
        self.init(descriptor: descriptor, isOwned: false, isNew: false, path: "standard output", logger: logger)
    }

    private init(descriptor: Int32, isOwned: Bool, isNew: Bool, path: String, logger: Logger) {
        self.descriptor = descriptor
        self.isOwned = isOwned
        self.isNew = isNew
        self.path = path
        self.logger = logger
        isRegular = FileStatus.of(descriptor: descriptor)?.kind == .regular
    }

    /// Closes the file. Nothing may be called after it.
    func close() {
        if isOwned { _ = Glibc.close(descriptor) }
    }

    // MARK: Writing

    /// Appends whole lines. Suspends while a pipe or terminal takes no more. Errors: ``ConnectError/Code/inputOutput``; then
    /// none of the lines is in the file.
    mutating func append(_ lines: UnsafeRawBufferPointer) async throws {
        if let syncError { throw syncError }
        guard isRegular else { return try await appendToStream(lines) }
        if mustBeginLine {
            try beginLine()
            mustBeginLine = false
        }
        var written = 0
        while written < lines.count {
            let count = write(descriptor, lines.baseAddress.map { $0 + written }, lines.count - written)
            if count > 0 {
                written += count
            } else if errno != EINTR {
                let code = errno
                takeBack(written)
                throw FileErrors.inputOutput("cannot write to", path: path, code: code)
            }
        }
    }

    private func appendToStream(_ lines: UnsafeRawBufferPointer) async throws {
        var written = 0
        while written < lines.count {
            guard Readiness.isReady(descriptor, .write) else {
                try await Readiness.wait(descriptor, .write)
                continue
            }
            let count = write(
                descriptor,
                lines.baseAddress.map { $0 + written },
                min(lines.count - written, Self.pipeByteCount)
            )
            if count > 0 {
                written += count
            } else if errno != EINTR, errno != EAGAIN {
                throw FileErrors.inputOutput("cannot write to", path: path, code: errno)
            }
        }
    }

    /// Cuts off what a failed write has appended, unless another task or program has the file open or has appended behind it.
    private mutating func takeBack(_ written: Int) {
        guard written > 0 else { return }
        let end = lseek(descriptor, 0, SEEK_CUR)
        var isCut = false
        whileAlone {
            guard let size = FileStatus.of(descriptor: descriptor)?.size, end == off_t(size), written <= size else {
                return
            }
            isCut = ftruncate(descriptor, end - off_t(written)) == 0
        }
        guard !isCut else { return }
        mustBeginLine = true
        logger.error(
            "part of a batch that could not be written stays in the sink file, for others write to it too: its lines are repeated",
            metadata: ["file": "\(path)", "bytes": "\(written)"]
        )
    }

    // MARK: A line cut short

    /// Begins a new line if the file does not end with one: what a killed worker had written of a line must not run into the
    /// first record. Skipped while another task of this sink has the file open: it has seen to that, and may be writing now.
    private func endLastLine() throws {
        try whileAlone {
            guard let size = FileStatus.of(descriptor: descriptor)?.size, size > 0 else { return }
            var last: UInt8 = 0
            guard pread(descriptor, &last, 1, off_t(size - 1)) == 1, last != Self.newline else { return }
            try beginLine()
            logger.warning(
                "the sink file did not end with a newline: one was added (a line cut by a kill follows once more, whole)",
                metadata: ["file": "\(path)"]
            )
        }
    }

    private func beginLine() throws {
        var newline = Self.newline
        guard write(descriptor, &newline, 1) == 1 else {
            throw FileErrors.inputOutput("cannot write to", path: path, code: errno)
        }
    }

    /// Runs `body` if no other task has the file open, and keeps others from opening it meanwhile. Tasks that have it open share
    /// a lock. Where the file system knows no locks, the task is taken to be alone. Returns true when `body` ran.
    @discardableResult
    private func whileAlone(_ body: () throws -> Void) rethrows -> Bool {
        let isAlone = flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
        // Waits at most for another task that is in here.
        defer { _ = flock(descriptor, LOCK_SH) }
        if isAlone { try body() }
        return isAlone
    }

    // MARK: Durability

    /// Makes everything appended so far durable (rule 2). Does nothing for pipes and terminals.
    mutating func sync() throws {
        if let syncError { throw syncError }
        guard isRegular else { return }
        if fdatasync(descriptor) != 0 { throw syncFailed(errno) }
        if isNew {
            try syncFolder()
            isNew = false
        }
    }

    private mutating func syncFailed(_ code: Int32) -> ConnectError {
        let error = FileErrors.inputOutput("cannot make durable what was written to", path: path, code: code)
        syncError = error
        return error
    }

    private func syncFolder() throws {
        let name = path.lastIndex(of: "/").map { path[..<$0] } ?? "."
        let folder = open(name.isEmpty ? "/" : String(name), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw FileErrors.inputOutput("cannot open the folder of", path: path, code: errno) }
        defer { _ = Glibc.close(folder) }
        guard fsync(folder) == 0 else {
            throw FileErrors.inputOutput("cannot make durable the folder of", path: path, code: errno)
        }
    }
}
