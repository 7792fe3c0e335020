public import Engine

/// The kinds of Kafka client that Connect's configuration speaks of. An admin client runs on a producer handle of librdkafka.
public typealias ClientKind = ClientKeys.Kind

/// A set of ``ClientKind``, as the tables of keys need it.
struct ClientKinds: OptionSet, Sendable, Hashable {
    let rawValue: UInt8

    static let producer = ClientKinds(rawValue: 1)
    static let consumer = ClientKinds(rawValue: 2)
    static let admin = ClientKinds(rawValue: 4)
    static let all: ClientKinds = [.producer, .consumer, .admin]
    /// What runs on a producer handle of librdkafka.
    static let producing: ClientKinds = [.producer, .admin]

    func contains(_ kind: ClientKind) -> Bool {
        let member: ClientKinds =
            switch kind {
            case .producer: .producer
            case .consumer: .consumer
            case .admin: .admin
            }
        return isSuperset(of: member)
    }

    /// The members in the order of ``ClientKind/allCases``.
    var kinds: [ClientKind] { ClientKind.allCases.filter { contains($0) } }
}
