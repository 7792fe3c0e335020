import Engine
import Glibc
import Logging

/// Reads one file, or standard input, line by line.
///
/// Values are strings (schema `STRING`), keys are null, and the timestamp is left to the producer, which sets the same moment
/// that Kafka Connect's task would. The source partition is `{"filename": file}`, the offset `{"position": bytes}`. Of standard
/// input, pipes and terminals nothing is stored.
///
/// Source: `org.apache.kafka.connect.file.FileStreamSourceTask`.
final class FileStreamSourceTask: SourceTask, @unchecked Sendable {
    // @unchecked: its task actor makes all calls, one at a time.

    static let filenameField = "filename"
    static let positionField = "position"
    /// Names by which a program's own standard input is opened.
    private static let standardInputNames: Set<String> = ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"]
    private static let batchByteCount = 1 << 20

    private let hub: InotifyHub
    private let maximumLineByteCount: Int
    private let standardInput: Int32
    private var input: Input?
    private var limits = LineReader.Limits(recordCount: 1, byteCount: FileStreamSourceTask.batchByteCount)
    private var topic = ""
    private var path = ""
    private var sourcePartition = OffsetMap()

    private enum Input {
        case file(FollowedFile)
        case stream(StreamedLines)
    }

    init(
        hub: InotifyHub = .shared,
        maximumLineByteCount: Int = LineReader.standardMaximumLineByteCount,
        standardInput: Int32 = STDIN_FILENO
    ) {
        self.hub = hub
        self.maximumLineByteCount = maximumLineByteCount
        self.standardInput = standardInput
    }

    deinit {
        if case .file(var file) = input { file.close() }
    }

    func start(configuration: [String: String], context: SourceTaskContext) async throws {
        let parsed = try FileStreamConfiguration.source.parse(configuration)
        topic = try parsed.string(FileStreamConfiguration.topic)
        limits.recordCount = max(1, try parsed.int(FileStreamConfiguration.batchSize))
        guard let path = try FileStreamConfiguration.file(parsed), !Self.standardInputNames.contains(path) else {
            self.path = "standard input"
            input = stream(OpenFile(descriptor: standardInput, isOwned: false))
            return
        }
        self.path = path
        sourcePartition = [Self.filenameField: .string(path)]
        let stored = try await context.offsets([sourcePartition])[sourcePartition]
        input = .file(
            try FollowedFile(
                path: path,
                position: try position(stored),
                topic: topic,
                limits: limits,
                maximumLineByteCount: maximumLineByteCount,
                hub: hub,
                logger: context.logger
            )
        )
    }

    func poll() async throws -> RecordBatch? {
        switch input {
        case .none:
            throw ConnectError(.connect, "the file source task was polled before it was started")
        case .stream(var lines):
            input = nil
            defer { input = .stream(lines) }
            return try await lines.next()
        case .file(var file):
            input = nil
            let outcome: FollowedFile.Outcome
            do {
                outcome = try await file.next()
                input = .file(file)
            } catch {
                input = .file(file)
                throw error
            }
            switch outcome {
            case .batch(var batch, let position):
                batch.setSourceOffset([Self.positionField: .int64(position)], partition: sourcePartition)
                return batch
            case .stream(let open):
                file.close()
                input = stream(open)
                return try await poll()
            }
        }
    }

    func stop() async {
        if case .file(var file) = input { file.close() }
        input = nil
    }

    /// Files kept open because they took the name while older ones were read.
    var keptFileCount: Int {
        if case .file(let file) = input { file.successorCount } else { 0 }
    }

    private func stream(_ file: OpenFile) -> Input {
        .stream(
            StreamedLines(
                file: file,
                name: path,
                topic: topic,
                limits: limits,
                maximumLineByteCount: maximumLineByteCount
            )
        )
    }

    /// The position in a stored offset, 0 without one.
    private func position(_ stored: OffsetMap?) throws(ConnectError) -> Int64 {
        switch stored?[Self.positionField] {
        case .none, .some(.null): return 0
        case .some(.int64(let position)) where position >= 0: return position
        case .some(.int32(let position)) where position >= 0: return Int64(position)
        default:
            throw ConnectError(
                .configuration,
                "the stored offset of \(path) is not {\"\(Self.positionField)\": a number of bytes}: correct or delete it"
            )
        }
    }
}
