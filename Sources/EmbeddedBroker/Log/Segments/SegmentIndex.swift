import NIOCore

/// Where in a segment to look for an offset or a time: one entry every `index.interval.bytes` or so, in memory while the
/// segment grows, read from its index file by bisection once it is sealed.
struct SegmentIndex {
    /// The batch at `position` has this base offset; all batches before it have timestamps up to `maxTimestampBefore`.
    struct Entry: Equatable {
        static let size = 16

        /// From the segment's base offset.
        var relativeOffset: UInt32
        var position: UInt32
        var maxTimestampBefore: Int64
    }

    private enum Place {
        case memory(ContiguousArray<Entry>)
        /// `count` entries from `start` (bytes) on.
        case file(LogFile, start: Int64, count: Int)
    }

    private var place: Place

    init() { place = .memory([]) }

    init(file: LogFile, start: Int64, count: Int) {
        place = .file(file, start: start, count: count)
    }

    var count: Int {
        switch place {
        case .memory(let entries): entries.count
        case .file(_, _, let count): count
        }
    }

    /// The entries, where they are in memory.
    var entries: ContiguousArray<Entry>? {
        guard case .memory(let entries) = place else { return nil }
        return entries
    }

    mutating func append(_ entry: Entry) {
        guard case .memory(var entries) = place else { return }
        place = .memory([])
        entries.append(entry)
        place = .memory(entries)
    }

    /// Forgets entries from `position` on.
    mutating func truncate(to position: Int64) {
        guard case .memory(var entries) = place else { return }
        place = .memory([])
        while let last = entries.last, Int64(last.position) >= position { entries.removeLast() }
        place = .memory(entries)
    }

    /// Takes all entries into memory, so that more can follow.
    mutating func load() throws(StorageError) {
        guard case .file(_, _, let count) = place else { return }
        var entries = ContiguousArray<Entry>()
        entries.reserveCapacity(count)
        for number in 0..<count {
            guard let entry = try entry(number) else { break }
            entries.append(entry)
        }
        place = .memory(entries)
    }

    private func entry(_ number: Int) throws(StorageError) -> Entry? {
        switch place {
        case .memory(let entries):
            return entries[number]
        case .file(let file, let start, _):
            var bytes = try file.read(at: start + Int64(number * Entry.size), count: Entry.size)
            guard let relativeOffset = bytes.readInteger(as: UInt32.self),
                let position = bytes.readInteger(as: UInt32.self), let timestamp = bytes.readInteger(as: Int64.self)
            else { return nil }
            return Entry(relativeOffset: relativeOffset, position: position, maxTimestampBefore: timestamp)
        }
    }

    /// The last entry that `isBefore` holds for, which it does for a first part of them. Nil when for none.
    private func last(where isBefore: (Entry) -> Bool) throws(StorageError) -> Entry? {
        var low = 0
        var high = count
        var found: Entry?
        while low < high {
            let middle = (low + high) / 2
            guard let entry = try entry(middle) else { return nil }
            if isBefore(entry) {
                found = entry
                low = middle + 1
            } else {
                high = middle
            }
        }
        return found
    }

    /// A position at or before the batch that holds the offset.
    func position(ofRelativeOffset offset: Int64) throws(StorageError) -> Int64 {
        Int64(try last { Int64($0.relativeOffset) <= offset }?.position ?? 0)
    }

    /// A position at or before the first batch whose largest timestamp is `timestamp` or later.
    func position(ofTimestamp timestamp: Int64) throws(StorageError) -> Int64 {
        Int64(try last { $0.maxTimestampBefore < timestamp }?.position ?? 0)
    }
}
