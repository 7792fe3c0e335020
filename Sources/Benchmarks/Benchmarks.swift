import ArgumentParser

/// The throughput bench: the real engine beside a bare librdkafka loop that does the same work (see `perf/README.md`).
@main
struct Benchmarks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "Benchmarks",
        abstract: "Measure the engine's throughput, beside a bare librdkafka loop.",
        subcommands: [RunCommand.self, BrokerCommand.self, MeasureCommand.self]
    )
}
