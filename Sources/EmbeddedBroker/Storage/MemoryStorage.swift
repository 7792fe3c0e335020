import Glibc
import NIOCore

/// Files in memory (`memfd_create(2)`), gone with the process: for tests and first tries. Logs opened on it again find what
/// earlier ones wrote, as after a restart.
final class MemoryStorage: BrokerStorage, DescriptorOpener {
    /// Another text has logs believe that the machine was started anew.
    var bootID = "memory"
    let faults: StorageFaults?
    /// Every folder's files by name; folders are in no folder but by their path.
    private var folders: [String: [String: LogFile.Descriptor]] = ["": [:]]

    init(faults: StorageFaults? = nil) {
        self.faults = faults
    }

    func release() {}

    func names(in folder: String) throws(StorageError) -> [String] {
        var names = folders[folder].map { Array($0.keys) } ?? []
        if folder.isEmpty { names += folders.keys.filter { !$0.isEmpty && !$0.contains("/") } }
        return names
    }

    func createFolder(_ folder: String) throws(StorageError) {
        if folders[folder] == nil { folders[folder] = [:] }
    }

    func removeFolder(_ folder: String) throws(StorageError) {
        folders[folder] = nil
    }

    /// A path's folder and name.
    private func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return ("", path) }
        return (String(path[..<slash]), String(path[path.index(after: slash)...]))
    }

    private func descriptor(_ path: String) -> LogFile.Descriptor? {
        let (folder, name) = split(path)
        return folders[folder]?[name]
    }

    private func set(_ path: String, _ descriptor: LogFile.Descriptor?) {
        let (folder, name) = split(path)
        folders[folder]?[name] = descriptor
    }

    func file(_ path: String) -> LogFile { LogFile(path: path, opener: self) }

    func size(of path: String) throws(StorageError) -> Int64? {
        guard let descriptor = descriptor(path) else { return nil }
        var status = stat()
        guard fstat(descriptor.number, &status) == 0 else {
            throw StorageError(attempt: "look at", path: path, code: errno)
        }
        return Int64(status.st_size)
    }

    func contents(of path: String) throws(StorageError) -> ByteBuffer? {
        guard let size = try size(of: path) else { return nil }
        return try file(path).read(at: 0, count: Int(size))
    }

    func replace(_ path: String, with contents: ByteBuffer, isDurable: Bool) throws(StorageError) {
        let temporary = path + ".tmp"
        try remove(temporary)
        let file = file(temporary)
        var failure: StorageError?
        contents.withUnsafeReadableBytes { bytes in
            do throws(StorageError) {
                try file.write(bytes, at: 0)
                if isDurable { try file.sync() }
            } catch { failure = error }
        }
        if let failure {
            try remove(temporary)
            throw failure
        }
        if contents.readableBytes == 0 { try file.truncate(to: 0) }
        try rename(temporary, to: path)
    }

    func remove(_ path: String) throws(StorageError) {
        set(path, nil)
    }

    func rename(_ path: String, to newPath: String) throws(StorageError) {
        if let contents = folders.removeValue(forKey: path) {
            folders[newPath] = contents
            return
        }
        guard let descriptor = descriptor(path) else {
            throw StorageError(attempt: "rename", path: path, code: ENOENT)
        }
        set(path, nil)
        set(newPath, descriptor)
    }

    func syncFolder(_ folder: String) throws(StorageError) {
        if let fault = faults?.syncError { throw StorageError(attempt: "sync", path: folder, code: fault) }
    }

    func open(_ file: LogFile) throws(StorageError) -> Int32 {
        if let descriptor = file.descriptor { return descriptor.number }
        if let known = descriptor(file.path) {
            file.descriptor = known
            return known.number
        }
        guard folders[split(file.path).folder] != nil else {
            throw StorageError(attempt: "make", path: file.path, code: ENOENT)
        }
        let number = Self.makeFile()
        guard number >= 0 else { throw StorageError(attempt: "make", path: file.path, code: errno) }
        let descriptor = LogFile.Descriptor(number)
        set(file.path, descriptor)
        file.descriptor = descriptor
        return number
    }

    /// `memfd_create(2)`, looked up by its name: glibc declares it for `_GNU_SOURCE` only, which Swift's module leaves out.
    private static func makeFile() -> Int32 {
        typealias Make = @convention(c) (UnsafePointer<CChar>, UInt32) -> Int32
        guard let symbol = dlsym(nil, "memfd_create") else {
            errno = ENOSYS
            return -1
        }
        let closeOnExec: UInt32 = 1
        return unsafeBitCast(symbol, to: Make.self)("broker", closeOnExec)
    }

    func released(_ file: LogFile) {}
}
