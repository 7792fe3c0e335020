import Engine
import Glibc
import Logging
import ServiceLifecycle
import UnixSignals

/// The process of a long-running command: runs services until they end or a signal asks for it.
struct Program {
    private let clock: any WorkerClock
    private let logger: Logger
    private let signals: UnixSignalsSequence

    /// Prepares the process. Called first by every long-running command: from here on SIGINT and SIGTERM wait for ``run(_:)``, so
    /// that whoever has seen the command's first output can send one.
    init(clock: any WorkerClock, logger: Logger) async {
        self.clock = clock
        self.logger = logger
        // A reader that goes away shows as an error of the write, not as the end of the process.
        signal(SIGPIPE, SIG_IGN)
        signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    }

    /// Runs services in this order and stops them in reverse: the first one that ends stops the others. SIGINT and SIGTERM stop
    /// them gracefully; a second one of either ends the process at once.
    ///
    /// - Returns: The signal that asked for the end, or `nil` when the services ended by themselves.
    func run(_ services: [any Service]) async throws -> UnixSignal? {
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map { service in
                    ServiceGroupConfiguration.ServiceConfiguration(
                        service: service,
                        successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .gracefullyShutdownGroup
                    )
                },
                logger: logger
            )
        )
        let (signals, clock, logger) = (signals, clock, logger)
        return try await withThrowingTaskGroup(of: UnixSignal?.self) { tasks in
            tasks.addTask { await Self.listen(to: signals, stopping: group, clock: clock, logger: logger) }
            do {
                try await group.run()
            } catch {
                tasks.cancelAll()
                throw error
            }
            tasks.cancelAll()
            return try await tasks.next() ?? nil
        }
    }

    /// Returns, when cancelled, the first signal that came.
    private static func listen(
        to signals: UnixSignalsSequence,
        stopping group: ServiceGroup,
        clock: any WorkerClock,
        logger: Logger
    ) async -> UnixSignal? {
        var rule = StopRule()
        for await signal in signals {
            switch rule.event(signal, at: clock.now()) {
            case .ignore: break
            case .drain:
                logger.notice("draining; a second signal stops at once", metadata: ["signal": "\(signal)"])
                await group.triggerGracefulShutdown()
            case .exit(let status):
                logger.warning("stopping at once on a second signal", metadata: ["signal": "\(signal)"])
                _exit(status.rawValue)
            }
        }
        return rule.first
    }
}
