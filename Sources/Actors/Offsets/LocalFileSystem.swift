public import Engine
import Glibc

/// The machine's own files.
public struct LocalFileSystem: FileSystem {
    /// The files of this machine.
    public init() {}

    /// See ``FileSystem``.
    public func read(_ path: String) throws -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("open", path, errno)
        }
        defer { Glibc.close(file) }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = Glibc.read(file, &chunk, chunk.count)
            if count == 0 { return content }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure("read", path, errno)
            }
            content.append(contentsOf: chunk[0..<count])
        }
    }

    /// See ``FileSystem``.
    public func replace(_ path: String, with bytes: [UInt8]) throws {
        let temporary = path + ".tmp"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw failure("create", temporary, errno) }
        do {
            defer { Glibc.close(file) }
            try write(bytes, to: file, temporary)
            guard fsync(file) == 0 else { throw failure("fsync", temporary, errno) }
        } catch {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, path) == 0 else { throw failure("rename to \(path)", temporary, errno) }
        try syncFolder(of: path)
    }

    private func write(_ bytes: [UInt8], to file: Int32, _ path: String) throws {
        try bytes.withUnsafeBytes { buffer in
            var written = 0
            while written < buffer.count {
                let count = Glibc.write(file, buffer.baseAddress?.advanced(by: written), buffer.count - written)
                if count < 0 {
                    if errno == EINTR { continue }
                    throw failure("write", path, errno)
                }
                written += count
            }
        }
    }

    /// The rename itself must survive a power cut.
    private func syncFolder(of path: String) throws {
        let folder = path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) : "."
        let name = folder.isEmpty ? "/" : folder
        let file = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw failure("open", name, errno) }
        defer { Glibc.close(file) }
        guard fsync(file) == 0 else { throw failure("fsync", name, errno) }
    }

    private func failure(_ action: String, _ path: String, _ code: Int32) -> ConnectError {
        let fix =
            switch code {
            case ENOSPC, EDQUOT: "free space on that disk"
            case EACCES, EPERM: "give the user that runs connectd the right to do so"
            case EROFS: "the file system is mounted read-only: name a file elsewhere"
            case ENOENT, ENOTDIR: "create the folder, or name a file in one that exists"
            default: "see the cause"
            }
        return ConnectError(.inputOutput, "cannot \(action) \(path): \(String(cString: strerror(code))); \(fix)")
    }
}
