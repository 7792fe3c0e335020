import Logging
import NIOCore

/// The log of one partition: segments of batches as producers sent them, the state of its producers, its transactions.
/// Used on the broker's event loop only; everything blocks for as long as the disk does.
///
/// A batch is in the log when all of it is in the file and its checksum is right: after a crash what follows the last such
/// batch is cut. Everything else (index files, snapshots of the producers' state) can be made anew from the batches, but
/// for the start of the log, which a file of its own keeps.
final class PartitionLog {
    let partition: TopicPartition
    /// Replaced when the topic's configuration is altered; holds from the next append on.
    var configuration: LogConfiguration
    /// Called after every append that made the log longer, and when the last stable offset moved.
    var onAppend: (() -> Void)?
    /// Why the last batch was refused, where the records in it were the reason.
    private(set) var lastRefusal: RecordError?

    let storage: any BrokerStorage
    let clock: BrokerClock
    let logger: Logger
    /// The storage's folder of the log.
    let folder: String

    // The rest is for the extensions in this folder.

    /// In the order of their offsets; the last one grows. Never empty.
    var segments: [LogSegment] = []
    var producers = ProducerTable()
    /// In the order of their markers.
    var aborted: [AbortedTransaction] = []
    /// Where the last compaction ended; nil while nobody has looked.
    var compactedUpTo: Int64?
    /// False from ``close()`` or ``remove()`` on.
    private(set) var isOpen = true
    var logStart: Int64 = 0
    /// Where readers that go on from here will find the next batch.
    var readHints = ReadHints()
    /// Names in the folder that are not durable yet.
    var hasUnsyncedNames = false
    var hasFolder = false
    /// The file has bytes after the last batch, from a write that failed.
    private var hasTornTail = false
    /// A sync failed since the last one that succeeded.
    private var mustRewrite = false
    private var isFailing = false
    private var unflushedRecords: Int64 = 0
    /// Monotonic, ms; nil when everything is flushed.
    private var firstUnflushed: Int64?

    /// Opens the log in `folder`, which is made at the first append, and recovers it: a torn tail is cut.
    init(
        partition: TopicPartition,
        storage: any BrokerStorage,
        folder: String,
        configuration: LogConfiguration,
        clock: BrokerClock,
        logger: Logger
    ) throws(StorageError) {
        self.partition = partition
        self.storage = storage
        self.folder = folder
        self.configuration = configuration
        self.clock = clock
        self.logger = logger
        try recover()
    }

    /// The first offset that can be read.
    var logStartOffset: Int64 { logStart }
    /// The offset the next record gets.
    var logEndOffset: Int64 { active.nextOffset }
    /// There are no followers: what is in the log is there for everybody.
    var highWatermark: Int64 { logEndOffset }
    /// What read_committed readers may read up to: the start of the earliest transaction still open.
    var lastStableOffset: Int64 { producers.firstOpenOffset.map { max($0, logStart) } ?? logEndOffset }
    var sizeInBytes: Int64 { segments.reduce(0) { $0 + $1.size } }
    /// The segment that grows.
    var active: LogSegment { segments[segments.count - 1] }

    // MARK: Appending

    /// Checks and appends one batch as a producer sent it (the `records` of a Produce request). The disk is synced when
    /// `flush.messages` demands it, unless `flush` is false: then the caller calls ``flushIfDue()`` before it answers.
    func append(_ records: ByteBuffer, flush: Bool = true) throws(ErrorCode) -> Appended {
        lastRefusal = nil
        let header = try BatchAdmission.check(records, configuration, now: clock.wall)
        if configuration.isCompacted {
            do throws(RecordError) {
                try RecordBatchContents.validate(records, header, requiresKeys: true)
            } catch {
                lastRefusal = error
                throw error.errorCode
            }
        }
        return try append(records, header, isClient: true, flush: flush)
    }

    /// Appends one batch of a coordinator: `batch` from ``RecordBatchBuilder``. `max.message.bytes` does not bind it.
    func appendInternal(_ batch: ByteBuffer, flush: Bool = true) throws(ErrorCode) -> Appended {
        guard let header = RecordBatchHeader(batch), header.isPlausible, header.sizeInBytes == batch.readableBytes
        else { throw .corruptMessage }
        return try append(batch, header, isClient: false, flush: flush)
    }

