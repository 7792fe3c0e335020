import Engine
import Logging

/// One run of a connector from start to end: its plugin, and the tasks that the plugin asks for.
actor ConnectorGeneration: TaskGeneration {
    struct Parts: Sendable {
        var plugin: ConnectorPlugin
        var configuration: [String: String]
        var maximumTasks: Int
        /// `tasks.max.enforce`: more tasks than asked for are an error, not a warning.
        var enforcesMaximum: Bool
        var makeTask: @Sendable (_ index: Int, _ configuration: [String: String], _ isPaused: Bool) -> SupervisedTask
        var stopTimeout: Duration
        var clock: any WorkerClock
        var logger: Logger
    }

    private enum Command: Sendable {
        case drain
        case reconfigure
    }

    private let parts: Parts
    private let host: ConnectorPluginActor
    private let children = ChildTasks()
    private var isPaused: Bool
    private var tasks: [SupervisedTask] = []
    private var taskConfigurations: [[String: String]] = []
    private var runs: [Task<Void, Never>] = []
    private let commands: AsyncStream<Command>
    private let command: AsyncStream<Command>.Continuation

    init(_ parts: Parts, isPaused: Bool, name: String) {
        self.parts = parts
        self.isPaused = isPaused
        self.host = ConnectorPluginActor(plugin: parts.plugin, name: name)
        (commands, command) = AsyncStream.makeStream()
    }

    /// The tasks as they are now, for statuses.
    var currentTasks: [SupervisedTask] { tasks }

    func run(onStarted: @escaping @Sendable () async -> Void) async throws {
        let context = ConnectorContext(logger: parts.logger, clock: parts.clock) { [command] in
            command.yield(.reconfigure)
        }
        children.start("connector") { [self] in
            do {
                try await host.start(configuration: parts.configuration, context: context)
                try await configureTasks()
                await onStarted()
                try await obeyCommands()
            } catch {
                await stopTasks()
                await host.stop()
                throw error
            }
            await stopTasks()
            await host.stop()
        }
        do {
            try await children.waitForAll()
        } catch {
            await end()
            throw error
        }
        await end()
    }

    func drain() { command.yield(.drain) }

    func cancel() { children.cancelAll() }

    func setPaused(_ paused: Bool) async {
        isPaused = paused
        for task in tasks { await task.life.setPaused(paused) }
    }

    private func obeyCommands() async throws {
        for await next in commands {
            switch next {
            case .drain: return
            case .reconfigure: try await configureTasks()
            }
        }
        try Task.checkCancellation()
    }

    /// Asks the plugin for its tasks' configurations and starts them; tasks that run with others are stopped first.
    private func configureTasks() async throws {
        let wanted = try await host.taskConfigurations(maximum: parts.maximumTasks)
        guard wanted != taskConfigurations else { return }
        if wanted.count > parts.maximumTasks {
            let text = "the connector asks for \(wanted.count) tasks, but tasks.max allows \(parts.maximumTasks)"
            guard !parts.enforcesMaximum else { throw ConnectError(.connect, text) }
            parts.logger.warning("\(text); they are started because tasks.max.enforce is false")
        }
        await stopTasks()
        taskConfigurations = wanted
        tasks = wanted.enumerated().map { parts.makeTask($0, $1, isPaused) }
        runs = tasks.map { task in Task { await task.life.run() } }
    }

    private func stopTasks() async {
        for task in tasks { task.life.stop() }
        for run in runs { await run.value }
        tasks = []
        runs = []
        taskConfigurations = []
    }

    private func end() async {
        command.finish()
        await children.end(
            grace: parts.stopTimeout,
            clock: parts.clock,
            logger: parts.logger,
            leftBehind: "the connector's code has not returned"
        )
    }
}

/// One task under supervision, with what statuses tell of it.
struct SupervisedTask: Sendable {
    let index: Int
    let life: SupervisedActor
    let counters: TaskCounters
}

/// A source or a sink connector, where it makes no difference.
enum ConnectorPlugin: Sendable {
    case source(any SourceConnector)
    case sink(any SinkConnector)
}

/// Calls one connector's code, on an executor of its own.
private actor ConnectorPluginActor {
    private let executor: QueueExecutor
    private let plugin: ConnectorPlugin

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(plugin: ConnectorPlugin, name: String) {
        self.plugin = plugin
        executor = QueueExecutor(label: "connector-\(name)")
    }

    func start(configuration: [String: String], context: ConnectorContext) async throws {
        switch plugin {
        case .source(let connector): try await connector.start(configuration: configuration, context: context)
        case .sink(let connector): try await connector.start(configuration: configuration, context: context)
        }
    }

    func taskConfigurations(maximum: Int) async throws -> [[String: String]] {
        switch plugin {
        case .source(let connector): try await connector.taskConfigurations(maximum: maximum)
        case .sink(let connector): try await connector.taskConfigurations(maximum: maximum)
        }
    }

    func stop() async {
        switch plugin {
        case .source(let connector): await connector.stop()
        case .sink(let connector): await connector.stop()
        }
    }
}
