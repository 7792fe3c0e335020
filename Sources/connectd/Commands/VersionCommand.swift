import ArgumentParser
import Kafka

/// `connectd version`
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Print the version, and the versions of what it stands on."
    )

    static var text: String {
        "connectd \(Version.current) (behaves as Kafka Connect \(Version.kafkaConnect), runs on librdkafka "
            + "\(ClientLibrary.installed.version))"
    }

    func run() {
        Console.standard.print(Self.text)
    }
}