    private func append(
        _ records: ByteBuffer,
        _ header: RecordBatchHeader,
        isClient: Bool,
        flush: Bool
    ) throws(ErrorCode) -> Appended {
        if header.hasProducerID {
            if case .duplicate(let known) = try producers.check(header, isClient: isClient) {
                // The first answer may have been lost because the disk could not be synced.
                if flush { try flushIfDue() }
                return Appended(
                    baseOffset: known.firstOffset,
                    lastOffset: known.lastOffset,
                    logAppendTime: configuration.timestampType == .logAppendTime ? known.timestamp : -1,
                    logStartOffset: logStart,
                    isDuplicate: true
                )
            }
        }
        let appendTime = configuration.timestampType == .logAppendTime && isClient ? clock.wall : -1
        let header = try write(records, header, appendTime: appendTime)
        if header.hasProducerID { producers.appended(header, now: clock.wall) }
        try appended(header, flush: flush)
        return Appended(
            baseOffset: header.baseOffset,
            lastOffset: header.lastOffset,
            logAppendTime: appendTime,
            logStartOffset: logStart
        )
    }

    /// Ends a producer's transaction in this partition. Again with the same parameters, it changes nothing for readers.
    func writeMarker(
        producerID: Int64,
        epoch: Int16,
        coordinatorEpoch: Int32,
        commit: Bool,
        flush: Bool = true
    ) throws(ErrorCode) {
        try producers.checkMarker(producerID: producerID, epoch: epoch, coordinatorEpoch: coordinatorEpoch)
        let now = clock.wall
        let batch = RecordBatchBuilder.marker(
            producerID: producerID,
            producerEpoch: epoch,
            coordinatorEpoch: coordinatorEpoch,
            commit: commit,
            timestamp: now
        )
        guard let unplaced = RecordBatchHeader(batch) else { throw .unknownServerError }
        let header = try write(batch, unplaced, appendTime: -1)
        let transaction = producers.ended(
            producerID,
            epoch: epoch,
            coordinatorEpoch: coordinatorEpoch,
            commit: commit,
            at: header.baseOffset,
            now: now
        )
        if let transaction { aborted.append(transaction) }
        try appended(header, flush: flush)
    }

    /// Writes the batch at the end of the log with its offset. Nothing has changed when it throws.
    private func write(
        _ records: ByteBuffer,
        _ unplaced: RecordBatchHeader,
        appendTime: Int64
    ) throws(ErrorCode) -> RecordBatchHeader {
        var header = unplaced
        header.baseOffset = logEndOffset
        header.partitionLeaderEpoch = 0
        guard header.isPlausible else { throw .invalidRecord }
        if appendTime >= 0 {
            header.attributes |= 0x08
            header.maxTimestamp = appendTime
        }
        do throws(StorageError) {
            try cutTornTail()
            if shouldRoll(for: header) { seal() }
            try prepareActive()
            var failure: StorageError?
            records.withUnsafeReadableBytes { bytes in
                do throws(StorageError) {
                    try BatchPlacement.write(bytes, &header, stamped: appendTime >= 0, to: active.file, at: active.size)
                } catch { failure = error }
            }
            if let failure { throw failure }
        } catch {
            hasTornTail = true
            // At once if possible: readers never see it, but the next start would tell of it.
            do throws(StorageError) { try cutTornTail() } catch { logger.debug("\(partition): \(error)") }
            throw failed(error)
        }
        recovered()
        active.added(header, indexInterval: configuration.indexIntervalBytes, now: clock.wall)
        unflushedRecords &+= Int64(header.recordCount)
        if firstUnflushed == nil { firstUnflushed = clock.monotonic }
        return header
    }

    /// What comes after the batch is in the file and in the state.
    private func appended(_ header: RecordBatchHeader, flush: Bool) throws(ErrorCode) {
        // Readers are served what is in the log also when the producer is told that it may not last.
        defer { onAppend?() }
        if flush { try flushIfDue() }
    }

    /// Makes the active segment ready to be written to.
    private func prepareActive() throws(StorageError) {
        if !hasFolder {
            try storage.createFolder(folder)
            hasFolder = true
            hasUnsyncedNames = true
        }
        if active.size == 0 {
            try active.file.truncate(to: 0)
            hasUnsyncedNames = true
        }
        try active.dropIndexFile()
    }

    /// Cuts what a failed write left after the last batch.
    private func cutTornTail() throws(StorageError) {
        guard hasTornTail, hasFolder else { return }
        try active.file.truncate(to: active.size)
        hasTornTail = false
    }

