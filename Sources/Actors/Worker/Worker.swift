public import Engine
public import Logging

/// A standalone worker: reads stored offsets, runs the connectors it is given, and drains them when it is told to stop.
///
/// The program makes one, calls ``run()`` once, and hands connectors in at any time. Nothing here waits for a plugin's code.
///
/// Source: `org.apache.kafka.connect.runtime.Worker`, `StandaloneHerder`.
public actor Worker {
    private let configuration: WorkerConfiguration
    private let plugins: PluginRegistry
    private let world: World
    private let logger: Logger
    private let supervisor = Supervisor()
    private let store: any OffsetStore
    private let stopRequests: AsyncStream<Void>
    private let stopRequest: AsyncStream<Void>.Continuation
    private var isLoaded = false
    private var waiting: [ConnectorFile] = []

    /// A worker that has not started yet. Throws ``ConnectError/Code/configuration`` for client keys that cannot work.
    public init(configuration: WorkerConfiguration, plugins: PluginRegistry, world: World, logger: Logger) throws {
        self.configuration = configuration
        self.plugins = plugins
        self.world = world
        self.logger = logger
        self.store = try Self.makeStore(configuration, world, logger)
        (stopRequests, stopRequest) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Runs until ``shutdown()``; returns when everything is drained. Throws when the stored offsets cannot be read: starting
    /// sources without them would read everything twice.
    public func run() async throws {
        let loading = Task { try await load() }
        let stopping = Task { [stopRequests] in
            for await _ in stopRequests { break }
            loading.cancel()
        }
        do {
            try await loading.value
        } catch {
            stopping.cancel()
            await store.close()
            if error is CancellationError { return }
            throw error
        }
        isLoaded = true
        let files = waiting
        waiting.removeAll()
        for file in files { await start(file) }
        await stopping.value
        logger.info("stopping: connectors drain")
        await supervisor.stopAll()
        await store.close()
        logger.info("stopped")
    }

    /// Asks for a good end; ``run()`` returns when it has come. Idempotent.
    public nonisolated func shutdown() {
        stopRequest.yield()
    }

    /// Starts a connector. One that cannot start is logged, with file, cause and fix, and the others go on. Returns at once; a
    /// connector given before the stored offsets are read starts when they are.
    public func start(_ file: ConnectorFile) async {
        guard isLoaded else {
            waiting.append(file)
            return
        }
        do {
            try await supervisor.add(try makeConnector(file))
        } catch {
            var logger = logger
            logger[metadataKey: "connector"] = "\(file.name)"
            logger.logLines(.error, "the connector cannot start: \(ErrorText.describe(error))")
        }
    }

    /// What is known of all connectors now, by name.
    public func statuses() async -> [ConnectorStatus] {
        await supervisor.statuses()
    }

    /// Stops or goes on taking a connector's records in. Throws ``ConnectError/Code/notFound``.
    public func setPaused(_ paused: Bool, connector: String) async throws {
        try await supervisor.connector(connector).setPaused(paused)
    }

    /// Restarts a connector with all its tasks, as a person asks for. Throws ``ConnectError/Code/notFound``.
    public func restart(connector: String) async throws {
        try await supervisor.connector(connector).restart()
    }

    /// Restarts one task, as a person asks for. Throws ``ConnectError/Code/notFound``.
    public func restart(connector: String, task: Int) async throws {
        try await supervisor.connector(connector).restartTask(task)
    }

    private func makeConnector(_ file: ConnectorFile) throws -> ConnectorActor {
        let connector = try ConnectorConfiguration(file.configuration, worker: configuration, plugins: plugins)
        let entry = try ConnectorConfiguration.plugin(of: connector.raw, plugins: plugins)
        if let queue = connector.errors.deadLetterQueue {
            throw ConnectError(
                .configuration,
                """
                errors.deadletterqueue.topic.name=\(queue.topic): dead letter queues are not available in this version; remove the \
                key, and records that fail stop the task (errors.tolerance=none) or are skipped and logged (errors.tolerance=all)
                """
            )
        }
        var logger = logger
        logger[metadataKey: "connector"] = "\(connector.name)"
        for notice in connector.notices { logger.log(notice) }
        let factory = TaskFactory(
            worker: configuration,
            connector: connector,
            plugins: plugins,
            world: world,
            store: store,
            logger: logger
        )
        return try ConnectorActor(factory: factory, entry: entry, initialState: file.initialState)
    }

    /// A file that cannot be read ends the worker. Kafka may be late: a topic is tried again until it can be read.
    private func load() async throws {
        var wait = Duration.seconds(1)
        while true {
            do {
                return try await store.load()
            } catch {
                guard ErrorClass.of(error) == .transient, configuration.offsetStorageTopic != nil else { throw error }
                logger.error(
                    "stored offsets cannot be read yet, so no connector starts; trying again: \(ErrorText.describe(error))",
                    metadata: ["retry_in": "\(wait.text)"]
                )
                try await world.clock.sleep(for: wait)
                wait = min(wait * 2, .seconds(30))
            }
        }
    }

    private static func makeStore(
        _ configuration: WorkerConfiguration,
        _ world: World,
        _ logger: Logger
    ) throws -> any OffsetStore {
        let file = configuration.offsetStorageFile.map {
            FileOffsetStore(path: $0, fileSystem: world.fileSystem, logger: logger)
        }
        guard let topic = configuration.offsetStorageTopic else {
            guard let file else {
                throw ConnectError(
                    .configuration,
                    "offset.storage.file.filename is missing: name the file in which the worker keeps source offsets"
                )
            }
            return file
        }
        let context = ClientContext(logger: logger, clientID: "connectd-offsets")
        let store = TopicOffsetStore(
            TopicOffsetStore.Parts(
                topic: topic.newTopic,
                producer: try world.clients.makeProducer(
                    configuration.offsetStoreProducerConfiguration(),
                    context: context
                ),
                consumer: try world.clients.makeConsumer(
                    configuration.offsetStoreConsumerConfiguration(),
                    context: context
                ),
                admin: try world.clients.makeAdmin(configuration.adminConfiguration(), context: context),
                logger: logger
            )
        )
        guard let file else { return store }
        return CombinedOffsetStore(topic: store, file: file)
    }
}

extension Logger {
    /// Writes what the user should know about a configuration.
    package func log(_ notice: ConfigurationNotice) {
        let fields: Logger.Metadata = notice.key.map { ["key": "\($0)"] } ?? [:]
        switch notice.severity {
        case .note: info("\(notice.message)", metadata: fields)
        case .warning: warning("\(notice.message)", metadata: fields)
        }
    }
    /// Writes a text that may have several lines (a configuration with several errors) as an entry for each.
    package func logLines(_ level: Logger.Level, _ text: String) {
        for line in text.split(separator: "\n") {
            log(level: level, "\(line.drop { $0 == " " })")
        }
    }
}
