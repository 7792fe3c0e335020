import Engine

/// The batches that librdkafka still reads from, and how many of each one's records have no delivery report yet.
///
/// librdkafka carries one pointer per record from `produce` to the delivery report. Instead of an object per record that pointer
/// is a number: the batch's slot in this table and the record's index, so that handing a record over allocates nothing.
struct InFlightBatches {
    /// One batch, or the part of one that a single call to `produce` handed over.
    private struct Slot {
        let id: UInt64
        // Keeps the bytes; its records are gone when they are not needed to tell a record's topic.
        let batch: RecordBatch
        var outstanding = 0
        // What reports came since the last ``takeReports()``.
        var reported = 0
        var failures: [RecordFailure] = []
    }

    private var slots: ContiguousArray<Slot?> = []
    private var freeSlots: [Int] = []
    private var touched: [Int] = []

    /// Records handed over and not reported.
    private(set) var count = 0

    /// True when there is no batch left.
    var isEmpty: Bool { freeSlots.count == slots.count }

    /// Keeps a batch from now on; answers with its slot.
    mutating func open(_ batch: RecordBatch, id: UInt64) -> Int {
        var kept = batch
        // librdkafka has its own copies of headers. With small records the slots are nearly as large as their bytes.
        kept.headers = []
        if kept.topics.count == 1 { kept.records = [] }
        let slot = Slot(id: id, batch: kept)
        if let index = freeSlots.popLast() {
            slots[index] = slot
            return index
        }
        slots.append(slot)
        return slots.count - 1
    }

    /// So many records of a slot have been accepted. A slot of which nothing was accepted is let go.
    mutating func handedOver(_ records: Int, slot index: Int) {
        guard records > 0 else {
            slots[index] = nil
            freeSlots.append(index)
            return
        }
        slots[index]?.outstanding += records
        count += records
    }

    /// So many records of a slot were reported, all in order or with failures that were noted already.
    mutating func reported(_ records: Int, slot index: Int) {
        guard index < slots.count, let before = slots[index]?.reported else { return }
        if before == 0 { touched.append(index) }
        slots[index]?.reported = before + records
    }

    /// One of the records about to be reported failed for good.
    mutating func failed(_ failure: RecordFailure, slot index: Int) {
        guard index < slots.count else { return }
        slots[index]?.failures.append(failure)
    }

    /// The topic of a record, for error texts.
    func topic(ofRecord record: Int, slot index: Int) -> String {
        guard index < slots.count, let batch = slots[index]?.batch else { return "" }
        if batch.topics.count == 1 { return batch.topics[0] }
        return record < batch.count ? batch.topic(of: batch.records[record]) : ""
    }

    /// What was reported since the last call, one event per slot, and lets go of batches without outstanding records.
    mutating func takeReports() -> [ProducerEvent] {
        guard !touched.isEmpty else { return [] }
        var events: [ProducerEvent] = []
        events.reserveCapacity(touched.count)
        for index in touched {
            guard let slot = slots[index] else { continue }
            let reported = slot.reported
            events.append(
                .delivered(batch: slot.id, count: reported - slot.failures.count, failures: slot.failures)
            )
            count -= reported
            if slot.outstanding == reported {
                slots[index] = nil
                freeSlots.append(index)
            } else {
                slots[index]?.outstanding -= reported
                slots[index]?.reported = 0
                slots[index]?.failures = []
            }
        }
        touched.removeAll(keepingCapacity: true)
        return events
    }

    /// Lets go of everything: only after librdkafka is gone.
    mutating func removeAll() {
        self = InFlightBatches()
    }

    // MARK: Tokens

    /// The number that stands for a record, in a pointer's clothes. Never nil; never followed.
    static func token(slot: Int, record: Int) -> UnsafeMutableRawPointer? {
        UnsafeMutableRawPointer(
            bitPattern: (UInt(truncatingIfNeeded: slot) &+ 1) << 32 | UInt(truncatingIfNeeded: record)
        )
    }

    /// The slot and the record that a token stands for.
    static func parse(_ token: UnsafeMutableRawPointer?) -> (slot: Int, record: Int)? {
        guard let token else { return nil }
        let bits = UInt(bitPattern: token)
        return (Int(bits >> 32) - 1, Int(bits & 0xFFFF_FFFF))
    }
}
