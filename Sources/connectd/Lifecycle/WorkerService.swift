import Actors
import Engine
import ServiceLifecycle

/// Runs a worker with its connectors; a graceful shutdown drains it.
struct WorkerService: Service {
    let worker: Worker
    let connectors: [ConnectorFile]

    func run() async throws {
        try await withGracefulShutdownHandler {
            // Those that are given before the stored offsets are read start, all at the same time, when they are.
            for connector in connectors { await worker.start(connector) }
            try await worker.run()
        } onGracefulShutdown: {
            worker.shutdown()
        }
    }
}
