import Actors
import ArgumentParser
import Engine
import Kafka
import Logging

/// `connectd demo`: a file becomes Kafka records and comes back, on this machine alone.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Move real text through Kafka and back, and compare.",
        discussion: """
            Starts a worker with a Kafka broker of its own and the connectors FileStreamSource and FileStreamSink, moves the \
            licences and changelogs of this machine from a file through a topic into a second file, and compares the two \
            files byte by byte. Takes three times the text's size on the disk while it runs.
            """
    )

    @Option(
        help: ArgumentHelp("How much text to move: 4096, 500kB, 64MB, 1GiB …", valueName: "bytes"),
        transform: { text in
            guard let size = ByteSize(text), size.bytes > 0 else {
                throw ValidationError("--size takes a number of bytes such as 64MB, not '\(text)'.")
            }
            return size
        }
    )
    var size = ByteSize(bytes: 64_000_000)

    @Option(
        help: ArgumentHelp(
            "The folder to make the demo's own folder in (default: the system's for temporary files).",
            valueName: "folder"
        )
    )
    var dir: String?

    @Flag(help: "Keep the demo's folder, with both files and the configuration files.")
    var keep = false

    @OptionGroup(title: "Logging (from level warning unless said otherwise)")
    var logging: LoggingOptions

    func run() async throws {
        let clock = SystemClock()
        let logger = logging.makeLogger(defaultLevel: .warning, clock: clock, console: .standard)
        let program = await Program(clock: clock, logger: logger)
        try await reportingErrors(to: logger) {
            let demo = try Demo(
                goal: size,
                folder: DemoFolder(in: dir ?? DemoFolder.temporary),
                isKept: keep,
                clock: clock,
                console: .standard,
                logger: logger
            )
            try await demo.run(in: program)
        }
    }
}
