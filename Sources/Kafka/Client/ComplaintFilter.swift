import CRdKafka
import Engine

/// Decides which of librdkafka's errors are worth a word: each cause once per broker, again only after that broker worked in
/// between. librdkafka itself repeats an error per reconnect.
///
/// A pure state machine. A broker can go from silent to complained-of when an error comes, from there to complained-of for
/// another cause when the cause changes, and back to silent when it has answered (``answered(by:)``).
struct ComplaintFilter: Sendable {
    private enum Key: Hashable {
        case broker(Int32)
        case address(String)
        case allBrokers
        case client(Int32, String)
    }

    private var complaints: [Key: ConnectionComplaint.Cause] = [:]
    private var lastMessage: String?

    /// An error of the client as a whole. `nil` when it has been said already.
    mutating func report(_ code: rd_kafka_resp_err_t, text: String, isFatal: Bool) -> ConnectError? {
        if isFatal {
            guard note(.client(code.rawValue, text), .other(text: text)) else { return nil }
            return ConnectError(
                .kafkaFatal,
                "The Kafka client cannot go on: \(text) (\(KafkaErrors.name(code))). A new client is needed: restart the task."
            )
        }
        if code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN {
            guard note(.allBrokers, .disconnected), !text.hasPrefix("1/1 ") else { return nil }
            let last = lastMessage.map { " The last cause: \($0)" } ?? ""
            return ConnectError(.kafkaTransient, "No Kafka broker can be reached (\(text)).\(last)")
        }
        let complaint = ConnectionComplaint(text)
        let key: Key =
            if let id = complaint.brokerID { .broker(id) } else if let address = complaint.broker {
                .address(address)
            } else {
                .client(code.rawValue, text)
            }
        guard note(key, complaint.cause) else { return nil }
        let kind = complaint.isAboutSecurity ? .kafkaAuthentication : KafkaErrors.code(code)
        guard complaint.broker != nil else {
            return ConnectError(kind, "\(text) (\(KafkaErrors.name(code)))\(KafkaErrors.hint(code)).")
        }
        lastMessage = complaint.message
        return ConnectError(kind, complaint.message)
    }

    /// A broker has answered a request: its next failure is news, and so is that of the cluster as a whole.
    mutating func answered(by broker: Int32) {
        guard !complaints.isEmpty else { return }
        complaints = complaints.filter { key, _ in
            switch key {
            case .broker(let id): id != broker
            case .address, .allBrokers: false
            case .client: true
            }
        }
    }

    private mutating func note(_ key: Key, _ cause: ConnectionComplaint.Cause) -> Bool {
        guard complaints[key] != cause else { return false }
        // A connection that is refused in whatever way is closed afterwards: that is no news beside the cause.
        if cause == .disconnected, complaints[key] != nil { return false }
        // Texts may carry numbers: forget rather than grow.
        if complaints.count >= 256 { complaints = [:] }
        complaints[key] = cause
        return true
    }
}
