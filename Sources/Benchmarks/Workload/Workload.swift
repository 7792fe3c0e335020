/// What is moved in every run.
struct Workload: Sendable {
    /// Bytes of values in one partition of a mock cluster, which keeps about 5 MB of it, headers included.
    static let partitionByteCount = 4_000_000

    let scenario: Scenario
    let records: Int
    /// Bytes of each value.
    let recordBytes: Int
    let seed: UInt64
    let batching: BatchingOptions

    /// Bytes of all values.
    var totalBytes: Int { records * recordBytes }

    /// How many partitions the topic has unless told.
    func defaultPartitions(onMock: Bool) -> Int {
        guard onMock else { return 1 }
        return switch scenario {
        case .fileToKafka: 1
        case .kafkaToFile: max(1, (totalBytes + Self.partitionByteCount - 1) / Self.partitionByteCount)
        }
    }

    /// Values that JsonConverter reads must be JSON: strings.
    var isQuoted: Bool { scenario == .kafkaToFile && batching.converter == .json }

    /// Bytes of the file that a side makes of the records: JsonConverter takes the quotes off.
    func outputBytes(_ side: Side) -> Int {
        records * (recordBytes + 1 - (isQuoted && side == .engine ? 2 : 0))
    }
}
