/// What a partition knows of its idempotent and transactional producers: which sequence number comes next, which batches
/// would be duplicates, which transactions are open (Kafka: `ProducerStateManager`, `ProducerAppendInfo`).
///
/// A pure state machine: offsets and times come in, verdicts go out.
struct ProducerTable: Equatable {
    /// How many batches per producer can be recognised when they come again: as many as a producer may have in flight.
    static let rememberedBatches = 5

    /// A batch that may come again.
    struct Batch: Equatable {
        var firstSequence: Int32
        var lastSequence: Int32
        var firstOffset: Int64
        var lastOffset: Int64
        /// The batch's largest timestamp, ms.
        var timestamp: Int64
    }

    struct Producer: Equatable {
        var epoch: Int16
        /// Oldest first; of the current epoch.
        var batches: [Batch] = []
        /// Of the last marker; -1 before any.
        var coordinatorEpoch: Int32 = -1
        /// When the producer last wrote here: wall clock, ms.
        var lastSeen: Int64
        /// The first offset of its open transaction.
        var transactionStart: Int64?
    }

    struct OpenTransaction: Equatable {
        var start: Int64
        var producerID: Int64
    }

    /// What is to be done with a batch.
    enum Verdict: Equatable {
        case append
        /// It is here already, as this one.
        case duplicate(Batch)
    }

    private(set) var producers: [Int64: Producer] = [:]
    /// By their starts.
    private(set) var open: [OpenTransaction] = []

    init() {}

    /// As a snapshot tells it.
    init(producers: [Int64: Producer]) {
        self.producers = producers
        open = producers.compactMap { id, producer in
            producer.transactionStart.map { OpenTransaction(start: $0, producerID: id) }
        }
        open.sort { $0.start < $1.start }
    }

    /// Where the earliest open transaction starts.
    var firstOpenOffset: Int64? { open.first?.start }

    // MARK: Batches

    /// Judges a batch with a producer id. `isClient`: from a producer; a coordinator's batches have no sequence numbers.
    func check(_ header: RecordBatchHeader, isClient: Bool) throws(ErrorCode) -> Verdict {
        guard let producer = producers[header.producerID] else { return .append }
        if isClient, producer.epoch == header.producerEpoch,
            let known = producer.batches.first(where: {
                $0.firstSequence == header.baseSequence && $0.lastSequence == header.lastSequence
            })
        {
            return .duplicate(known)
        }
        guard header.producerEpoch >= producer.epoch else { throw .invalidProducerEpoch }
        if isClient {
            if header.producerEpoch != producer.epoch {
                guard header.baseSequence == 0 else { throw .outOfOrderSequenceNumber }
            } else {
                let last = producer.batches.last?.lastSequence ?? -1
                guard Sequences.follows(header.baseSequence, after: last) else { throw .outOfOrderSequenceNumber }
            }
        }
        if producer.transactionStart != nil, !header.isTransactional { throw .invalidTxnState }
        return .append
    }

    /// Takes note of a batch that is in the log, at its offsets. Control batches go to ``ended(_:epoch:coordinatorEpoch:commit:at:now:)``.
    mutating func appended(_ header: RecordBatchHeader, now: Int64) {
        let id = header.producerID
        var producer = producers.removeValue(forKey: id) ?? Producer(epoch: header.producerEpoch, lastSeen: now)
        if producer.epoch != header.producerEpoch {
            producer.epoch = header.producerEpoch
            producer.batches.removeAll(keepingCapacity: true)
        }
        if producer.batches.count == Self.rememberedBatches { producer.batches.removeFirst() }
        producer.batches.append(
            Batch(
                firstSequence: header.baseSequence,
                lastSequence: header.lastSequence,
                firstOffset: header.baseOffset,
                lastOffset: header.lastOffset,
                timestamp: header.maxTimestamp
            )
        )
        producer.lastSeen = now
        if header.isTransactional, producer.transactionStart == nil {
            producer.transactionStart = header.baseOffset
            open.append(OpenTransaction(start: header.baseOffset, producerID: id))
        }
        producers[id] = producer
    }

    // MARK: Markers

    /// Whether a marker may be written.
    func checkMarker(producerID: Int64, epoch: Int16, coordinatorEpoch: Int32) throws(ErrorCode) {
        guard let producer = producers[producerID] else { return }
        guard epoch >= producer.epoch else { throw .invalidProducerEpoch }
        guard coordinatorEpoch >= producer.coordinatorEpoch else { throw .transactionCoordinatorFenced }
    }

    /// Takes note of a marker at `offset`. Answers the transaction when it was aborted and had batches here.
    mutating func ended(
        _ id: Int64,
        epoch: Int16,
        coordinatorEpoch: Int32,
        commit: Bool,
        at offset: Int64,
        now: Int64
    ) -> AbortedTransaction? {
        var producer = producers.removeValue(forKey: id) ?? Producer(epoch: epoch, lastSeen: now)
        if producer.epoch != epoch {
            producer.epoch = epoch
            producer.batches.removeAll(keepingCapacity: true)
        }
        producer.coordinatorEpoch = coordinatorEpoch
        producer.lastSeen = now
        let start = producer.transactionStart
        producer.transactionStart = nil
        producers[id] = producer
        guard let start else { return nil }
        if let place = open.firstIndex(where: { $0.start == start && $0.producerID == id }) { open.remove(at: place) }
        guard !commit else { return nil }
        return AbortedTransaction(
            producerID: id,
            firstOffset: start,
            lastOffset: offset,
            lastStableOffset: firstOpenOffset ?? offset + 1
        )
    }

    // MARK: Time

    /// Forgets producers that have not written for `afterMs`, unless a transaction of theirs is open.
    mutating func expire(now: Int64, afterMs: Int64) {
        let limit = now.subtractingReportingOverflow(afterMs)
        guard !limit.overflow else { return }
        producers = producers.filter { $0.value.lastSeen > limit.partialValue || $0.value.transactionStart != nil }
    }
}
