import Engine
import Glibc
import Logging
import Testing

@testable import FileStream

/// A folder of its own for one test, removed at the end, with what is done to files in it.
final class FileFixture: Sendable {
    let folder: String
    let hub = InotifyHub()

    init() throws {
        var template = Array("/tmp/connectd-filestream-XXXXXX".utf8CString)
        let made = mkdtemp(&template) != nil
        try #require(made)
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        Self.remove(folder)
    }

    func path(_ name: String) -> String { folder + "/" + name }

    /// Appends bytes in one write, making the file if needed.
    func append(_ bytes: [UInt8], to name: String) throws {
        // For reading too, so that the open of a named pipe does not wait for a reader.
        let descriptor = open(path(name), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let count = write(descriptor, bytes, bytes.count)
        try #require(count == bytes.count)
    }

    func append(_ text: String, to name: String) throws { try append(Array(text.utf8), to: name) }

    func truncate(_ name: String, to size: Int) throws { try #require(Glibc.truncate(path(name), off_t(size)) == 0) }

    func rename(_ old: String, to new: String) throws { try #require(Glibc.rename(path(old), path(new)) == 0) }

    func delete(_ name: String) throws { try #require(unlink(path(name)) == 0) }

    func makeFolder(_ name: String) throws { try #require(mkdir(path(name), 0o755) == 0) }

    func content(_ name: String) throws -> [UInt8] {
        let descriptor = open(path(name), O_RDONLY | O_CLOEXEC)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            try #require(count >= 0)
            if count == 0 { return result }
            result += chunk[..<count]
        }
    }

    func text(_ name: String) throws -> String { String(decoding: try content(name), as: UTF8.self) }

    /// The files of this folder that the program has open.
    var openFiles: [String] {
        var found: [String] = []
        guard let descriptors = opendir("/proc/self/fd") else { return [] }
        defer { closedir(descriptors) }
        while let entry = readdir(descriptors) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            var buffer = [CChar](repeating: 0, count: 4096)
            let count = readlink("/proc/self/fd/" + name, &buffer, buffer.count)
            guard count > 0 else { continue }
            let target = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if target.hasPrefix(folder) { found.append(target) }
        }
        return found
    }

    private static func remove(_ path: String) {
        if unlink(path) == 0 || errno == ENOENT { return }
        if let entries = opendir(path) {
            while let entry = readdir(entries) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != ".", name != ".." { remove(path + "/" + name) }
            }
            closedir(entries)
        }
        rmdir(path)
    }

    // MARK: The source

    /// A started task that reads a file of this folder.
    func source(
        _ name: String = "in.txt",
        batchSize: Int? = nil,
        position: Value? = nil,
        maximumLineByteCount: Int = LineReader.standardMaximumLineByteCount
    ) async throws -> FileStreamSourceTask {
        let task = FileStreamSourceTask(hub: hub, maximumLineByteCount: maximumLineByteCount)
        var configuration = ["file": path(name), "topic": "t"]
        if let batchSize { configuration["batch.size"] = String(batchSize) }
        let partition: OffsetMap = ["filename": .string(path(name))]
        let offsets: [OffsetMap: OffsetMap] = position.map { [partition: ["position": $0]] } ?? [:]
        try await task.start(configuration: configuration, context: sourceContext(offsets))
        return task
    }

    // MARK: The sink

    /// A started task that writes a file of this folder.
    func sink(_ name: String = "out.txt") async throws -> FileStreamSinkTask {
        let task = FileStreamSinkTask()
        try await task.start(configuration: ["file": path(name)], context: sinkContext)
        return task
    }
}

func sourceContext(_ stored: [OffsetMap: OffsetMap] = [:]) -> SourceTaskContext {
    SourceTaskContext(logger: quietLogger, clock: SystemClock()) { partitions in
        stored.filter { partitions.contains($0.key) }
    }
}

var sinkContext: SinkTaskContext {
    SinkTaskContext(logger: quietLogger, clock: SystemClock(), requestCommit: {})
}

var quietLogger: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

/// A line as a test sees it.
struct Line: Hashable, CustomStringConvertible {
    var text: String
    var position: Int64

    var description: String { "\(text.debugDescription)@\(position)" }
}

extension RecordBatch {
    /// The records' texts with the positions behind them.
    var lines: [Line] {
        records.map { slot in
            guard case .string(let text) = value(of: slot.value) else {
                return Line(text: "not a string", position: -1)
            }
            return Line(text: text, position: slot.offset)
        }
    }

    var texts: [String] { lines.map(\.text) }

    /// The position stored with the batch.
    var storedPosition: Int64? {
        guard case .int64(let position) = sourceOffsets.first?.offset["position"] else { return nil }
        return position
    }

    /// A batch of one topic partition with these values.
    static func values(_ values: [SchemaAndValue]) -> RecordBatch {
        var batch = RecordBatch()
        let arena = Arena()
        for (offset, value) in values.enumerated() {
            batch.append(ConnectRecord(topic: "t", partition: 0, value: value), offset: Int64(offset), arena: arena)
        }
        return batch
    }

    static func texts(_ texts: [String]) -> RecordBatch {
        values(texts.map { SchemaAndValue(schema: .string, value: .string($0)) })
    }
}

extension FileStreamSourceTask {
    /// The next batch that has records.
    func records() async throws -> RecordBatch {
        while true {
            let batch = try #require(try await poll())
            if !batch.isEmpty { return batch }
        }
    }

    /// Lines until so many have come.
    func lines(_ count: Int) async throws -> [Line] {
        var lines: [Line] = []
        while lines.count < count { lines += try await records().lines }
        return lines
    }
}
