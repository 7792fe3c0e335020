import CRdKafka
import Dispatch
import Synchronization

/// A producer that numbers its records, never gives one up, and remembers where each was acknowledged.
final class IdempotentLoad: Sendable {
    /// Where a record is said to be.
    struct Place: Hashable {
        var partition: Int32
        var offset: Int64
    }

    struct State {
        var sent = 0
        var acknowledged: [Int: Place] = [:]
        var problems: [String] = []
        var isStopping = false
        var isAbandoned = false
    }

    let name: String
    private let state = Mutex(State())
    private let bootstrap: String
    private let topic: String
    private let partitions: Int32
    private let compression: String

    init(name: String, bootstrap: String, topic: String, partitions: Int32, compression: String) {
        self.name = name
        self.bootstrap = bootstrap
        self.topic = topic
        self.partitions = partitions
        self.compression = compression
    }

    /// What is sent is still waited for.
    func stop() {
        state.withLock { $0.isStopping = true }
    }

    /// Ends without a broker.
    func abandon() {
        state.withLock { $0.isAbandoned = true }
    }

    var snapshot: State { state.withLock { $0 } }
    var acknowledgements: Int { state.withLock { $0.acknowledged.count } }
    var problems: [String] { state.withLock { $0.problems } }

    /// Produces until stopped and everything is acknowledged. On a thread of its own: librdkafka's calls block.
    func run() async {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: name).async {
                do {
                    try self.produce()
                } catch {
                    self.state.withLock { $0.problems.append("\(error)") }
                }
                continuation.resume()
            }
        }
    }

    private func produce() throws {
        let client = try NativeClient(
            RD_KAFKA_PRODUCER,
            bootstrap: bootstrap,
            [
                "enable.idempotence": "true", "message.timeout.ms": "0", "linger.ms": "1",
                "batch.num.messages": "20", "compression.type": compression,
            ],
            configure: { configuration in
                rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(self).toOpaque())
                rd_kafka_conf_set_dr_msg_cb(configuration, delivered)
            }
        )
        var number = 0
        while client.fatalError == nil {
            let (isStopping, isAbandoned) = state.withLock { ($0.isStopping, $0.isAbandoned) }
            if isAbandoned { return }
            let waiting = rd_kafka_outq_len(client.handle)
            if isStopping, waiting == 0 { return }
            // A pace at which hundreds of kills do not make gigabytes; a few requests are always under way.
            for _ in 0..<Int.random(in: 1...10) where !isStopping && waiting < 300 {
                let code = client.produce(
                    topic,
                    partition: Int32.random(in: 0..<partitions),
                    key: name,
                    value: "\(number) " + String(repeating: "x", count: Int.random(in: 0...400)),
                    tag: number + 1
                )
                guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { break }
                number += 1
            }
            state.withLock { $0.sent = number }
            rd_kafka_poll(client.handle, 5)
        }
        throw NativeClient.Failure(description: "\(name): \(client.fatalError ?? "")")
    }

    fileprivate func note(_ message: rd_kafka_message_t) {
        let number = Int(bitPattern: message._private) - 1
        state.withLock { state in
            if message.err != RD_KAFKA_RESP_ERR_NO_ERROR {
                state.problems.append("\(name) \(number): \(NativeClient.name(message.err))")
            } else if state.acknowledged[number] != nil {
                state.problems.append("\(name) \(number): acknowledged twice")
            } else {
                state.acknowledged[number] = Place(partition: message.partition, offset: message.offset)
            }
        }
    }
}

private func delivered(
    _: OpaquePointer?,
    _ message: UnsafePointer<rd_kafka_message_t>?,
    _ load: UnsafeMutableRawPointer?
) {
    guard let message, let load else { return }
    Unmanaged<IdempotentLoad>.fromOpaque(load).takeUnretainedValue().note(message.pointee)
}
