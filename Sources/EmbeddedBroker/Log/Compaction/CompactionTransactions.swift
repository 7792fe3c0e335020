/// What compaction knows of the transactions in a log: which records were aborted, and which markers nobody needs any more
/// (Kafka: `CleanedTransactionMetadata`). Batches and markers come in the order of the log, from its first one on.
struct CompactionTransactions {
    private let aborted: [Int64: [AbortedTransaction]]
    /// Producers with a transactional batch since their last marker.
    private var withBatches: Set<Int64> = []
    /// Aborted transactions without a batch left. Readers must not be told of them once their marker is gone: they would
    /// take the producer's next transaction for the aborted one.
    private(set) var forgotten: [AbortedTransaction] = []

    init(aborted: [AbortedTransaction]) {
        self.aborted = Dictionary(grouping: aborted, by: \.producerID)
    }

    private func abortedTransaction(_ producerID: Int64, at offset: Int64) -> AbortedTransaction? {
        aborted[producerID]?.first { $0.firstOffset <= offset && offset <= $0.lastOffset }
    }

    /// Whether the batch is part of an aborted transaction: its records are gone for every reader that asks.
    func isAborted(_ header: RecordBatchHeader) -> Bool {
        header.isTransactional && !header.isControl
            && abortedTransaction(header.producerID, at: header.baseOffset) != nil
    }

    /// A batch of records is in the log.
    mutating func sawBatch(_ header: RecordBatchHeader) {
        if header.isTransactional { withBatches.insert(header.producerID) }
    }

    /// A marker is in the log. Answers whether none of its transaction's batches is, so that it is not needed any more.
    mutating func sawMarker(_ header: RecordBatchHeader) -> Bool {
        guard withBatches.remove(header.producerID) == nil else { return false }
        if let transaction = abortedTransaction(header.producerID, at: header.baseOffset) {
            forgotten.append(transaction)
        }
        return true
    }
}
