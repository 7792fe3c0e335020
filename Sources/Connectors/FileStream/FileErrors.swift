import Engine
import Glibc

/// Errors of the file system in words that a user can act on.
enum FileErrors {
    /// What `errno` said about a path, with the fix as far as the code tells it.
    static func inputOutput(_ what: String, path: String, code: Int32, fix: String? = nil) -> ConnectError {
        let advice = fix ?? standardFix(code)
        return ConnectError(.inputOutput, "\(what) \(path): \(text(code)); \(advice)")
    }

    /// The system's own text for an error code.
    static func text(_ code: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard strerror_r(code, &buffer, buffer.count) == 0 else { return "errno \(code)" }
        let message = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return "\(String(decoding: message, as: UTF8.self)) (errno \(code))"
    }

    private static func standardFix(_ code: Int32) -> String {
        switch code {
        case EACCES, EPERM: "give the user that runs connectd the right to it and to every folder above it"
        case ENOENT: "create the folder that is to hold it"
        case ENOTDIR: "a part of the path that should be a folder is a file: correct \"file\""
        case EISDIR: "name a file, not a folder"
        case ENOSPC, EDQUOT: "free space on the file system that holds it, or raise the quota"
        case EROFS: "the file system is mounted read-only: mount it for writing or name another file"
        case EMFILE, ENFILE: "raise the limit of open files (ulimit -n)"
        case ESTALE: "the network file system has lost the file: check its mount"
        case EFBIG: "the file has reached the largest size allowed: rotate it, or raise the limit (ulimit -f)"
        case EIO: "the device or network file system failed: check its logs"
        default: "mend the cause; the task is started again by itself"
        }
    }
}
