import Actors
import Engine
import Glibc

/// The two files of the demo: writes the one block by block and watches the other grow. Blocks on files, on a
/// thread of its own.
actor DemoFiles {
    nonisolated let source: String
    nonisolated let sink: String

    private let executor = QueueExecutor(label: "demo files")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let goal: Int
    private let pace: DemoPace
    private var text: DemoText
    private let sourceFile: Descriptor
    private var sinkFile: Descriptor?
    private var counts = DemoCounts()

    /// - Parameters:
    ///   - source: The file to create and write.
    ///   - sink: The file that another writes, which may not be there yet.
    ///   - goal: Bytes to write, rounded up to whole lines.
    init(source: String, sink: String, goal: Int, text: DemoText, pace: DemoPace = DemoPace()) throws {
        self.source = source
        self.sink = sink
        self.goal = goal
        self.text = text
        self.pace = pace
        sourceFile = try Descriptor(path: source, flags: O_WRONLY | O_CREAT | O_EXCL)
    }

    /// True when everything is written and as many bytes have arrived.
    var isComplete: Bool { counts.writtenBytes >= goal && counts.arrivedBytes >= counts.writtenBytes }

    /// Counts what has arrived and writes the next block. Called again and again, a few milliseconds apart.
    func turn() throws -> DemoCounts {
        try countArrivals()
        var wanted = min(pace.bytesToWrite(counts), goal - counts.writtenBytes)
        // The text comes in pieces of its own size, most of them far smaller than a block.
        while wanted > 0 {
            var lines = try text.next(count: wanted)
            Self.cut(&lines, toLinesWithin: wanted)
            try sourceFile.write(lines)
            counts.writtenBytes += lines.count
            counts.writtenRecords += Self.newlines(in: lines[...])
            wanted -= lines.count
        }
        return counts
    }

    /// Shortens to the fewest whole lines that reach `count` bytes.
    private static func cut(_ lines: inout [UInt8], toLinesWithin count: Int) {
        guard lines.count > count, let end = lines[(count - 1)...].firstIndex(of: UInt8(ascii: "\n")) else { return }
        lines.removeSubrange((end + 1)...)
    }

    private func countArrivals() throws {
        if sinkFile == nil {
            guard access(sink, F_OK) == 0 else { return }
            sinkFile = try Descriptor(path: sink, flags: O_RDONLY)
        }
        guard let sinkFile else { return }
        while true {
            let block = try sinkFile.read(count: 1 << 20)
            if block.isEmpty { return }
            counts.arrivedBytes += block.count
            counts.arrivedRecords += Self.newlines(in: block[...])
        }
    }

    private static func newlines(in bytes: ArraySlice<UInt8>) -> Int {
        bytes.reduce(into: 0) { count, byte in if byte == UInt8(ascii: "\n") { count += 1 } }
    }

    /// Where the two files differ first: the offset in bytes, from 0; `nil` when they are the same. Reads both wholly.
    func firstDifference() throws -> Int? {
        let left = try Descriptor(path: source, flags: O_RDONLY)
        let right = try Descriptor(path: sink, flags: O_RDONLY)
        var offset = 0
        while true {
            let (a, b) = (try left.readFully(count: 1 << 20), try right.readFully(count: 1 << 20))
            if a != b {
                let same =
                    zip(a, b).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(a.count, b.count)
                return offset + same
            }
            if a.isEmpty { return nil }
            offset += a.count
        }
    }
}
