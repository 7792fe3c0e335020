import Engine
import Logging

/// Source offsets in a file of readable text, replaced atomically (rule 6). All connectors of the worker share one.
///
/// Stores that arrive while a write is under way wait for the next one, which covers them all: hundreds of connectors cost one
/// fsync at a time.
actor FileOffsetStore: OffsetStore {
    private let path: String
    private let writer: OffsetFileWriter
    private let logger: Logger
    private var table = OffsetTable()
    private var isWriting = false
    private var waiting: [CheckedContinuation<Result<Void, any Error>, Never>] = []

    init(path: String, fileSystem: any FileSystem, logger: Logger) {
        self.path = path
        self.writer = OffsetFileWriter(path: path, fileSystem: fileSystem)
        self.logger = logger
    }

    func load() async throws {
        guard let bytes = try await writer.read() else {
            logger.info("no offset file yet: sources start from their beginning", metadata: ["file": "\(path)"])
            return
        }
        if JavaOffsetFile.isJavaSerialized(bytes) {
            table = try OffsetTable(javaEntries: JavaOffsetFile.read(bytes, path: path), path: path)
            // The first store replaces the file by text; going back to Java needs the original.
            try await writer.keepCopy(bytes, suffix: ".java")
            logger.notice(
                "read the offset file of Kafka Connect; a copy is kept beside it as \(path).java",
                metadata: ["file": "\(path)", "offsets": "\(table.count)"]
            )
        } else {
            table = try OffsetTable(text: bytes, path: path)
            logger.info("offsets read", metadata: ["file": "\(path)", "offsets": "\(table.count)"])
        }
    }

    func offsets(connector: String, partitions: [OffsetMap]) -> [OffsetMap: OffsetMap] {
        table.offsets(connector: connector, partitions: partitions)
    }

    func store(connector: String, _ offsets: [OffsetMap: OffsetMap]) async throws {
        table.merge(connector: connector, offsets)
        let result = await withCheckedContinuation { continuation in
            waiting.append(continuation)
            startWritingIfIdle()
        }
        try result.get()
    }

    func close() {}

    private func startWritingIfIdle() {
        guard !isWriting, !waiting.isEmpty else { return }
        isWriting = true
        let covered = waiting
        waiting.removeAll()
        let content = Result { try table.text() }
        Task {
            let result: Result<Void, any Error>
            do {
                try await writer.write(content.get())
                result = .success(())
            } catch {
                result = .failure(error)
            }
            isWriting = false
            for continuation in covered { continuation.resume(returning: result) }
            startWritingIfIdle()
        }
    }
}

/// Blocks on the disk, so it has an executor of its own.
private actor OffsetFileWriter {
    private let executor = QueueExecutor(label: "offset-file")
    private let path: String
    private let fileSystem: any FileSystem

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(path: String, fileSystem: any FileSystem) {
        self.path = path
        self.fileSystem = fileSystem
    }

    func read() throws -> [UInt8]? { try fileSystem.read(path) }

    func write(_ bytes: [UInt8]) throws { try fileSystem.replace(path, with: bytes) }

    func keepCopy(_ bytes: [UInt8], suffix: String) throws { try fileSystem.replace(path + suffix, with: bytes) }
}
