import Glibc
import NIOCore

/// One pass over one log, a piece at a time. First the keys of what is new are collected, then every segment is written
/// anew without what they supersede, and takes the place of the old ones.
final class CompactionRun {
    let log: PartitionLog
    /// Those that are still to be written anew: the log's first ones but for those that already are.
    private var segments: [LogSegment]
    private let dirtyStart: Int64
    /// Wall clock, ms.
    private let now: Int64
    private var map: CompactionMap
    private var transactions: CompactionTransactions
    private var phase = Phase.mapping
    /// Where in ``segments`` the next batch is.
    private var segment = 0
    private var position: Int64 = 0
    /// In bytes.
    private(set) var sizeBefore: Int64 = 0
    /// In bytes.
    private(set) var sizeAfter: Int64 = 0

    private enum Phase {
        case mapping
        /// The first `count` segments into one.
        case copying(CleanedSegment, count: Int)
        case finished
    }

    /// - Parameters:
    ///   - segments: The log's first ones, all sealed.
    ///   - dirtyStart: Records before this offset are the newest of their keys among those before it.
    ///   - now: Wall clock, ms.
    init(log: PartitionLog, segments: [LogSegment], dirtyStart: Int64, now: Int64, mapCapacity: Int) {
        self.log = log
        self.segments = segments
        self.dirtyStart = dirtyStart
        self.now = now
        map = CompactionMap(from: dirtyStart, capacity: mapCapacity)
        transactions = CompactionTransactions(aborted: log.aborted)
        segment = segments.firstIndex { $0.nextOffset > dirtyStart } ?? segments.count
    }

    /// Where the next pass has to start: known once this one is finished.
    var compactedUpTo: Int64 { map.end }

    /// Whether what the run works on is still the log's: retention may have removed it, or the topic may be gone.
    var isCurrent: Bool {
        guard log.isOpen, let first = segments.first else { return log.isOpen }
        guard let place = log.sealedSegments.firstIndex(where: { $0 === first }) else { return false }
        let held = log.sealedSegments[place...]
        return held.count >= segments.count && zip(held, segments).allSatisfy { $0 === $1 }
    }

    /// Goes on for about `budget` bytes of the log. Answers true when there is nothing left to do. After an error the run is
    /// over: call ``abandon()``.
    func step(budget: Int) throws(StorageError) -> Bool {
        switch phase {
        case .mapping:
            guard try collectKeys(budget) else { return false }
            segments.removeAll { $0.baseOffset >= map.end }
            try beginGroup()
        case .copying(let cleaned, let count):
            guard try copy(count, into: cleaned, budget) else { return false }
            try finishGroup(cleaned, count)
            try beginGroup()
        case .finished:
            return true
        }
        if case .finished = phase { return true }
        return false
    }

    /// Leaves the log as it is.
    func abandon() {
        if case .copying(let cleaned, _) = phase, log.isOpen { log.discard(cleaned) }
        phase = .finished
    }

    // MARK: Collecting keys

    /// Answers true when all keys are in the map, or as many as fit.
    private func collectKeys(_ budget: Int) throws(StorageError) -> Bool {
        var isFull = false
        let isDone = try scan(upTo: segments.count, budget) { header, batch in
            guard header.nextOffset > self.dirtyStart else { return true }
            guard self.map.hasRoom(for: header.recordCount) else {
                isFull = true
                return false
            }
            if !header.isControl, !self.transactions.isAborted(header) {
                self.map.add(batch, header, from: self.dirtyStart)
            }
            self.map.cover(upTo: header.nextOffset)
            return true
        }
        if isDone, let last = segments.last { map.cover(upTo: last.nextOffset) }
        return isDone || isFull
    }

    // MARK: Copying

    private func beginGroup() throws(StorageError) {
        guard let first = segments.first else {
            phase = .finished
            return
        }
        let facts = segments.map(CompactionPlan.Segment.init)
        let groups = CompactionPlan.groups(facts, segmentBytes: Int64(log.configuration.segmentBytes))
        segment = 0
        position = 0
        phase = .copying(try log.beginCleaning(from: first), count: groups.first?.count ?? 1)
    }

    /// Answers true when the first `count` segments are copied.
    private func copy(_ count: Int, into cleaned: CleanedSegment, _ budget: Int) throws(StorageError) -> Bool {
        let compaction = BatchCompaction(
            map: map,
            now: now,
            deleteRetentionMs: log.configuration.deleteRetentionMs
        )
        var failure: StorageError?
        let isDone = try scan(upTo: count, budget) { header, batch in
            let outcome = compaction.outcome(of: batch, header, self.standing(of: header))
            do throws(StorageError) {
                switch outcome {
                case .keep: try cleaned.append(batch, now: self.segments[self.segment].lastAppend)
                case .replace(let new): try cleaned.append(new, now: self.segments[self.segment].lastAppend)
                case .drop: break
                }
                return true
            } catch {
                failure = error
                return false
            }
        }
        if let failure { throw failure }
        return isDone
    }

    private func standing(of header: RecordBatchHeader) -> BatchCompaction.Standing {
        var isObsolete = false
        if header.isControl {
            isObsolete = transactions.sawMarker(header)
        } else {
            isObsolete = transactions.isAborted(header)
            transactions.sawBatch(header)
        }
        var isLast = false
        if header.hasProducerID, let producer = log.producers.producers[header.producerID] {
            // Without a batch of its epoch, a marker is what tells of the epoch.
            isLast =
                producer.batches.last.map { $0.lastOffset == header.lastOffset }
                ?? (header.isControl && header.producerEpoch == producer.epoch)
        }
        return BatchCompaction.Standing(isObsolete: isObsolete, isLastOfProducer: isLast)
    }

    private func finishGroup(_ cleaned: CleanedSegment, _ count: Int) throws(StorageError) {
        let old = Array(segments.prefix(count))
        let size = old.reduce(0) { $0 + $1.size }
        let forgotten = transactions.forgotten
        if !forgotten.isEmpty { log.aborted.removeAll { forgotten.contains($0) } }
        sizeBefore += size
        sizeAfter += cleaned.size
        phase = .mapping
        segments.removeFirst(count)
        _ = try log.replace(old, with: cleaned)
    }

    // MARK: Reading

    /// Hands batches to `body`, from where the last scan stopped, until the first `count` segments are read, `budget` bytes
    /// are, or `body` answers false: it gets that batch again. Answers true when the segments are read.
    private func scan(
        upTo count: Int,
        _ budget: Int,
        _ body: (RecordBatchHeader, ByteBuffer) -> Bool
    ) throws(StorageError) -> Bool {
        var left = budget
        while segment < count {
            let current = segments[segment]
            var isStopped = false
            position = try BatchScan.run(current.file, from: position, to: current.size, verify: true) {
                header,
                batch,
                _ in
                guard left > 0, body(header, batch) else {
                    isStopped = true
                    return false
                }
                left -= header.sizeInBytes
                return true
            }
            if isStopped { return false }
            guard position >= current.size else {
                throw StorageError(attempt: "make sense of", path: current.file.path, code: EBADMSG)
            }
            segment += 1
            position = 0
        }
        return true
    }
}

extension CompactionPlan.Segment {
    init(_ segment: LogSegment) {
        baseOffset = segment.baseOffset
        nextOffset = segment.nextOffset
        size = segment.size
        firstTimestamp = segment.firstTimestamp
        maxTimestamp = segment.maxTimestamp
    }
}
