import Engine
import ServiceLifecycle

/// Drives the demo while the worker runs: feeds the source file, watches the sink file, shows how far it is. Ends when everything
/// has arrived; throws when it cannot.
actor DemoDriver: Service {
    /// How the demo ended.
    enum Outcome: Sendable {
        /// Everything arrived.
        case complete(DemoCounts, Duration)
        /// Somebody stopped it.
        case stopped(DemoCounts, Duration)
    }

    /// Set when ``run()`` has returned.
    private(set) var outcome: Outcome?

    private var counts = DemoCounts()
    /// When the first line arrived; before that, when the demo began.
    private var start = Duration.zero
    private let files: DemoFiles
    private let progress: DemoProgress
    private let clock: any WorkerClock
    private let console: Console
    /// A sentence when a task has failed for good.
    private let findFailure: @Sendable () async -> String?

    private static let turnInterval = Duration.milliseconds(5)
    private static let checkInterval = Duration.milliseconds(500)
    private static let patience = Duration.seconds(60)

    init(
        files: DemoFiles,
        goal: Int,
        clock: any WorkerClock,
        console: Console,
        findFailure: @escaping @Sendable () async -> String?
    ) {
        self.files = files
        self.progress = DemoProgress(goal: goal)
        self.clock = clock
        self.console = console
        self.findFailure = findFailure
    }

    func run() async throws {
        start = clock.now()
        defer { console.endLiveLine() }
        do {
            try await cancelWhenGracefulShutdown { try await self.move() }
            outcome = .complete(counts, clock.now() - start)
        } catch is CancellationError {
            outcome = .stopped(counts, clock.now() - start)
        }
    }

    private func move() async throws {
        var lastMove = start
        var nextReport = start
        var nextCheck = start
        while true {
            let now = clock.now()
            let latest = try await files.turn()
            if latest != counts { lastMove = now }
            if counts.arrivedRecords == 0, latest.arrivedRecords > 0 {
                console.endLiveLine()
                console.print(DemoProgress.firstArrival(after: now - start))
                start = now
            }
            counts = latest
            if await files.isComplete { return }
            if now >= nextReport {
                report(counts, elapsed: now - start)
                nextReport = now + (console.outputIsTerminal ? .milliseconds(100) : .seconds(1))
            }
            if now >= nextCheck {
                if let failure = await findFailure() { throw ConnectError(.connect, failure) }
                nextCheck = now + Self.checkInterval
            }
            guard now - lastMove < Self.patience else {
                throw ConnectError(
                    .connect,
                    "Nothing has moved for \(Self.patience.components.seconds) s, with \(counts.lag) records on their way: "
                        + "run the demo again with --log-level debug to see where it stands"
                )
            }
            try await clock.sleep(for: Self.turnInterval)
        }
    }

    private func report(_ counts: DemoCounts, elapsed: Duration) {
        if console.outputIsTerminal {
            console.showLiveLine(
                counts.arrivedRecords == 0
                    ? DemoProgress.waiting : progress.line(counts, elapsed: elapsed, columns: console.columns)
            )
        } else if counts.arrivedRecords > 1 {
            console.print(progress.line(counts, elapsed: elapsed))
        }
    }
}
