import Glibc

/// What the file system says about a path or an open file, as far as following a file needs it.
struct FileStatus: Sendable, Hashable {
    /// Which file it is, whatever its name.
    struct Identity: Sendable, Hashable {
        /// The file system.
        var device: UInt64
        /// The file in it; not used again while the file is open.
        var inode: UInt64
    }

    /// What kind of thing stands under the name.
    enum Kind: Sendable, Hashable {
        case regular
        case folder
        /// A pipe with a name.
        case fifo
        /// A terminal, a serial line.
        case characterDevice
        case other
    }

    var identity: Identity
    var kind: Kind
    /// Bytes; meaningful for regular files.
    var size: Int64

    /// The status of an open file, or `nil` with `errno` set.
    static func of(descriptor: Int32) -> FileStatus? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? FileStatus(status) : nil
    }

    /// The status of what a path leads to, or `nil` with `errno` set.
    static func of(path: String) -> FileStatus? {
        var status = stat()
        return stat(path, &status) == 0 ? FileStatus(status) : nil
    }

    init(identity: Identity, kind: Kind = .regular, size: Int64) {
        self.identity = identity
        self.kind = kind
        self.size = size
    }

    private init(_ status: stat) {
        identity = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        size = Int64(status.st_size)
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .folder
            case S_IFIFO: .fifo
            case S_IFCHR: .characterDevice
            default: .other
            }
    }
}
