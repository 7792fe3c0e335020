import NIOCore

/// The files of a broker, by paths relative to its root ("orders-0/00000000000000000000.log"): a folder of the disk or memory.
/// Used on the broker's event loop only; everything blocks.
protocol BrokerStorage: AnyObject {
    /// Differs when the machine may have lost what was written but not synced since (Linux: the boot's id).
    var bootID: String { get }

    /// The names of files and folders in `folder` ("" for the root), in no order; empty where there is no such folder.
    func names(in folder: String) throws(StorageError) -> [String]

    /// Makes `folder`, which may exist already. The folder above it must exist.
    func createFolder(_ folder: String) throws(StorageError)

    /// Removes `folder` and the files in it. Nothing happens where there is no such folder.
    func removeFolder(_ folder: String) throws(StorageError)

    /// A file to write and read at positions, made when it is not there. The descriptor is opened at first use and may be
    /// closed and reopened behind the scenes.
    func file(_ path: String) -> LogFile

    /// A file's size in bytes; nil where there is none.
    func size(of path: String) throws(StorageError) -> Int64?

    /// The whole of a small file; nil where there is none.
    func contents(of path: String) throws(StorageError) -> ByteBuffer?

    /// Puts `contents` in the place of a small file at once: readers find the old or the new, whole, after any crash of the
    /// process. `isDurable`: also after one of the machine, and it is on the disk when this returns.
    func replace(_ path: String, with contents: ByteBuffer, isDurable: Bool) throws(StorageError)

    /// Removes a file. Nothing happens where there is none.
    func remove(_ path: String) throws(StorageError)

    /// Gives a file or a folder another name; a file of that name is replaced. A ``LogFile`` of the old name goes on under
    /// the new one when it is told (``LogFile/path``).
    func rename(_ path: String, to newPath: String) throws(StorageError)

    /// Makes the names in `folder` durable.
    func syncFolder(_ folder: String) throws(StorageError)

    /// Lets another broker have the files. Called last.
    func release()
}
