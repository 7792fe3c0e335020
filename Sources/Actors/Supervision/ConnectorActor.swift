public import Engine
import Logging

/// One connector of the worker: its configuration, its target state, and the supervised life of its plugin and tasks.
actor ConnectorActor {
    nonisolated let name: String
    private let kind: ConnectorConfiguration.Kind
    private let life: SupervisedActor
    private let box: GenerationBox
    private var run: Task<Void, Never>?
    private var isStoppedByTarget: Bool

    /// Makes the connector without starting it.
    init(factory: TaskFactory, entry: PluginRegistry.Entry, initialState: ConnectorFile.InitialState?) throws {
        let connector = factory.connector
        let world = factory.world
        let worker = factory.worker
        let logger = factory.logger
        let box = GenerationBox()
        self.box = box
        self.name = connector.name
        self.kind = connector.kind
        self.isStoppedByTarget = initialState == .stopped

        // The tasks' deadlines run inside the connector's: they must not be cut short by it.
        let stopTimeout = worker.taskShutdownGracefulTimeout
        let taskSettings = SupervisedActor.Settings(policy: connector.engine.restart, stopTimeout: stopTimeout)
        let ownSettings = SupervisedActor.Settings(policy: connector.engine.restart, stopTimeout: stopTimeout * 3)
        life = SupervisedActor(
            settings: ownSettings,
            isPaused: initialState == .paused,
            world: world,
            counters: nil,
            logger: logger
        ) { isPaused in
            let plugin: ConnectorPlugin
            let makeTask: @Sendable (Int, [String: String], Bool) -> SupervisedTask
            switch entry.type {
            case .source(let type):
                let source = type.init()
                plugin = .source(source)
                makeTask = { index, configuration, isPaused in
                    Self.supervise(index, taskSettings, isPaused, world, logger) { isPaused, counters in
                        try factory.makeSource(
                            source,
                            index: index,
                            configuration: configuration,
                            isPaused: isPaused,
                            counters: counters
                        )
                    }
                }
            case .sink(let type):
                let sink = type.init()
                plugin = .sink(sink)
                makeTask = { index, configuration, isPaused in
                    Self.supervise(index, taskSettings, isPaused, world, logger) { isPaused, counters in
                        try factory.makeSink(
                            sink,
                            index: index,
                            configuration: configuration,
                            isPaused: isPaused,
                            counters: counters
                        )
                    }
                }
            default:
                throw ConnectError(.configuration, "\(entry.className) is not a connector")
            }
            let generation = ConnectorGeneration(
                ConnectorGeneration.Parts(
                    plugin: plugin,
                    configuration: connector.raw.map,
                    maximumTasks: connector.tasksMax,
                    enforcesMaximum: connector.tasksMaxEnforce,
                    makeTask: makeTask,
                    stopTimeout: stopTimeout,
                    clock: world.clock,
                    logger: logger
                ),
                isPaused: isPaused,
                name: connector.name
            )
            await box.set(generation)
            return generation
        }
    }

    /// Starts the connector, unless its target state is STOPPED. Returns at once.
    func start() {
        guard run == nil, !isStoppedByTarget else { return }
        run = Task { [life] in await life.run() }
    }

    /// Stops the connector and its tasks: drain, then cancel after the deadlines. Returns when all has ended or is left behind.
    func stop() async {
        guard let run else { return }
        life.stop()
        await run.value
    }

    /// Stops or goes on taking records in.
    func setPaused(_ paused: Bool) async {
        await life.setPaused(paused)
    }

    /// Restarts one task, as a person asks for. Throws ``ConnectError/Code/notFound`` when there is none of that number.
    func restartTask(_ index: Int) async throws {
        let tasks = await box.generation?.currentTasks ?? []
        guard let task = tasks.first(where: { $0.index == index }) else {
            throw ConnectError(.notFound, "\(name) has no task \(index)")
        }
        task.life.restart()
    }

    /// Restarts the connector with all its tasks.
    func restart() {
        life.restart()
    }

    /// What is known of it now. Answers from recorded state: never waits for a plugin's code.
    func status() async -> ConnectorStatus {
        var own = await life.status
        if isStoppedByTarget { own.state = .stopped }
        var tasks: [TaskStatus] = []
        for task in await box.generation?.currentTasks ?? [] {
            tasks.append(TaskStatus(id: task.index, life: await task.life.status, counters: task.counters.snapshot))
        }
        return ConnectorStatus(name: name, kind: kind, life: own, tasks: tasks)
    }

    private static func supervise(
        _ index: Int,
        _ settings: SupervisedActor.Settings,
        _ isPaused: Bool,
        _ world: World,
        _ logger: Logger,
        _ make: @escaping @Sendable (_ isPaused: Bool, TaskCounters) throws -> any TaskGeneration
    ) -> SupervisedTask {
        var logger = logger
        logger[metadataKey: "task"] = "\(index)"
        let counters = TaskCounters()
        let life = SupervisedActor(
            settings: settings,
            isPaused: isPaused,
            world: world,
            counters: counters,
            logger: logger
        ) { isPaused in try make(isPaused, counters) }
        return SupervisedTask(index: index, life: life, counters: counters)
    }
}

/// The connector's generation of the moment, for statuses.
private actor GenerationBox {
    private(set) var generation: ConnectorGeneration?

    func set(_ generation: ConnectorGeneration) {
        self.generation = generation
    }
}

/// What is known of a connector at one moment.
public struct ConnectorStatus: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// Source or sink.
    public var kind: ConnectorConfiguration.Kind
    /// The connector itself.
    public var life: LifeStatus
    /// Its tasks, by number.
    public var tasks: [TaskStatus]
}

/// What is known of a task at one moment.
public struct TaskStatus: Sendable, Hashable {
    /// Its number, from 0.
    public var id: Int
    /// Its state.
    public var life: LifeStatus
    /// What it has done, across restarts.
    public var counters: TaskCounters.Snapshot
}
