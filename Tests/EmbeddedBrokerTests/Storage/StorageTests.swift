import Glibc
import NIOCore
import Testing

@testable import EmbeddedBroker

/// A new folder below the system's one for temporary files; removed with everything in it at the end.
private final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/broker-storage-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw StorageError(attempt: "make", path: "/tmp", code: errno) }
        path = String(cString: made)
    }

    deinit {
        Self.removeAll(path)
    }

    private static func removeAll(_ path: String) {
        if let listing = opendir(path) {
            while let entry = readdir(listing) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != "." && name != ".." { removeAll(path + "/" + name) }
            }
            closedir(listing)
        }
        Glibc.remove(path)
    }
}

struct StorageTests {
    private func check(_ storage: any BrokerStorage) throws {
        #expect(try storage.names(in: "").isEmpty || storage.names(in: "") == [".lock"])
        #expect(try storage.names(in: "no").isEmpty)
        try storage.createFolder("a")
        try storage.createFolder("a")
        #expect(try storage.contents(of: "a/x") == nil)
        #expect(try storage.size(of: "a/x") == nil)
        try storage.replace("a/x", with: ByteBuffer(string: "one"), isDurable: true)
        try storage.replace("a/x", with: ByteBuffer(string: "t"), isDurable: false)
        #expect(try storage.contents(of: "a/x") == ByteBuffer(string: "t"))
        #expect(try storage.names(in: "a") == ["x"])
        try storage.replace("a/empty", with: ByteBuffer(), isDurable: false)
        #expect(try storage.size(of: "a/empty") == 0)
        try storage.remove("a/empty")
        let file = storage.file("a/f")
        let (first, second) = (Array("hello ".utf8), Array("world".utf8))
        try first.withUnsafeBytes { first in
            try second.withUnsafeBytes { second in try file.write(first, second, at: 3) }
        }
        #expect(try storage.size(of: "a/f") == 14)
        #expect(try file.read(at: 3, count: 100) == ByteBuffer(string: "hello world"))
        #expect(try file.read(at: 14, count: 1).readableBytes == 0)
        try file.truncate(to: 8)
        try file.sync()
        try storage.syncFolder("a")
        try storage.rename("a/f", to: "a/g")
        file.path = "a/g"
        #expect(try file.read(at: 3, count: 100) == ByteBuffer(string: "hello"))
        #expect(try storage.names(in: "a").sorted() == ["g", "x"])
        try storage.rename("a", to: "b")
        #expect(try storage.contents(of: "b/x") == ByteBuffer(string: "t"))
        try storage.removeFolder("b")
        try storage.removeFolder("b")
        #expect(try storage.names(in: "b").isEmpty)
        #expect(throws: StorageError.self) { try storage.rename("b/x", to: "b/y") }
    }

    @Test func memoryKeepsFiles() throws {
        try check(MemoryStorage())
    }

    @Test func theDiskKeepsFiles() throws {
        let folder = try TemporaryFolder()
        try check(try DiskStorage(root: folder.path + "/deep/er"))
    }

    @Test func oneProcessAtATime() throws {
        let folder = try TemporaryFolder()
        let first = try DiskStorage(root: folder.path)
        let error = #expect(throws: StorageError.self) { try DiskStorage(root: folder.path) }
        #expect(error?.description.contains("another broker") == true)
        #expect(try first.names(in: "") == [".lock"])
    }

    @Test func theLockGoesWithTheStorage() throws {
        let folder = try TemporaryFolder()
        do { _ = try DiskStorage(root: folder.path) }
        _ = try DiskStorage(root: folder.path)
    }

    @Test func whatWasBeingRemovedGoesAtTheNextStart() throws {
        let folder = try TemporaryFolder()
        do {
            let storage = try DiskStorage(root: folder.path)
            try storage.createFolder(".removed-1")
            try storage.replace(".removed-1/x", with: ByteBuffer(string: "x"), isDurable: false)
        }
        #expect(try DiskStorage(root: folder.path).names(in: "") == [".lock"])
    }

    @Test func holdsOnlySoManyDescriptors() throws {
        let folder = try TemporaryFolder()
        let storage = try DiskStorage(root: folder.path, descriptorLimit: 8)
        let files = (0..<50).map { storage.file("f\($0)") }
        for round in 0..<3 {
            for (number, file) in files.enumerated() {
                let text = ByteBuffer(string: "\(number)")
                try text.withUnsafeReadableBytes { try file.write($0, at: Int64(round * 2)) }
                #expect(files.count { $0.descriptor != nil } <= 8)
            }
        }
        for (number, file) in files.enumerated() {
            #expect(try file.read(at: 4, count: 2) == ByteBuffer(string: "\(number)"))
        }
    }

    @Test func aLogOnTheDiskIsThereAgain() throws {
        let folder = try TemporaryFolder()
        let world = LogWorld()
        func open(_ storage: DiskStorage) throws -> PartitionLog {
            var configuration = LogConfiguration()
            configuration.segmentBytes = 300
            configuration.flushMessages = 1
            return try PartitionLog(
                partition: TopicPartition(topic: "t", partition: 0),
                storage: storage,
                folder: "t-0",
                configuration: configuration,
                clock: world.clock,
                logger: world.logger
            )
        }
        for round in 0..<5 {
            let log = try open(try DiskStorage(root: folder.path))
            #expect(try log.everything().recordValues == (0..<(round * 4)).map { "v\($0)" })
            for number in 0..<4 {
                _ = try log.append(
                    makeBatch(["v\(round * 4 + number)"], producer: Int64(round), sequence: Int32(number))
                )
            }
            if round % 2 == 0 { try log.close() }
        }
        let log = try open(try DiskStorage(root: folder.path))
        try log.remove()
        // One that nothing was appended to costs no file, and can be closed and removed like others.
        let empty = try open(try #require(log.storage as? DiskStorage))
        try empty.close()
        try empty.remove()
        #expect(try log.storage.names(in: "") == [".lock"])
    }
}
