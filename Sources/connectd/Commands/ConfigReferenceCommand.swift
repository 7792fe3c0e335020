import ArgumentParser
import Engine

/// `connectd config-reference`
struct ConfigReferenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config-reference",
        abstract: "Print every configuration key with type, default and meaning, as Markdown."
    )

    /// The text of `docs/configuration.md`: worker, connectors and the plugins that this program was built with.
    static func text() -> String {
        ConfigurationReference.markdown(plugins: WorkerSetup.plugins())
    }

    func run() {
        // The page ends in a newline, and so does what is printed.
        Console.standard.print(String(Self.text().dropLast()))
    }
}
