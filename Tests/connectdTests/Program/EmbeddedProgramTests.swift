import ConnectTesting
import Engine
import Glibc
import Testing

@testable import connectd

/// Runs the embedded broker as users do: as a program of its own and inside a worker.
@Suite("The embedded broker as a program", .timeLimit(.minutes(5)))
struct EmbeddedProgramTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func embedded(_ arguments: String...) throws -> RunningProgram {
        try RunningProgram(product: "connectd", ["embedded"] + arguments)
    }

    private func firstLine(of program: RunningProgram) async throws -> String {
        var output = program.output.makeAsyncIterator()
        return try #require(await output.next())
    }

    /// What a program that cannot work says before it ends.
    private func complaint(of program: RunningProgram) async -> String {
        let errors = await program.errors.all()
        #expect(await program.exitCode() == ExitStatus.failure.rawValue)
        let fatal = errors.filter { $0.contains(" FATAL ") }
        #expect(fatal.count == 1, "\(errors)")
        return fatal.first ?? ""
    }

    /// A worker file that asks for a broker of its own.
    private func writeWorker(_ keys: String) throws -> String {
        try folder.write(
            "worker.properties",
            """
            bootstrap.servers=embedded
            key.converter=org.apache.kafka.connect.storage.StringConverter
            value.converter=org.apache.kafka.connect.storage.StringConverter
            offset.storage.file.filename=\(folder.path("offsets"))
            \(keys)
            """
        )
        return folder.path("worker.properties")
    }

    @Test("Keeps what it has in its folder, also over SIGKILL, and in memory only without one")
    func durable() async throws {
        let data = folder.path("data")
        let first = try embedded("--dir", data, "--topic", "orders:3")
        _ = try await firstLine(of: first)
        first.kill(SIGKILL)
        #expect(await first.exitCode() == 128 + SIGKILL)

        let second = try embedded("--dir", data, "--topic", "orders:3", "--flush", "always")
        _ = try await firstLine(of: second)
        second.kill(SIGTERM)
        #expect(await second.exitCode() == 0)

        let third = await complaint(of: try embedded("--dir", data, "--topic", "orders:4"))
        #expect(third.contains("The topic orders is there already, with 3 partitions instead of 4."))

        let memory = try embedded("--topic", "orders:4")
        _ = try await firstLine(of: memory)
        memory.kill(SIGTERM)
        #expect(await memory.exitCode() == 0)
    }

    @Test("Says which flag to change when the folder is in use, the folder is none, or the port is taken")
    func refused() async throws {
        let data = folder.path("data")
        let running = try embedded("--dir", data)
        let address = try await firstLine(of: running)
        let sameFolder = await complaint(of: try embedded("--dir", data))
        #expect(sameFolder.contains("--dir \(data): Another embedded broker runs in the folder \(data)."))
        let samePort = await complaint(of: try embedded("--listen", address))
        #expect(samePort.contains("--listen \(address): "))
        #expect(samePort.contains("another program listens there"))
        try folder.write("file", "")
        let noFolder = await complaint(of: try embedded("--dir", folder.path("file")))
        #expect(noFolder.contains("--dir \(folder.path("file")): "))
        #expect(noFolder.contains("Not a directory"))
        try folder.write("other/metadata", "not ours")
        let notOurs = await complaint(of: try embedded("--dir", folder.path("other")))
        #expect(notOurs.contains("--dir \(folder.path("other")): "))
        #expect(notOurs.contains("metadata"))

        let keys = "embedded.broker.dir=\(data)\nembedded.broker.listener=127.0.0.1:0"
        let worker = try writeWorker(keys)
        let busy = await complaint(of: try RunningProgram(product: "connectd", ["standalone", worker]))
        #expect(busy.contains("\(worker):5: embedded.broker.dir = \(data): Another embedded broker runs"))
        let taken = try writeWorker("embedded.broker.listener=\(address)")
        let port = await complaint(of: try RunningProgram(product: "connectd", ["standalone", taken]))
        #expect(port.contains("\(taken):5: embedded.broker.listener = \(address): "))
        running.kill(SIGTERM)
        #expect(await running.exitCode() == 0)
    }

    @Test("Reads users from a file, and says what is wrong with one without showing passwords")
    func users() async throws {
        try folder.write("users", "alice=wonderland\nbob=\n")
        let empty = await complaint(of: try embedded("--sasl-users", folder.path("users")))
        #expect(empty.contains("the user bob has no password"))
        #expect(!empty.contains("wonderland"))
        try folder.write("nobody", "# nobody\n")
        let nobody = await complaint(of: try embedded("--sasl-users", folder.path("nobody")))
        #expect(nobody.contains("names no users"))
        try folder.write("good", "alice=wonderland\n")
        let program = try embedded("--sasl-users", folder.path("good"), "--sasl-mechanism", "SCRAM-SHA-256")
        _ = try await firstLine(of: program)
        program.kill(SIGTERM)
        #expect(await program.exitCode() == 0)
    }

    @Test("Runs inside a worker: started before the connectors, stopped after them")
    func worker() async throws {
        let worker = try writeWorker("embedded.broker.listener=127.0.0.1:0\noffset.flush.interval.ms=100")
        try folder.write("in.txt", (0..<100).map { "line \($0)\n" }.joined())
        try folder.write(
            "source.properties",
            "name=source\nconnector.class=FileStreamSource\nfile=\(folder.path("in.txt"))\ntopic=lines\n"
        )
        try folder.write(
            "sink.properties",
            "name=sink\nconnector.class=FileStreamSink\nfile=\(folder.path("out.txt"))\ntopics=lines\n"
        )
        let program = try RunningProgram(
            product: "connectd",
            ["standalone", worker, folder.path("source.properties"), folder.path("sink.properties")]
        )
        let clock = SystemClock()
        let expected = folder.read("in.txt")
        while folder.read("out.txt") != expected { try await clock.sleep(for: .milliseconds(10)) }
        program.kill(SIGTERM)
        let errors = await program.errors.all()
        #expect(await program.exitCode() == 0)
        let started = try #require(errors.firstIndex { $0.contains("An embedded Kafka broker runs in this process") })
        #expect(errors[..<started].allSatisfy { !$0.contains("source") && !$0.contains("sink") })
        #expect(errors.allSatisfy { !$0.contains(" ERROR ") && !$0.contains(" WARN ") }, "\(errors)")
        // Beside the offsets, as nothing else was said.
        #expect(folder.read("embedded-broker/metadata") != nil)
    }
}
