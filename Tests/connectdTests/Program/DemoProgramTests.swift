import ConnectTesting
import Glibc
import Testing

@testable import connectd

/// Runs `connectd demo` as a user does: the whole engine, from a file through the embedded broker into a file.
@Suite("The demo as a program", .timeLimit(.minutes(10)))
struct DemoProgramTests {
    @Test("Text goes through Kafka and comes back the same; what is kept can be looked at")
    func demo() async throws {
        let folder = try TemporaryFolder()
        let program = try RunningProgram(
            product: "connectd",
            ["demo", "--size", "3MB", "--keep", "--dir", folder.root]
        )
        async let errors = program.errors.all()
        let output = await program.output.all()
        #expect(await program.exitCode() == 0)
        #expect(await errors.isEmpty)
        #expect(output.contains { $0.hasPrefix("Moved 3.0 MB in ") }, "\(output)")
        #expect(output.contains("Both files are the same, byte for byte."), "\(output)")
        // The program's own comparison is not taken on trust.
        let line = try #require(output.first { $0.hasPrefix("  files   ") })
        let files = String(line.dropFirst(10))
        let source = try #require(TemporaryFolder.content(of: "\(files)/source.txt"))
        #expect(source.count >= 3_000_000)
        #expect(TemporaryFolder.content(of: "\(files)/sink.txt") == source)
    }

    @Test(
        "A signal ends it early, with that signal's code, and nothing is left behind",
        arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)]
    )
    func interrupted(_ signal: Int32, _ code: Int32) async throws {
        let folder = try TemporaryFolder()
        let program = try RunningProgram(product: "connectd", ["demo", "--size", "1TB", "--dir", folder.root])
        var last = ""
        for await line in program.output {
            if line.hasPrefix("The first line has arrived") { program.kill(signal) }
            last = line
        }
        #expect(await program.exitCode() == code)
        #expect(last == "Stopped before the end: the files were not compared.")
        // A folder that is empty can be removed.
        #expect(rmdir(folder.root) == 0)
    }

    @Test(
        "What cannot work is said at once",
        arguments: [
            (["--dir", "/nonexistent"], 1, "Cannot make a folder in /nonexistent"),
            (["--size", "lots"], 2, "--size takes a number of bytes such as 64MB, not 'lots'."),
            (["--size", "0"], 2, "--size takes a number of bytes such as 64MB, not '0'."),
        ] as [([String], Int32, String)]
    )
    func refused(_ arguments: [String], _ code: Int32, _ message: String) async throws {
        let program = try RunningProgram(product: "connectd", ["demo"] + arguments)
        let errors = await program.errors.all()
        #expect(await program.exitCode() == code)
        #expect(errors.contains { $0.contains(message) }, "\(errors)")
    }
}
