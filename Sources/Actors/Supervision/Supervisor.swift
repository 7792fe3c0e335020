import Engine
import Logging

/// Holds the worker's connectors by name. Each runs on its own: a failure or a hang in one never stops another, nor this actor.
actor Supervisor {
    private var connectors: [String: ConnectorActor] = [:]
    private var isStopping = false

    /// Takes a connector in and starts it. Returns at once.
    ///
    /// Throws ``ConnectError/Code/configuration`` when there is one of that name.
    func add(_ connector: ConnectorActor) async throws {
        guard !isStopping else { return }
        guard connectors[connector.name] == nil else {
            throw ConnectError(
                .configuration,
                "there is a connector named \(connector.name) already: names must be unique"
            )
        }
        connectors[connector.name] = connector
        await connector.start()
    }

    /// The connector of a name. Throws ``ConnectError/Code/notFound``.
    func connector(_ name: String) throws -> ConnectorActor {
        guard let connector = connectors[name] else {
            throw ConnectError(.notFound, "there is no connector named \(name)")
        }
        return connector
    }

    /// All statuses, by name.
    func statuses() async -> [ConnectorStatus] {
        var result: [ConnectorStatus] = []
        for (_, connector) in connectors.sorted(by: { $0.key < $1.key }) { result.append(await connector.status()) }
        return result
    }

    /// Stops all connectors at the same time; no more are taken in.
    func stopAll() async {
        isStopping = true
        await withTaskGroup(of: Void.self) { group in
            for connector in connectors.values { group.addTask { await connector.stop() } }
        }
    }
}
