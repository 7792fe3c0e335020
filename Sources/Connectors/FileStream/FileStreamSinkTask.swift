import Engine
import Glibc

/// Appends the values of records to a file, a line each, or writes them to standard output.
///
/// One write for each batch; a flush makes the file durable before offsets are committed (rule 2). The file is kept open: if it is
/// renamed or deleted, lines go to the open file until the task is started again.
///
/// Source: `org.apache.kafka.connect.file.FileStreamSinkTask`.
final class FileStreamSinkTask: SinkTask, @unchecked Sendable {
    // @unchecked: its task actor makes all calls, one at a time.

    private let standardOutput: Int32
    private let writer = LineWriter()
    private var output: OutputFile?

    init(standardOutput: Int32 = STDOUT_FILENO) {
        self.standardOutput = standardOutput
    }

    func start(configuration: [String: String], context: SinkTaskContext) async throws {
        let parsed = try FileStreamConfiguration.sink.parse(configuration)
        if let path = try FileStreamConfiguration.file(parsed) {
            output = try OutputFile(appendingTo: path, logger: context.logger)
        } else {
            output = OutputFile(standardOutput: standardOutput, logger: context.logger)
        }
    }

    func put(_ batch: RecordBatch) async throws {
        guard !batch.isEmpty else { return }
        guard var output else { throw notStarted() }
        defer { self.output = output }
        try await output.append(writer.lines(of: batch))
    }

    func flush(_ offsets: [TopicPartition: Int64]) async throws {
        guard var output else { throw notStarted() }
        defer { self.output = output }
        try output.sync()
    }

    func stop() async {
        output?.close()
        output = nil
    }

    private func notStarted() -> ConnectError {
        ConnectError(.connect, "the file sink task was called before it was started")
    }
}
