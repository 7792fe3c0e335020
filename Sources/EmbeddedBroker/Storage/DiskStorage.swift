import Glibc
import NIOCore

/// A folder of the disk. Only one process at a time can use it.
final class DiskStorage: BrokerStorage, DescriptorOpener {
    /// Folders on their way out have this prefix; what a crash left of them goes at the next start.
    static let removedPrefix = ".removed-"

    let bootID: String
    let faults: StorageFaults?
    private let root: String
    private let lock: LogFile.Descriptor
    /// How many files may be open at once.
    private let descriptorLimit: Int
    private var openFiles: [ObjectIdentifier: Unmanaged<LogFile>] = [:]
    private var uses: UInt64 = 0

    /// Makes `root` with all folders above it when it is not there, and locks it.
    init(root: String, descriptorLimit: Int = 512, faults: StorageFaults? = nil) throws(StorageError) {
        self.root = root
        self.faults = faults
        self.descriptorLimit = max(descriptorLimit, 8)
        try Self.createAll(root)
        lock = try Self.lock(root)
        bootID = try Self.readAll("/proc/sys/kernel/random/boot_id", as: "boot_id").map { String(buffer: $0) } ?? ""
        for name in try names(in: "") where name.hasPrefix(Self.removedPrefix) { try removeFolder(name) }
    }

    private static func createAll(_ path: String) throws(StorageError) {
        if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw StorageError(attempt: "make the folder", path: path, code: errno)
        }
        try createAll(String(path[..<slash]))
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
            throw StorageError(attempt: "make the folder", path: path, code: errno)
        }
    }

    private static func lock(_ root: String) throws(StorageError) -> LogFile.Descriptor {
        let number = Glibc.open(root + "/.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard number >= 0 else { throw StorageError(attempt: "open", path: root + "/.lock", code: errno) }
        let descriptor = LogFile.Descriptor(number)
        guard flock(number, LOCK_EX | LOCK_NB) == 0 else {
            let attempt = errno == EWOULDBLOCK ? "use the folder, another broker runs in it:" : "lock"
            throw StorageError(attempt: attempt, path: root, code: errno)
        }
        return descriptor
    }

    func release() {
        _ = flock(lock.number, LOCK_UN)
    }

    private func full(_ path: String) -> String { path.isEmpty ? root : root + "/" + path }

    // MARK: Folders

    func names(in folder: String) throws(StorageError) -> [String] {
        guard let listing = opendir(full(folder)) else {
            if errno == ENOENT { return [] }
            throw StorageError(attempt: "list", path: folder, code: errno)
        }
        defer { closedir(listing) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(listing) else {
                guard errno == 0 else { throw StorageError(attempt: "list", path: folder, code: errno) }
                return names
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
    }

    func createFolder(_ folder: String) throws(StorageError) {
        guard mkdir(full(folder), 0o755) == 0 || errno == EEXIST else {
            throw StorageError(attempt: "make the folder", path: folder, code: errno)
        }
    }

    func removeFolder(_ folder: String) throws(StorageError) {
        for name in try names(in: folder) { try remove(folder + "/" + name) }
        guard rmdir(full(folder)) == 0 || errno == ENOENT else {
            throw StorageError(attempt: "remove the folder", path: folder, code: errno)
        }
    }

    func syncFolder(_ folder: String) throws(StorageError) {
        if let fault = faults?.syncError { throw StorageError(attempt: "sync", path: folder, code: fault) }
        let number = Glibc.open(full(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw StorageError(attempt: "open", path: folder, code: errno) }
        defer { close(number) }
        guard fsync(number) == 0 else { throw StorageError(attempt: "sync", path: folder, code: errno) }
    }

    // MARK: Small files

    func size(of path: String) throws(StorageError) -> Int64? {
        var status = stat()
        if stat(full(path), &status) == 0 { return Int64(status.st_size) }
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw StorageError(attempt: "look at", path: path, code: errno)
    }

    func contents(of path: String) throws(StorageError) -> ByteBuffer? {
        try Self.readAll(full(path), as: path)
    }

    private static func readAll(_ fullPath: String, as path: String) throws(StorageError) -> ByteBuffer? {
        let number = Glibc.open(fullPath, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw StorageError(attempt: "open", path: path, code: errno)
        }
        defer { close(number) }
        var buffer = ByteBuffer()
        while true {
            var code: Int32 = 0
            let count = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 4096) { free in
                let got = Glibc.read(number, free.baseAddress, free.count)
                if got < 0 { code = errno }
                return max(0, got)
            }
            if code == EINTR { continue }
            guard code == 0 else { throw StorageError(attempt: "read", path: path, code: code) }
            // The size of files below /proc is not known before they are read.
            if count == 0 { return buffer }
        }
    }

    func replace(_ path: String, with contents: ByteBuffer, isDurable: Bool) throws(StorageError) {
        let temporary = path + ".tmp"
        let file = file(temporary)
        try file.truncate(to: 0)
        var failure: StorageError?
        contents.withUnsafeReadableBytes { bytes in
            do throws(StorageError) { try file.write(bytes, at: 0) } catch { failure = error }
        }
        if failure == nil, isDurable {
            do throws(StorageError) { try file.sync() } catch { failure = error }
        }
        if let failure {
            unlink(full(temporary))
            throw failure
        }
        file.descriptor = nil
        try rename(temporary, to: path)
        if isDurable {
            try syncFolder(path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "")
        }
    }

    func remove(_ path: String) throws(StorageError) {
        guard unlink(full(path)) == 0 || errno == ENOENT else {
            throw StorageError(attempt: "remove", path: path, code: errno)
        }
    }

    func rename(_ path: String, to newPath: String) throws(StorageError) {
        guard Glibc.rename(full(path), full(newPath)) == 0 else {
            throw StorageError(attempt: "rename", path: path, code: errno)
        }
    }

    // MARK: Descriptors

    func file(_ path: String) -> LogFile { LogFile(path: path, opener: self) }

    func open(_ file: LogFile) throws(StorageError) -> Int32 {
        uses &+= 1
        file.lastUse = uses
        if let descriptor = file.descriptor { return descriptor.number }
        if openFiles.count >= descriptorLimit { closeLeastUsed() }
        let number = Glibc.open(full(file.path), O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard number >= 0 else { throw StorageError(attempt: "open", path: file.path, code: errno) }
        file.descriptor = LogFile.Descriptor(number)
        openFiles[ObjectIdentifier(file)] = .passUnretained(file)
        return number
    }

    func released(_ file: LogFile) {
        openFiles[ObjectIdentifier(file)] = nil
    }

    /// Closes an eighth of the open files, so that looking for them is rare.
    private func closeLeastUsed() {
        let files = openFiles.values.map { $0.takeUnretainedValue() }.sorted { $0.lastUse < $1.lastUse }
        for file in files.prefix(max(1, descriptorLimit / 8)) {
            file.descriptor = nil
            openFiles[ObjectIdentifier(file)] = nil
        }
    }
}
