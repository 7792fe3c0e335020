import ArgumentParser
import Glibc

/// The program: parses the command line, runs one command, ends with an ``ExitStatus``.
@main
struct Connectd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connectd",
        abstract: "A Kafka Connect worker in one native process.",
        discussion: """
            Runs the worker and connector files of Kafka Connect's standalone mode. Logs go to standard error.

            \(ExitStatus.help)
            """,
        version: Version.current,
        subcommands: [
            StandaloneCommand.self, DemoCommand.self, EmbeddedCommand.self, ConfigReferenceCommand.self,
            VersionCommand.self,
        ]
    )

    /// Without a command there is nothing to run: the help, and the status of a wrong command line.
    func run() async throws {
        Console.standard.log(Self.helpMessage() + "\n")
        throw Exit(status: .usage)
    }

    static func main() async {
        let status: ExitStatus
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            status = .success
        } catch let exit as Exit {
            status = exit.status
        } catch {
            status = report(error)
        }
        Glibc.exit(status.rawValue)
    }

    /// Prints what ArgumentParser has to say: help and version to standard output, a wrong command line to standard error.
    private static func report(_ error: any Error) -> ExitStatus {
        let text = fullMessage(for: error)
        if exitCode(for: error).isSuccess {
            Console.standard.print(text)
            return .success
        }
        Console.standard.log(text + "\n")
        return exitCode(for: error) == .validationFailure ? .usage : .failure
    }
}
