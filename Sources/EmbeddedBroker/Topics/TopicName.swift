/// Which names topics may have (Kafka: `org.apache.kafka.common.internals.Topic`).
enum TopicName {
    /// The topic of the groups' offsets.
    static let offsets = "__consumer_offsets"
    /// The topic of the transactions' states.
    static let transactions = "__transaction_state"

    /// Whether it is one of the broker's own topics.
    static func isInternal(_ name: String) -> Bool { name == offsets || name == transactions }

    /// How metrics name a topic: they cannot tell '.' from '_', so two topics must not differ by them alone.
    static func inMetrics(_ name: String) -> String {
        String(decoding: name.utf8.map { $0 == UInt8(ascii: ".") ? UInt8(ascii: "_") : $0 }, as: UTF8.self)
    }

    /// Why a topic cannot be called so; `nil` when it can.
    static func objection(to name: String) -> String? {
        if name.isEmpty { return "Topic name is invalid: it is empty." }
        if name == "." || name == ".." { return "Topic name is invalid: '\(name)' is not allowed." }
        if name.utf8.count > 249 {
            return "Topic name is invalid: it has \(name.utf8.count) characters, 249 are allowed."
        }
        let isLegal = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isLegal
            ? nil
            : "Topic name is invalid: '\(name)' has characters other than ASCII letters, digits, '.', '_' and '-'."
    }
}
