import ArgumentParser

/// The broker that a run talks to, in a process of its own.
enum BrokerKind: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// connectd's embedded broker, with its files in the bench's folder.
    case embedded
    /// The same with everything in memory, as the mock cluster has it.
    case memory
    /// librdkafka's mock cluster: in memory, about 5 MB a partition.
    case mock
}

/// One of the things that are run in turn: who does the work, on which broker.
struct Lane: Sendable, Equatable {
    var side: Side
    var broker = BrokerKind.embedded
}
