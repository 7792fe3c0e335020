import Glibc

/// A system call on the broker's files that failed: which, on what, why.
struct StorageError: Error, CustomStringConvertible {
    /// What was tried, as in "cannot write".
    let attempt: String
    /// Below the storage's root.
    let path: String
    /// `errno`.
    let code: Int32

    var description: String { "cannot \(attempt) \(path): \(String(cString: strerror(code)))" }

    /// Whether the device, or the user's share of it, has no room left.
    var isFull: Bool { code == ENOSPC || code == EDQUOT }
}
