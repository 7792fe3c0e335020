import Engine
import Glibc

/// Failed system calls as errors.
enum SystemError {
    /// The error that `errno` tells of.
    static func last(_ attempt: String) -> ConnectError {
        ConnectError(.inputOutput, "cannot \(attempt): \(String(cString: strerror(errno)))")
    }

    /// Writes everything; blocks.
    static func writeAll(_ bytes: UnsafeRawBufferPointer, to file: Int32, path: String) throws {
        var rest = bytes
        while !rest.isEmpty {
            let count = write(file, rest.baseAddress, rest.count)
            if count >= 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            } else if errno != EINTR {
                throw last("write \(path)")
            }
        }
    }
}
