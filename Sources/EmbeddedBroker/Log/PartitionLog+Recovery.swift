import Logging
import NIOCore

extension PartitionLog {
    /// How many snapshots of the producers' state are kept: one too old costs a longer scan, none the state.
    private static let keptSnapshots = 3
    private static let startFile = "log-start-offset"

    /// Brings the state in memory to where the files are. Segments with a good index file are taken by their word; from the
    /// first other one on everything is scanned, and what follows the last whole batch is cut.
    func recover() throws(StorageError) {
        let names = try storage.names(in: folder)
        hasFolder = !names.isEmpty
        try readLogStart()
        let swapped = try finishSwaps(names)
        var snapshots: [Int64] = []
        for name in swapped {
            if name.hasSuffix(".tmp") || name.hasSuffix(".cleaned") {
                try storage.remove(path(name))
            } else if let offset = Self.offset(in: name, ".log") {
                segments.append(makeSegment(offset))
            } else if let offset = Self.offset(in: name, ".snapshot") {
                snapshots.append(offset)
            }
        }
        segments.sort { $0.baseOffset < $1.baseOffset }
        let trusted = try openByIndexes()
        try recoverState(trusted: trusted, snapshots: snapshots.sorted())
        if let last = segments.last, last.nextOffset < logStart {
            // The machine lost what came before the start of the log, and kept the start.
            for segment in segments { try segment.remove() }
            segments = []
            producers = ProducerTable(producers: producers.producers.mapValues { $0.withoutTransaction() })
        }
        if segments.isEmpty { segments = [makeSegment(logStart)] }
        for offset in snapshots where offset > logEndOffset {
            // Of a log that was longer: it would be wrong once the log has grown again.
            try storage.remove(path(LogSegment.name(offset, ".snapshot")))
        }
        try dropSegmentsBelowStart()
        logStart = max(logStart, segments[0].baseOffset)
        aborted.removeAll { $0.lastOffset < logStart }
    }

    /// Opens segments by their index files, as many from the first on as can be. Answers how many.
    private func openByIndexes() throws(StorageError) -> Int {
        for (number, segment) in segments.enumerated() {
            guard let size = try storage.size(of: segment.file.path),
                let transactions = try segment.openByIndex(fileSize: size)
            else { return number }
            aborted += transactions
        }
        return segments.count
    }

    /// Finds the producers' state: from a snapshot, and from all batches after it. Scans the segments from `trusted` on.
    private func recoverState(trusted: Int, snapshots: [Int64]) throws(StorageError) {
        let recoveryPoint =
            trusted < segments.count
            ? segments[trusted].baseOffset : segments.last?.nextOffset ?? logStart
        var from = segments.first?.baseOffset ?? logStart
        for offset in snapshots.reversed() where offset <= recoveryPoint && offset >= from {
            let contents = try storage.contents(of: path(LogSegment.name(offset, ".snapshot")))
            guard let contents, let table = ProducerSnapshot.decode(contents, at: offset) else { continue }
            producers = table
            from = offset
            break
        }
        for segment in segments.prefix(trusted) where segment.nextOffset > from {
            _ = try BatchScan.run(segment.file, from: 0, to: segment.size, verify: false) { header, batch, _ in
                if header.baseOffset >= from { _ = self.replay(header, batch) }
                return true
            }
        }
        try scan(from: trusted)
    }

    /// Scans segments batch by batch. The log ends where the first batch is that is none.
    private func scan(from first: Int) throws(StorageError) {
        var number = first
        while number < segments.count {
            let segment = segments[number]
            try segment.discardIndexFile()
            let fileSize = try storage.size(of: segment.file.path) ?? 0
            if number > 0, segment.baseOffset < segments[number - 1].nextOffset {
                try removeSegments(from: number)
                return
            }
            let end = try scan(segment, upTo: fileSize)
            if end < fileSize {
                logger.notice(
                    """
                    \(partition): the last whole batch ends at offset \(segment.nextOffset); the \(fileSize - end) \
                    bytes after it are cut
                    """
                )
                try segment.file.truncate(to: end)
                // Segments that go on where this one ends now are good; others have lost what they follow.
                if number + 1 < segments.count, segments[number + 1].baseOffset != segment.nextOffset {
                    try removeSegments(from: number + 1)
                }
            }
            if number + 1 < segments.count {
                try segment.writeIndex(aborted: aborted.filter { $0.lastOffset >= segment.baseOffset })
            }
            number += 1
        }
        if first < segments.count { hasUnsyncedNames = true }
    }

