import ConnectTesting
import Glibc
import Testing

@testable import connectd

/// Runs `connectd standalone` as a user does, with files that are right and files that are not.
@Suite("The standalone worker as a program", .timeLimit(.minutes(10)))
struct StandaloneTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// A worker file for a broker that nobody runs: port 1 refuses.
    private func writeWorker(_ more: String = "") throws -> String {
        try folder.write(
            "worker.properties",
            """
            bootstrap.servers=127.0.0.1:1
            key.converter=org.apache.kafka.connect.storage.StringConverter
            value.converter=org.apache.kafka.connect.storage.StringConverter
            offset.storage.file.filename=\(folder.path("offsets"))
            \(more)

            """
        )
        return folder.path("worker.properties")
    }

    private func write(_ name: String, _ content: String) throws -> String {
        try folder.write(name, content)
        return folder.path(name)
    }

    private func start(_ arguments: [String]) throws -> RunningProgram {
        try RunningProgram(product: "connectd", ["standalone"] + arguments)
    }

    @Test("A worker file that is not there ends the program with one message")
    func missingWorker() async throws {
        let program = try start([folder.path("nope.properties")])
        let errors = await program.errors.all()
        #expect(await program.exitCode() == ExitStatus.failure.rawValue)
        #expect(errors.count { !$0.contains(" INFO ") } == 1)
        #expect(errors.last?.contains("no worker file \(folder.path("nope.properties"))") == true, "\(errors)")
    }

    @Test("A worker file with mistakes ends the program, naming file, line, key and value of each")
    func wrongWorker() async throws {
        let file = try writeWorker("offset.flush.interval.ms=soon\ntask.shutdown.graceful.timeout.ms=-5x")
        let program = try start([file])
        let errors = await program.errors.all()
        #expect(await program.exitCode() == ExitStatus.failure.rawValue)
        for (line, key, value) in [
            (5, "offset.flush.interval.ms", "soon"), (6, "task.shutdown.graceful.timeout.ms", "-5x"),
        ] {
            #expect(
                errors.contains {
                    $0.contains("\(file):\(line): \(key)") && $0.contains(value) && $0.contains("FATAL")
                },
                "\(errors)"
            )
        }
    }

    @Test("A malformed line of a properties file is named with its number")
    func malformedWorker() async throws {
        let file = try writeWorker("plugin.path=\\u12")
        let program = try start([file])
        let errors = await program.errors.all()
        #expect(await program.exitCode() == ExitStatus.failure.rawValue)
        #expect(errors.contains { $0.contains("\(file):5") }, "\(errors)")
    }

    @Test("Each bad connector file costs one error line that names it; the others run, and SIGTERM ends it well")
    func badConnectors() async throws {
        let worker = try writeWorker()
        let missing = folder.path("missing.properties")
        let json = try write("broken.json", "{\"name\": \"broken\",\n \"config\": {,}}")
        let nameless = try write("nameless.properties", "connector.class=FileStreamSource\n")
        let unknown = try write(
            "unknown.properties",
            "name=unknown\nconnector.class=FileStremSource\nfile=x\ntopic=t\n"
        )
        let wrong = try write(
            "wrong.properties",
            "name=wrong\nconnector.class=FileStreamSource\ntasks.max=many\ntopic=t\n"
        )
        let input = try write("in.txt", "")
        let good = try write(
            "good.properties",
            "name=good\nconnector.class=FileStreamSource\nfile=\(input)\ntopic=lines\n"
        )
        let twin = try write(
            "twin.properties",
            "name=good\nconnector.class=FileStreamSource\nfile=\(input)\ntopic=lines\n"
        )
        let program = try start([worker, missing, json, nameless, unknown, wrong, good, twin, "--log-format", "json"])
        var errors: [String] = []
        for await line in program.errors {
            errors.append(line)
            // What the good connector says when it runs comes after everything that is said about the files.
            if line.contains("\"connector\":\"good\",\"task\":\"0\""), line.contains("started") {
                program.kill(SIGTERM)
            }
        }
        #expect(await program.exitCode() == ExitStatus.success.rawValue)
        let failures = errors.filter { $0.contains("\"level\":\"error\"") }
        for needle in [missing, "\(json):2", nameless, "FileStremSource", "tasks.max", twin] {
            #expect(failures.count { $0.contains(needle) } == 1, "\(needle) in \(failures)")
        }
        #expect(failures.contains { $0.contains("FileStreamSource?") || $0.contains("did you mean") }, "\(failures)")
    }

    @Test(
        "A second signal stops at once, with the code of that signal",
        arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)]
    )
    func secondSignal(_ signal: Int32, _ code: Int32) async throws {
        // Records that nobody takes hold the drain up for a minute.
        let worker = try writeWorker("task.shutdown.graceful.timeout.ms=60000")
        let source = try write("stdin.properties", "name=stdin\nconnector.class=FileStreamSource\ntopic=lines\n")
        let program = try start([worker, source])
        program.write("one\ntwo\n")
        program.closeInput()
        for await line in program.errors {
            // Said after the last record has been read.
            if line.contains("the source has ended") { program.kill(signal == SIGINT ? SIGTERM : SIGINT) }
            if line.contains("draining") { program.kill(signal) }
        }
        #expect(await program.exitCode() == code)
    }
}
