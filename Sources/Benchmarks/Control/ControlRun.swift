import Dispatch
import Engine
import Kafka
import Synchronization

/// Does an assignment with bare librdkafka loops, one thread for each task.
enum ControlRun {
    /// Blocks until all is done. The clients are freed after the time measured, as the engine's are.
    static func measure(_ assignment: Assignment) throws -> Measurement {
        let properties = try assignment.clientProperties()
        switch assignment.scenario {
        case .fileToKafka:
            let start = Measurement.Start()
            let producers = try inThreads(assignment.files) { file in
                let producer = try BareProducer(properties: properties, topic: assignment.topic)
                _ = try producer.run(file: file)
                return producer
            }
            return withExtendedLifetime(producers) { Measurement(since: start) }
        case .kafkaToFile:
            let written = SharedCount()
            let loops = Array(repeating: assignment.files[0], count: assignment.batching.tasks)
            let consumers = try inThreads(loops) { file in
                let consumer = try BareConsumer(properties: properties, topic: assignment.topic, file: file)
                return (consumer, first: try consumer.run(until: assignment.outputBytes, written: written))
            }
            return withExtendedLifetime(consumers) {
                // From the earliest of all first records.
                let first = consumers.compactMap(\.first).max { $0.seconds < $1.seconds }
                return Measurement(since: first ?? Measurement.Start())
            }
        }
    }

    /// Runs a body for each input on a thread of its own, and waits for all. Throws the first error.
    private static func inThreads<Result: Sendable>(
        _ inputs: [String],
        _ body: @escaping @Sendable (String) throws -> Result
    ) throws -> [Result] {
        let results = Results<Result>()
        let group = DispatchGroup()
        for input in inputs {
            DispatchQueue(label: "control").async(group: group) {
                let result = Swift.Result { try body(input) }
                results.list.withLock { $0.append(result) }
            }
        }
        group.wait()
        return try results.list.withLock { $0 }.map { try $0.get() }
    }

    private final class Results<Success: Sendable>: Sendable {
        let list = Mutex<[Swift.Result<Success, any Error>]>([])
    }
}
