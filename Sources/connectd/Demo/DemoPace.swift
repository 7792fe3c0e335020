/// How much of the demo is where: what it has written into the source file, and what has come out at the other end.
struct DemoCounts: Sendable, Hashable {
    /// Bytes and lines in the source file.
    var writtenBytes = 0
    var writtenRecords = 0
    /// Bytes and lines in the sink file.
    var arrivedBytes = 0
    var arrivedRecords = 0

    /// Records on their way.
    var lag: Int { max(0, writtenRecords - arrivedRecords) }
}

/// Decides how much the demo writes next.
struct DemoPace: Sendable {
    /// Bytes written at a time.
    var blockBytes = 4 * 1024 * 1024

    /// How many bytes to write now; 0 means wait. One line goes ahead alone: when it has arrived, the sink's consumer group has
    /// formed, and what follows shows how fast data moves.
    func bytesToWrite(_ counts: DemoCounts) -> Int {
        if counts.writtenRecords == 0 { return 1 }
        return counts.arrivedRecords == 0 ? 0 : blockBytes
    }
}
