import ArgumentParser

/// `connectd version`
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Print the version."
    )

    func run() {
        Console.standard.print("connectd \(Version.current) (behaves as Kafka Connect \(Version.kafkaConnect))")
    }
}
