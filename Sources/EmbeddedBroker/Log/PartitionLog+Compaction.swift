import Logging
import NIOCore

/// A segment that the log cleaner writes in the place of others.
final class CleanedSegment {
    fileprivate let segment: LogSegment
    private let indexInterval: Int32

    fileprivate init(segment: LogSegment, indexInterval: Int32) {
        self.segment = segment
        self.indexInterval = indexInterval
    }

    /// How many bytes it has so far.
    var size: Int64 { segment.size }

    /// Appends a whole batch that has its offsets already; they must follow those before it.
    func append(_ batch: ByteBuffer, now: Int64) throws(StorageError) {
        guard let header = RecordBatchHeader(batch) else { return }
        var failure: StorageError?
        batch.withUnsafeReadableBytes { bytes in
            do throws(StorageError) { try segment.file.write(bytes, at: segment.size) } catch { failure = error }
        }
        if let failure { throw failure }
        segment.added(header, indexInterval: indexInterval, now: now)
    }
}

/// What the log cleaner needs of a log. It runs on the event loop, as everything does: between its steps batches are
/// appended and retention may remove segments.
extension PartitionLog {
    /// The segments that do not grow any more.
    var sealedSegments: ArraySlice<LogSegment> { segments.dropLast() }

    /// Begins a segment in the place of those from `first` on.
    func beginCleaning(from first: LogSegment) throws(StorageError) -> CleanedSegment {
        let path = path(LogSegment.name(first.baseOffset, ".log.cleaned"))
        let segment = LogSegment(baseOffset: first.baseOffset, path: path, storage: storage)
        try segment.file.truncate(to: 0)
        return CleanedSegment(segment: segment, indexInterval: configuration.indexIntervalBytes)
    }

    /// Gives up a cleaned segment.
    func discard(_ cleaned: CleanedSegment) {
        do throws(StorageError) {
            try storage.remove(cleaned.segment.file.path)
        } catch {
            logger.warning("\(partition): a file that compaction gave up is left: \(error)")
        }
    }

    /// Puts the cleaned segment in the place of `old`: sealed segments, one after the other. Whatever happens in between, a
    /// start finds either all of the old ones or the new one. Answers false, and has changed nothing, when `old` are not in
    /// the log any more.
    func replace(_ old: [LogSegment], with cleaned: CleanedSegment) throws(StorageError) -> Bool {
        guard let first = old.first, let last = old.last,
            let place = sealedSegments.firstIndex(where: { $0 === first }),
            sealedSegments.count >= place + old.count,
            zip(segments[place...], old).allSatisfy({ $0 === $1 })
        else {
            discard(cleaned)
            return false
        }
        let new = cleaned.segment
        new.cover(upTo: last.nextOffset)
        try new.file.sync()
        new.syncedSize = new.size
        let swap = path("\(first.baseOffset)-\(last.nextOffset).swap")
        let final = path(LogSegment.name(first.baseOffset, ".log"))
        try storage.rename(new.file.path, to: swap)
        do throws(StorageError) {
            try storage.syncFolder(folder)
        } catch {
            // The old segments go on: a later start must not put this one in their place.
            try storage.remove(swap)
            throw error
        }
        // From here on the swap is done, now or at the next start.
        readHints.forget()
        new.file.path = swap
        segments.replaceSubrange(place..<(place + old.count), with: [new])
        for segment in old { try segment.remove() }
        try storage.rename(swap, to: final)
        new.file.path = final
        try storage.syncFolder(folder)
        try new.writeIndex(
            aborted: aborted.filter { $0.lastOffset >= new.baseOffset && $0.lastOffset < new.nextOffset }
        )
        return true
    }
}
