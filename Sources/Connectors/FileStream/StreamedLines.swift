import Engine
import Glibc

/// Lines of standard input, a named pipe or a terminal: without positions to come back to. Used by one task, one call at a time.
struct StreamedLines {
    private let file: OpenFile
    private let name: String
    private let limits: LineReader.Limits
    private var reader: LineReader
    private var hasEnded = false

    /// Lines of an open file; `name` is for error texts.
    init(file: OpenFile, name: String, topic: String, limits: LineReader.Limits, maximumLineByteCount: Int) {
        self.file = file
        self.name = name
        self.limits = limits
        reader = LineReader(name: name, topic: topic, position: 0, maximumLineByteCount: maximumLineByteCount)
    }

    /// The next lines; suspends until there are some. At the end the last line is delivered even without a newline, then `nil`.
    mutating func next() async throws -> RecordBatch? {
        var batch = RecordBatch()
        while !hasEnded {
            try Task.checkCancellation()
            if try reader.takeLines(into: &batch, limits: limits) { return batch }
            guard Readiness.isReady(file.descriptor, .read) else {
                if !batch.isEmpty { return batch }
                reader.rest()
                try await Readiness.wait(file.descriptor, .read)
                continue
            }
            let (descriptor, name) = (file.descriptor, name)
            let count = try reader.fill(expected: ReadBufferPool.chunkByteCount) { room in
                try Self.read(descriptor, room, name: name)
            }
            if count == 0 {
                hasEnded = true
                reader.takeRest(into: &batch)
            }
        }
        return batch.isEmpty ? nil : batch
    }

    private static func read(_ descriptor: Int32, _ room: UnsafeMutableRawBufferPointer, name: String) throws -> Int {
        while true {
            let count = Glibc.read(descriptor, room.baseAddress, room.count)
            if count >= 0 { return count }
            switch errno {
            case EINTR: continue
            // Somebody else took what was there.
            case EAGAIN: return -1
            default: throw FileErrors.inputOutput("cannot read", path: name, code: errno)
            }
        }
    }
}