    // MARK: Segments

    private func shouldRoll(for header: RecordBatchHeader) -> Bool {
        let segment = active
        guard segment.size > 0 else { return false }
        if segment.size + Int64(header.sizeInBytes) > Int64(configuration.segmentBytes) { return true }
        if !segment.canHold(header) || segment.indexSize >= Int(configuration.segmentIndexBytes) { return true }
        guard header.maxTimestamp >= 0, segment.firstTimestamp >= 0 else { return false }
        let waited = header.maxTimestamp.subtractingReportingOverflow(segment.firstTimestamp)
        return !waited.overflow && waited.partialValue > configuration.segmentMs
    }

    /// Ends the active segment, so that retention and compaction may have it. Nothing happens when it is empty.
    func roll() {
        if active.size > 0 { seal() }
    }

    /// Ends the active segment and begins the next; its file is made by the first append. The files that are written here
    /// save a scan at the next start: the log is as good without them.
    private func seal() {
        let segment = active
        do throws(StorageError) {
            try segment.writeIndex(aborted: aborted.filter { $0.lastOffset >= segment.baseOffset })
        } catch {
            logger.warning("\(partition): the index of a segment is not kept: \(error)")
        }
        writeSnapshot()
        segments.append(makeSegment(segment.nextOffset))
    }

    func makeSegment(_ baseOffset: Int64) -> LogSegment {
        LogSegment(baseOffset: baseOffset, path: path(LogSegment.name(baseOffset, ".log")), storage: storage)
    }

    func path(_ name: String) -> String { folder + "/" + name }

    // MARK: Flushing

    /// Syncs what is not synced yet.
    func flush() throws(ErrorCode) {
        // Nothing was ever written.
        guard hasFolder else { return }
        do throws(StorageError) {
            for segment in segments where !segment.isSynced {
                if mustRewrite { try segment.rewriteUnsynced() }
                try segment.sync()
            }
            if hasUnsyncedNames, hasFolder {
                try storage.syncFolder(folder)
                try storage.syncFolder(parentFolder)
                hasUnsyncedNames = false
            }
        } catch {
            mustRewrite = true
            throw failed(error)
        }
        mustRewrite = false
        recovered()
        unflushedRecords = 0
        firstUnflushed = nil
    }

    /// Syncs when `flush.messages` or `flush.ms` say so. Cheap when not.
    func flushIfDue() throws(ErrorCode) {
        guard unflushedRecords > 0, let first = firstUnflushed else { return }
        if unflushedRecords >= configuration.flushMessages
            || (configuration.flushMs < .max && clock.monotonic - first >= configuration.flushMs)
        {
            try flush()
        }
    }

    private var parentFolder: String { folder.lastIndex(of: "/").map { String(folder[..<$0]) } ?? "" }

    // MARK: The end

    /// Syncs everything and leaves what makes the next opening quick. The log must not be used after it.
    func close() throws(ErrorCode) {
        isOpen = false
        try flush()
        guard hasFolder else { return }
        do throws(StorageError) {
            let segment = active
            guard segment.size > 0, !segment.hasIndexFile else { return }
            try segment.writeIndex(aborted: aborted.filter { $0.lastOffset >= segment.baseOffset })
        } catch {
            throw failed(error)
        }
        writeSnapshot()
    }

    /// Removes the log with its folder. The log must not be used after it.
    func remove() throws(ErrorCode) {
        isOpen = false
        guard hasFolder else { return }
        do throws(StorageError) {
            // Another log of the name may be wanted at once; a crash in the middle leaves nothing that looks like a log.
            let name = String(UInt64.random(in: 0...UInt64.max), radix: 36)
            let leaving = DiskStorage.removedPrefix + name
            try storage.rename(folder, to: leaving)
            hasFolder = false
            try storage.removeFolder(leaving)
        } catch {
            throw failed(error)
        }
    }

    // MARK: Failures

    /// Logs the first failure of a row, and says how it is answered.
    func failed(_ error: StorageError) -> ErrorCode {
        if !isFailing {
            let advice = error.isFull ? "; make room on the device: the next append tries again" : ""
            logger.error("\(partition): \(error)\(advice)")
        }
        isFailing = true
        return .kafkaStorageError
    }

    private func recovered() {
        guard isFailing else { return }
        isFailing = false
        logger.notice("\(partition): the log can be written again")
    }
}
