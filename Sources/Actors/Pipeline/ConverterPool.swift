import Engine
import Logging

/// The converter actors of one task, joined to their neighbours by bounded channels.
///
/// Batches go in round-robin and come out round-robin. A transformation that must see records in order pins the pool to one actor.
struct ConverterPool: Sendable {
    let inputs: [BoundedChannel<Parcel>]
    let outputs: [BoundedChannel<Parcel>]
    private let actors: [ConverterActor]

    /// `capacity` is what all channels before the pool hold together; those after it hold as much again.
    init(
        conversion: RecordConversion,
        tolerance: ErrorTolerance,
        size: Int,
        capacity: FlowCost,
        counters: TaskCounters,
        logger: Logger
    ) {
        let size = conversion.isOrderSensitive ? 1 : max(size, 1)
        let share = FlowCost(records: max(capacity.records / size, 1), bytes: max(capacity.bytes / size, 1))
        inputs = (0..<size).map { BoundedChannel(name: "converter-\($0)-in", capacity: share) }
        outputs = (0..<size).map { BoundedChannel(name: "converter-\($0)-out", capacity: share) }
        actors = (0..<size).map { _ in
            ConverterActor(conversion: conversion, tolerance: tolerance, counters: counters, logger: logger)
        }
    }

    func start(in children: ChildTasks) {
        for (index, actor) in actors.enumerated() {
            let (input, output) = (inputs[index], outputs[index])
            children.start("converter-\(index)") { try await actor.run(from: input, to: output) }
        }
    }
}

/// Converts batches, one at a time, in the order they come.
actor ConverterActor {
    private let conversion: RecordConversion
    private let tolerance: ErrorTolerance
    private let counters: TaskCounters
    private let logger: Logger

    init(conversion: RecordConversion, tolerance: ErrorTolerance, counters: TaskCounters, logger: Logger) {
        self.conversion = conversion
        self.tolerance = tolerance
        self.counters = counters
        self.logger = logger
    }

    /// Until the input ends. Every parcel received is one parcel sent, also when nothing of its batch is left.
    func run(from input: BoundedChannel<Parcel>, to output: BoundedChannel<Parcel>) async throws {
        defer { output.finish() }
        var receiver = input.makeReceiver()
        while var parcel = await receiver.next() {
            if !parcel.batch.isEmpty {
                let outcome = conversion.apply(to: &parcel.batch)
                let tolerated = try tolerance.handle(outcome.failures, logger: logger)
                if outcome.filtered + tolerated > 0 {
                    counters.update {
                        $0.filtered += outcome.filtered
                        $0.tolerated += tolerated
                    }
                }
            }
            try await output.send(parcel, cost: parcel.cost)
        }
        // The stream ends early when the task is cancelled: that is not the end of the input.
        try Task.checkCancellation()
    }
}
