import CRdKafka
import Engine

/// How the members of a group exchange partitions; decides which of librdkafka's calls takes them on and gives them back.
enum GroupProtocol: Sendable {
    /// Everything is given back, then everything is handed out anew.
    case eager
    /// Only partitions that move are given back (KIP-429).
    case cooperative

    /// The protocol that the group has agreed on.
    static func of(_ client: OpaquePointer) -> GroupProtocol {
        guard let name = rd_kafka_rebalance_protocol(client) else { return .eager }
        return String(cString: name) == "COOPERATIVE" ? .cooperative : .eager
    }
}

/// The calls that answer a rebalance. Each takes a hop to librdkafka's main thread and back, no network.
struct GroupMember {
    private let client: OpaquePointer
    private let method: GroupProtocol

    init(_ client: OpaquePointer) {
        self.client = client
        method = GroupProtocol.of(client)
    }

    /// Takes partitions on.
    func assign(_ list: UnsafePointer<rd_kafka_topic_partition_list_t>) throws {
        switch method {
        case .eager: try check(rd_kafka_assign(client, list), "take on")
        case .cooperative: try check(rd_kafka_incremental_assign(client, list), "take on")
        }
    }

    /// Gives partitions back: those of the list, or all of them where the protocol knows no less.
    func revoke(_ list: UnsafePointer<rd_kafka_topic_partition_list_t>) throws {
        switch method {
        case .eager: try check(rd_kafka_assign(client, nil), "give back")
        case .cooperative: try check(rd_kafka_incremental_unassign(client, list), "give back")
        }
    }

    private func check(_ code: rd_kafka_resp_err_t, _ verb: String) throws {
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaErrors.error(code, "The consumer cannot \(verb) its partitions")
        }
    }

    private func check(_ error: OpaquePointer?, _ verb: String) throws {
        guard let error else { return }
        let (code, text, isFatal) = KafkaErrors.consume(error)
        throw ConnectError(
            KafkaErrors.code(code, isFatal: isFatal),
            "The consumer cannot \(verb) its partitions: \(text) (\(KafkaErrors.name(code)))."
        )
    }
}
