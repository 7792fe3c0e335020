import ConnectTesting
import Glibc
import Testing

@testable import connectd

/// Runs the built program as a user does.
@Suite("The program's command line", .timeLimit(.minutes(10)))
struct CommandLineTests {
    private func run(_ arguments: String...) async throws -> (code: Int32, output: [String], errors: [String]) {
        let program = try RunningProgram(product: "connectd", arguments)
        async let output = program.output.all()
        async let errors = program.errors.all()
        return (await program.exitCode(), await output, await errors)
    }

    @Test("version prints one line")
    func version() async throws {
        let (code, output, errors) = try await run("version")
        #expect(code == 0)
        #expect(output == [VersionCommand.text])
        #expect(VersionCommand.text.hasPrefix("connectd \(Version.current) ("))
        #expect(errors.isEmpty)
    }

    @Test("Every command has help, and the main help lists every exit code and command")
    func help() async throws {
        let (code, output, _) = try await run("--help")
        #expect(code == 0)
        let text = output.joined(separator: "\n")
        for status in ExitStatus.allCases { #expect(text.contains("  \(status.rawValue) ")) }
        let subcommands = output.drop { $0 != "SUBCOMMANDS:" }.dropFirst().prefix { !$0.isEmpty }
        let names = subcommands.filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(names.contains("embedded"))
        for name in names {
            let (code, output, _) = try await run(name, "--help")
            #expect(code == 0)
            #expect(output.contains { $0.hasPrefix("USAGE: connectd \(name)") })
        }
    }

    @Test(
        "A wrong command line is exit code 2, with the reason on standard error",
        arguments: [
            ([], "USAGE"),
            (["nonsense"], "Unexpected argument 'nonsense'"),
            (["--nonsense"], "Unknown option '--nonsense'"),
            (["embedded", "--listen", "9092"], "The value '9092' is invalid"),
            (["embedded", "--flush", "sometimes"], "The value 'sometimes' is invalid"),
            (["embedded", "--flush", "always"], "--flush needs --dir"),
            (["embedded", "--tls-key", "key.pem"], "--tls-certificate and --tls-key belong together."),
            (["embedded", "--tls-client-auth", "required"], "The --tls- options need"),
            (["embedded", "--sasl-mechanism", "PLAIN"], "--sasl-mechanism needs --sasl-users."),
            (["embedded", "--sasl-mechanism", "GSSAPI"], "The value 'GSSAPI' is invalid"),
            (["embedded", "--topic", "a b"], "The value 'a b' is invalid"),
            (["embedded", "--topic", "a", "--topic", "a:2"], "--topic names a twice."),
            (["embedded", "--log-level", "loud"], "The value 'loud' is invalid"),
        ] as [([String], String)]
    )
    func usage(_ arguments: [String], _ reason: String) async throws {
        let program = try RunningProgram(product: "connectd", arguments)
        let errors = await program.errors.all()
        #expect(await program.exitCode() == ExitStatus.usage.rawValue)
        #expect(errors.contains { $0.contains(reason) }, "\(errors)")
    }

    @Test("The embedded broker prints its address first, and drains on a signal", arguments: [SIGINT, SIGTERM])
    func embedded(_ signal: Int32) async throws {
        let program = try RunningProgram(product: "connectd", ["embedded", "--log-format", "json"])
        var output = program.output.makeAsyncIterator()
        let address = try #require(await output.next())
        #expect(address.hasPrefix("127.0.0.1:"))
        program.kill(signal)
        let errors = await program.errors.all()
        #expect(await program.exitCode() == 0)
        #expect(errors.allSatisfy { $0.hasPrefix("{\"time\":\"") && $0.hasSuffix("}") }, "\(errors)")
        #expect(errors.contains { $0.contains("\"message\":\"draining") })
    }
}
