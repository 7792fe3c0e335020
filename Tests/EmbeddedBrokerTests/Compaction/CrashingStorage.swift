import NIOCore

@testable import EmbeddedBroker

/// A storage that stops working after a number of changes to names: what is on it then is what a crash leaves.
final class CrashingStorage: BrokerStorage {
    private let base: any BrokerStorage
    /// How many more changes there are before the end.
    var changesLeft = Int.max

    init(_ base: any BrokerStorage) { self.base = base }

    private func change(_ path: String) throws(StorageError) {
        guard changesLeft > 0 else { throw StorageError(attempt: "change", path: path, code: 5) }
        changesLeft -= 1
    }

    var bootID: String { base.bootID }
    func names(in folder: String) throws(StorageError) -> [String] { try base.names(in: folder) }
    func file(_ path: String) -> LogFile { base.file(path) }
    func size(of path: String) throws(StorageError) -> Int64? { try base.size(of: path) }
    func contents(of path: String) throws(StorageError) -> ByteBuffer? { try base.contents(of: path) }

    func release() { base.release() }

    func createFolder(_ folder: String) throws(StorageError) {
        try change(folder)
        try base.createFolder(folder)
    }

    func removeFolder(_ folder: String) throws(StorageError) {
        try change(folder)
        try base.removeFolder(folder)
    }

    func replace(_ path: String, with contents: ByteBuffer, isDurable: Bool) throws(StorageError) {
        try change(path)
        try base.replace(path, with: contents, isDurable: isDurable)
    }

    func remove(_ path: String) throws(StorageError) {
        try change(path)
        try base.remove(path)
    }

    func rename(_ path: String, to newPath: String) throws(StorageError) {
        try change(path)
        try base.rename(path, to: newPath)
    }

    func syncFolder(_ folder: String) throws(StorageError) {
        try change(folder)
        try base.syncFolder(folder)
    }
}
