import ArgumentParser
import Engine
import Glibc

/// `Benchmarks run`: a scenario through the engine, and beside it through the bare loop.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run one scenario.",
        discussion: """
            Each measured run is a process of its own. file-to-kafka is timed from before the clients are made until the last record \
            is acknowledged, kafka-to-file from the first record that the client gives (joining the group takes as long as the broker \
            likes) until the last byte is in the file. Records are counted at the destination; a wrong count is an error. MB are \
            1,000,000 bytes of record values.
            """
    )

    @Option(help: ArgumentHelp("file-to-kafka or kafka-to-file.", valueName: "name"))
    var scenario = Scenario.fileToKafka

    @Option(help: ArgumentHelp("Bytes of each record's value.", valueName: "bytes"))
    var recordBytes = 100

    @Option(help: ArgumentHelp("Bytes of all values together, such as 1GB.", valueName: "size"))
    var size = ByteSize(bytes: 1_000_000_000)

    @Option(help: ArgumentHelp("How often each side runs.", valueName: "count"))
    var rounds = 3

    @Flag(help: "Run the bare librdkafka loop too, in turn with the engine: A B A B.")
    var control = false

    @Flag(help: "Run the control against itself: what differs is noise.")
    var aa = false

    @Flag(
        help:
            "Run the control on the embedded broker and on librdkafka's mock cluster in turn: the brokers are what differs."
    )
    var brokers = false

    @Flag(help: "Let the embedded broker keep its records in memory instead of in files.")
    var inMemory = false

    @Flag(help: "One JSON object per round and a last one with the medians.")
    var json = false

    @Option(help: ArgumentHelp("A broker to use instead of an embedded one.", valueName: "host:port"))
    var bootstrap: String?

    @Option(
        help: ArgumentHelp(
            "Partitions of the topic. Not given: 1; for kafka-to-file with --brokers as many as hold 4 MB each, the most that a mock "
                + "cluster surely keeps.",
            valueName: "count"
        )
    )
    var partitions: Int?

    @Option(
        help: ArgumentHelp("The folder for the files, instead of the system's for temporary ones.", valueName: "path")
    )
    var dir: String?

    @Flag(help: "Keep the files.")
    var keep = false

    @Option(help: ArgumentHelp("The seed of the generated text.", valueName: "number"))
    var seed: UInt64 = 1

    @OptionGroup(title: "Batching")
    var batching: BatchingOptions

    /// How often each side runs at most, for the sake of sanity.
    private static let mostRounds = 1000

    func validate() throws {
        guard (3...10_000_000).contains(recordBytes) else {
            throw ValidationError("--record-bytes takes 3 to 10000000, not \(recordBytes).")
        }
        guard size.bytes >= recordBytes else { throw ValidationError("--size is less than one record.") }
        guard (1...Self.mostRounds).contains(rounds) else {
            throw ValidationError("--rounds takes 1 to \(Self.mostRounds), not \(rounds).")
        }
        if let partitions, !(1...10_000).contains(partitions) {
            throw ValidationError("--partitions takes 1 to 10000, not \(partitions).")
        }
        if brokers, bootstrap != nil || aa {
            throw ValidationError(
                "--brokers starts its brokers itself and is a comparison of its own: leave --bootstrap and --aa out."
            )
        }
        if scenario == .fileToKafka, batching.converter == .byteArray, !aa, !brokers {
            throw ValidationError(
                "The file source gives strings, which ByteArray does not take: choose String or Json."
            )
        }
    }

    func run() async throws {
        #if DEBUG
            warn("this is a debug build: its figures mean nothing (swift run -c release Benchmarks …)")
        #endif
        let folder = try WorkFolder(in: dir ?? WorkFolder.temporary)
        let interrupts = Interrupts { if !keep { folder.remove() } }
        defer {
            interrupts.stop()
            if !keep { folder.remove() }
        }
        let report: any Report = json ? JSONReport() : TableReport()
        let workload = Workload(
            scenario: scenario,
            records: size.bytes / recordBytes,
            recordBytes: recordBytes,
            seed: seed,
            batching: batching
        )
        let bench = Bench(
            workload: workload,
            partitions: partitions ?? workload.defaultPartitions(onMock: brokers),
            bootstrapServers: bootstrap,
            folder: folder
        )
        report.begin(bench.title(rounds: rounds, lanes: lanes))
        var results: [RoundResult] = []
        try await bench.run(rounds: rounds, lanes: lanes) { result in
            results.append(result)
            report.round(result, number: results.count)
        }
        report.summary(RoundResult.medians(of: results), rounds: results.count)
        if keep { warn("the files are in \(folder.path)") }
    }

    private var lanes: [Lane] {
        let broker = inMemory ? BrokerKind.memory : .embedded
        if brokers { return [Lane(side: .control, broker: broker), Lane(side: .control, broker: .mock)] }
        if aa { return Array(repeating: Lane(side: .control, broker: broker), count: 2) }
        let engine = Lane(side: .engine, broker: broker)
        return control ? [engine, Lane(side: .control, broker: broker)] : [engine]
    }

    private func warn(_ text: String) {
        StandardError.print("Benchmarks: \(text)")
    }
}
