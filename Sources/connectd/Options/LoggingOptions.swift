import ArgumentParser
import Engine
import Logging

/// The log flags that every long-running command takes. Logs go to standard error.
struct LoggingOptions: ParsableArguments {
    /// How log lines look.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
    }

    @Option(help: ArgumentHelp("Log lines of this level and worse.", valueName: "level"))
    var logLevel: LogLevel?

    @Option(help: ArgumentHelp("Readable lines, or one JSON object per line.", valueName: "format"))
    var logFormat: Format = .text

    /// The program's logger.
    ///
    /// - Parameter defaultLevel: The level when the user names none.
    func makeLogger(defaultLevel: LogLevel = .info, clock: any WorkerClock, console: Console) -> Logger {
        let level = (logLevel ?? defaultLevel).level
        let text = TextLogFormat(colour: console.errorWantsColour)
        let json = JSONLogFormat()
        let format = logFormat
        return Logger(label: "connectd") { _ in
            LineLogHandler(
                level: level,
                clock: clock,
                render: { entry in
                    switch format {
                    case .text: text.line(entry)
                    case .json: json.line(entry)
                    }
                },
                write: console.log
            )
        }
    }
}
