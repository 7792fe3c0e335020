import ArgumentParser

/// A topic on the command line: `name` or `name:partitions`.
struct TopicSpecification: ExpressibleByArgument, Hashable {
    let name: String
    let partitions: Int

    /// `nil` when the name is not one that Kafka takes (`org.apache.kafka.common.internals.Topic`) or the number is not one.
    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let name = parts.first, Self.isTopicName(name) else { return nil }
        guard let partitions = parts.count == 2 ? Int(parts[1]) : 1, (1...10_000).contains(partitions) else {
            return nil
        }
        self.name = String(name)
        self.partitions = partitions
    }

    private static func isTopicName(_ name: Substring) -> Bool {
        (1...249).contains(name.utf8.count) && name != "." && name != ".."
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
