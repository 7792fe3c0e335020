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

/// Decides when the demo may write more: what is on its way has to fit into the embedded cluster, which keeps about 5 MB of a
/// partition and silently cuts what is older.
struct DemoPace: Sendable {
    /// Bytes that may be on their way, as lines; the cluster also stores some 10 bytes with each.
    var bytesInFlight = 2_000_000
    /// Records that may be on their way: bounds those 10 bytes.
    var recordsInFlight = 100_000
    /// Bytes written at a time.
    var blockBytes = 128 * 1024

    /// How many bytes to write now; 0 means wait. One line goes ahead alone: when it has arrived, the sink's consumer group has
    /// formed (which takes seconds, whatever the size), and what follows shows how fast data moves.
    func bytesToWrite(_ counts: DemoCounts) -> Int {
        if counts.writtenRecords == 0 { return 1 }
        guard counts.arrivedRecords > 0 else { return 0 }
        let fits =
            counts.writtenBytes - counts.arrivedBytes <= bytesInFlight - blockBytes && counts.lag < recordsInFlight
        return fits ? blockBytes : 0
    }
}
