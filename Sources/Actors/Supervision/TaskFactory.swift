import Engine
import Logging
import OrderedCollections

/// Makes the generations of a connector's tasks: clients, converters, transformations and channels, from its configuration.
struct TaskFactory: Sendable {
    let worker: WorkerConfiguration
    let connector: ConnectorConfiguration
    let plugins: PluginRegistry
    let world: World
    let store: any OffsetStore
    let logger: Logger

    /// One run of a source task.
    func makeSource(
        _ plugin: any SourceConnector,
        index: Int,
        configuration: [String: String],
        isPaused: Bool,
        counters: TaskCounters
    ) throws -> SourceGeneration {
        let context = clientContext("connector-producer-\(connector.name)-\(index)", task: index)
        let conversion = try makeConversion(.toKafka)
        let client = try world.clients.makeProducer(
            worker.producerConfiguration(for: connector),
            context: context
        )
        return SourceGeneration(
            SourceGeneration.Parts(
                connector: connector.name,
                task: plugin.makeTask(),
                configuration: configuration,
                conversion: conversion,
                tolerance: tolerance,
                poolSize: connector.engine.converterPoolSize,
                channelCapacity: channelCapacity,
                maximumInFlightBytes: connector.engine.producerInFlightBytes,
                flushInterval: worker.offsetFlushInterval,
                stopTimeout: worker.taskShutdownGracefulTimeout,
                client: client,
                topics: try makeTopicCreator(task: index),
                store: store,
                clock: world.clock,
                counters: counters,
                logger: context.logger
            ),
            isPaused: isPaused,
            name: "\(connector.name)-\(index)"
        )
    }

    /// One run of a sink task.
    func makeSink(
        _ plugin: any SinkConnector,
        index: Int,
        configuration: [String: String],
        isPaused: Bool,
        counters: TaskCounters
    ) throws -> SinkGeneration {
        guard let topics = connector.topics else {
            throw ConnectError(.configuration, "\(connector.name): a sink needs topics or topics.regex")
        }
        let context = clientContext("connector-consumer-\(connector.name)-\(index)", task: index)
        let conversion = try makeConversion(.fromKafka)
        let client = worker.consumerConfiguration(for: connector)
        // Kafka's own defaults for what the engine takes care of itself.
        let maximumPollInterval = Duration.milliseconds(client["max.poll.interval.ms"].flatMap { Int($0) } ?? 300_000)
        let settings = ConsumerActor.Settings(
            topics: topics.subscription,
            maximumRecords: max(client["max.poll.records"].flatMap { Int($0) } ?? Self.defaultPollRecords, 1),
            maximumBytes: 1 << 20,
            pauseAfter: min(maximumPollInterval / 4, .milliseconds(500)),
            pollAtLeastEvery: min(maximumPollInterval / 4, .seconds(10)),
            revocationDeadline: min(maximumPollInterval / 2, .seconds(30))
        )
        return SinkGeneration(
            SinkGeneration.Parts(
                task: plugin.makeTask(),
                configuration: configuration,
                conversion: conversion,
                tolerance: tolerance,
                poolSize: connector.engine.converterPoolSize,
                channelCapacity: channelCapacity,
                flushInterval: worker.offsetFlushInterval,
                stopTimeout: worker.taskShutdownGracefulTimeout,
                consumer: settings,
                client: try world.clients.makeConsumer(client, context: context),
                clock: world.clock,
                counters: counters,
                logger: context.logger
            ),
            isPaused: isPaused,
            name: "\(connector.name)-\(index)"
        )
    }

    /// Records per batch of a sink when `max.poll.records` says nothing. Kafka's own default, 500, is a batch per record loop of
    /// a single thread; here a batch is what crosses a channel, and more per crossing is cheaper.
    private static let defaultPollRecords = 2000

    private var tolerance: ErrorTolerance {
        ErrorTolerance(toleratesAll: connector.errors.toleratesAll, logsErrors: connector.errors.logEnable)
    }

    private var channelCapacity: FlowCost {
        FlowCost(records: connector.engine.channelCapacityRecords, bytes: connector.engine.channelCapacityBytes)
    }

    private func clientContext(_ clientID: String, task: Int) -> ClientContext {
        var logger = logger
        logger[metadataKey: "task"] = "\(task)"
        return ClientContext(logger: logger, clientID: clientID)
    }

    private func makeTopicCreator(task: Int) throws -> TopicCreator? {
        guard worker.topicCreationEnable, !connector.topicCreationRules.isEmpty else { return nil }
        let context = clientContext("connector-adminclient-\(connector.name)-\(task)", task: task)
        let admin = try world.clients.makeAdmin(worker.adminConfiguration(for: connector), context: context)
        return TopicCreator(admin: admin, rules: connector.topicCreationRules, logger: context.logger)
    }

    private func makeConversion(_ direction: RecordConversion.Direction) throws -> RecordConversion {
        RecordConversion(
            direction: direction,
            keyConverter: try makeConverter(connector.keyConverter, isKey: true),
            valueConverter: try makeConverter(connector.valueConverter, isKey: false),
            headerConverter: try makeHeaderConverter(connector.headerConverter),
            transformations: try connector.transforms.map(makeTransformation)
        )
    }

    private func makeConverter(_ plugin: PluginConfiguration, isKey: Bool) throws -> any Converter {
        guard case .converter(let type) = try plugins.entry(named: plugin.className, kinds: [.converter]).type else {
            throw notOfKind(plugin, "converter")
        }
        return try type.init(configuration: plugin.configuration, isKey: isKey)
    }

    private func makeHeaderConverter(_ plugin: PluginConfiguration) throws -> any HeaderConverter {
        let entry = try plugins.entry(named: plugin.className, kinds: [.headerConverter])
        guard case .headerConverter(let type) = entry.type else { throw notOfKind(plugin, "header converter") }
        return try type.init(headerConfiguration: plugin.configuration)
    }

    private func makeTransformation(_ step: TransformationConfiguration) throws -> TransformationStep {
        let entry = try plugins.entry(named: step.plugin.className, kinds: [.transformation])
        guard case .transformation(let type) = entry.type else { throw notOfKind(step.plugin, "transformation") }
        var predicate: (any Predicate)?
        if let alias = step.predicate {
            guard let wanted = connector.predicates[alias] else {
                throw ConnectError(
                    .configuration,
                    "transforms.\(step.alias).predicate names \(alias), which predicates does not list"
                )
            }
            let entry = try plugins.entry(named: wanted.className, kinds: [.predicate])
            guard case .predicate(let type) = entry.type else { throw notOfKind(wanted, "predicate") }
            predicate = try type.init(configuration: wanted.configuration)
        }
        return TransformationStep(
            alias: step.alias,
            transformation: try type.init(configuration: step.plugin.configuration),
            predicate: predicate,
            isNegated: step.negate
        )
    }

    private func notOfKind(_ plugin: PluginConfiguration, _ kind: String) -> ConnectError {
        ConnectError(.configuration, "\(plugin.className) is not a \(kind)")
    }
}