    /// Takes every whole batch of a segment into the state. Answers where the last one ends.
    private func scan(_ segment: LogSegment, upTo fileSize: Int64) throws(StorageError) -> Int64 {
        try BatchScan.run(segment.file, from: 0, to: fileSize, verify: true) { header, batch, _ in
            guard header.baseOffset >= segment.nextOffset, segment.canHold(header) else { return false }
            if let transaction = self.replay(header, batch) { self.aborted.append(transaction) }
            segment.added(header, indexInterval: self.configuration.indexIntervalBytes, now: self.clock.wall)
            return true
        }
    }

    private func removeSegments(from number: Int) throws(StorageError) {
        for lost in segments[number...] {
            logger.warning("\(partition): the segment at offset \(lost.baseOffset) follows no longer and is removed")
            try lost.remove()
        }
        segments.removeSubrange(number...)
    }

    /// Takes a batch that is in the log into the producers' state.
    private func replay(_ header: RecordBatchHeader, _ batch: ByteBuffer) -> AbortedTransaction? {
        guard header.hasProducerID else { return nil }
        guard header.isControl else {
            producers.appended(header, now: clock.wall)
            return nil
        }
        guard let marker = ControlRecord(batch, header) else { return nil }
        return producers.ended(
            header.producerID,
            epoch: header.producerEpoch,
            coordinatorEpoch: marker.coordinatorEpoch,
            commit: marker.commit,
            at: header.baseOffset,
            now: clock.wall
        )
    }

    private static func offset(in name: String, _ suffix: String) -> Int64? {
        guard name.hasSuffix(suffix), name.utf8.count == 20 + suffix.utf8.count else { return nil }
        return Int64(name.dropLast(suffix.count))
    }

    // MARK: Compaction that a crash interrupted

    /// A `<base>-<end>.swap` is a whole cleaned segment in the place of all segments with bases from `base` to before `end`.
    private func finishSwaps(_ names: [String]) throws(StorageError) -> [String] {
        var names = names
        for name in names where name.hasSuffix(".swap") {
            let bounds = name.dropLast(".swap".count).split(separator: "-").compactMap { Int64($0) }
            guard bounds.count == 2 else { continue }
            for other in names {
                guard let base = Self.offset(in: other, ".log"), base >= bounds[0], base < bounds[1] else { continue }
                try storage.remove(path(other))
                try storage.remove(path(LogSegment.name(base, ".index")))
            }
            try storage.rename(path(name), to: path(LogSegment.name(bounds[0], ".log")))
        }
        if names.contains(where: { $0.hasSuffix(".swap") }) { names = try storage.names(in: folder) }
        return names
    }

    // MARK: The producers' state

    /// Keeps the producers' state as it is at the end of the log. Without it a start scans more.
    func writeSnapshot() {
        let offset = logEndOffset
        do throws(StorageError) {
            try storage.replace(
                path(LogSegment.name(offset, ".snapshot")),
                with: ProducerSnapshot.encode(producers, at: offset),
                isDurable: false
            )
            var kept = try storage.names(in: folder).compactMap { Self.offset(in: $0, ".snapshot") }.sorted()
            while kept.count > Self.keptSnapshots {
                try storage.remove(path(LogSegment.name(kept.removeFirst(), ".snapshot")))
            }
        } catch {
            logger.warning("\(partition): the state of the producers is not kept: \(error)")
        }
    }

    // MARK: The start of the log

    private func readLogStart() throws(StorageError) {
        guard hasFolder, let contents = try storage.contents(of: path(Self.startFile)) else { return }
        if let offset = Int64(String(buffer: contents).prefix { $0 != "\n" }), offset >= 0 {
            logStart = offset
        } else {
            logger.warning("\(partition): \(Self.startFile) holds no offset: deleted records may be there again")
        }
    }

    /// Keeps where the log starts, before anything below it is removed.
    func writeLogStart(_ offset: Int64) throws(StorageError) {
        if !hasFolder {
            try storage.createFolder(folder)
            hasFolder = true
            hasUnsyncedNames = true
        }
        try storage.replace(path(Self.startFile), with: ByteBuffer(string: "\(offset)\n"), isDurable: true)
        logStart = offset
    }

    /// Removes segments that have nothing at or after the start of the log.
    func dropSegmentsBelowStart() throws(StorageError) {
        while segments.count > 1, segments[1].baseOffset <= logStart, segments[0].nextOffset <= logStart {
            try segments[0].remove()
            segments.removeFirst()
            readHints.forget()
        }
    }
}

extension ProducerTable.Producer {
    fileprivate func withoutTransaction() -> Self {
        var copy = self
        copy.transactionStart = nil
        return copy
    }
}
