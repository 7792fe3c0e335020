import Actors
import Engine
import Kafka
import Logging

/// Does an assignment with a worker, as connectd runs it.
struct EngineRun {
    /// How long nothing may move before the run counts as failed.
    private static let patience = 60.0
    // Also how much longer than needed a run may seem to take; more often costs CPU time that is not the engine's.
    private static let lookEvery = Duration.milliseconds(4)
    private static let looksPerCheck = 25

    private let assignment: Assignment
    private let worker: Worker
    private let running: Task<Void, any Error>
    private let start: Measurement.Start

    /// Starts the worker and its connectors.
    init(_ assignment: Assignment, logger: Logger) async throws {
        let plugins = Plugins.all()
        self.assignment = assignment
        start = Measurement.Start()
        worker = try Worker(
            configuration: assignment.workerConfiguration(plugins: plugins),
            plugins: plugins,
            world: World(clock: SystemClock(), fileSystem: LocalFileSystem(), clients: LibrdkafkaClients()),
            logger: logger
        )
        for connector in try assignment.connectorFiles() { await worker.start(connector) }
        running = Task { [worker] in try await worker.run() }
    }

    /// Waits until all is done. Throws when a task has failed, or nothing moves any more.
    func measure() async throws -> Measurement {
        var start = start
        var hasStarted = assignment.scenario == .fileToKafka
        var last = -1
        var lastMove = StopWatch()
        var looks = 0
        while true {
            if !hasStarted, counters(await worker.statuses()).contains(where: { $0.polled > 0 }) {
                hasStarted = true
                start = Measurement.Start()
            }
            let progress = await progress()
            if progress >= goal { return Measurement(since: start) }
            if progress > last {
                last = progress
                lastMove = StopWatch()
            } else if lastMove.seconds > Self.patience {
                throw ConnectError(.connect, "the engine stands still at \(progress) of \(goal) for \(Self.patience) s")
            }
            if looks % Self.looksPerCheck == 0 { try check(await worker.statuses()) }
            looks += 1
            try await ContinuousClock().sleep(for: Self.lookEvery)
        }
    }

    /// Drains the worker.
    func stop() async throws {
        worker.shutdown()
        try await running.value
    }

    private var goal: Int {
        switch assignment.scenario {
        case .fileToKafka: assignment.records
        case .kafkaToFile: assignment.outputBytes
        }
    }

    // When to look at the destination; what is there is counted by the parent.
    private func progress() async -> Int {
        switch assignment.scenario {
        case .fileToKafka: counters(await worker.statuses()).reduce(0) { $0 + $1.delivered }
        case .kafkaToFile: LineCount.size(of: assignment.files[0])
        }
    }

    private func counters(_ statuses: [ConnectorStatus]) -> [TaskCounters.Snapshot] {
        statuses.flatMap(\.tasks).map(\.counters)
    }

    // A restart would measure something else.
    private func check(_ statuses: [ConnectorStatus]) throws {
        for status in statuses {
            for (name, life) in [(status.name, status.life)]
                + status.tasks.map({ ("\(status.name)-\($0.id)", $0.life) })
            where life.state == .failed || life.restartCount > 0 {
                throw ConnectError(.connect, "\(name) has failed: \(life.trace ?? "see the log")")
            }
        }
    }
}
