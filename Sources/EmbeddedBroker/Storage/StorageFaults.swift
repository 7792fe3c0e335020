import Glibc

/// What is wrong with a storage's device, for tests of what the broker does then. Nothing, to begin with.
final class StorageFaults {
    /// How many more bytes fit (ENOSPC after them); nil for no end.
    var bytesLeft: Int?
    /// The `errno` that syncs fail with.
    var syncError: Int32?
    /// The `errno` that reads fail with.
    var readError: Int32?

    /// How many of `count` bytes may be written now: all, fewer, or none.
    func admit(_ count: Int) -> Int {
        guard let left = bytesLeft else { return count }
        let admitted = min(left, count)
        bytesLeft = left - admitted
        return admitted
    }
}
