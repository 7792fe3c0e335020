import Engine
import Glibc

/// Cuts bytes that arrive in chunks into lines and appends them to batches without copying them.
///
/// A line ends with LF, CR or CRLF, as `java.io.BufferedReader` has it; a CR that is the last byte read so far waits for what
/// follows. Positions count bytes from the start of the file. A value type without I/O of its own: the caller hands in the read.
///
/// Per line it costs one or two searches for a line end and one record slot; bytes move only when a line crosses the end of a
/// buffer. Text is checked for UTF-8 a chunk at a time as long as it is ASCII, a line at a time otherwise.
struct LineReader {
    /// How much a batch may take.
    struct Limits: Sendable {
        /// Records of a batch, at least 1.
        var recordCount: Int
        /// Bytes of a batch; the record that passes it still goes in whole.
        var byteCount: Int
    }

    /// Bytes of the longest line unless said otherwise: beyond it a file is taken not to be text.
    static let standardMaximumLineByteCount = 256 << 20
    private static let pageByteCount = 4096

    /// The position behind the last line taken: where the current line starts.
    private(set) var position: Int64

    private let name: String
    private let topic: String
    private let maximumLineByteCount: Int
    private let pool = ReadBufferPool()
    private var buffer: ReadBuffer?
    /// Index of the current line's first byte.
    private var lineStart = 0
    /// Bytes read into the buffer.
    private var filled = 0
    /// A range of bytes known to be ASCII.
    private var asciiStart = 0
    private var asciiEnd = 0
    /// True when cells point into the buffer.
    private var isShared = false
    private var lineFeeds = ByteSearch(for: UInt8(ascii: "\n"))
    private var carriageReturns = ByteSearch(for: UInt8(ascii: "\r"))

    /// A reader that starts at a position of the file; `name` is the file's, for error texts.
    init(
        name: String,
        topic: String,
        position: Int64,
        maximumLineByteCount: Int = LineReader.standardMaximumLineByteCount
    ) {
        self.name = name
        self.topic = topic
        self.position = position
        self.maximumLineByteCount = maximumLineByteCount
    }

    /// The position behind the last byte read.
    var readPosition: Int64 { position + Int64(heldByteCount) }

    /// Bytes of a line that is not complete yet.
    var heldByteCount: Int { filled - lineStart }

    /// Forgets what was read and goes on elsewhere.
    mutating func restart(at position: Int64) {
        self.position = position
        dropBuffer()
    }

    /// Gives back memory that is not needed while there is nothing to read; an incomplete line is kept in little more than
    /// its own size.
    mutating func rest() {
        pool.drain()
        guard let buffer, isShared || buffer.capacity > 2 * max(heldByteCount, Self.pageByteCount) else { return }
        if heldByteCount == 0 { return dropBuffer() }
        guard let smaller = pool.make(byteCount: wholePages(heldByteCount + Self.pageByteCount)) else { return }
        carry(into: smaller)
    }

    // MARK: Reading

    /// Reads once, behind what is there. Returns what `read` does: the number of bytes that it has put in, 0 at the end, less
    /// when there is nothing just now.
    ///
    /// `expected` says how many bytes are likely there, to size the buffer. Errors: those of `read`; no memory.
    mutating func fill(expected: Int, _ read: (UnsafeMutableRawBufferPointer) throws -> Int) throws -> Int {
        let buffer = try makeRoom(expected: expected)
        let room = UnsafeMutableRawBufferPointer(start: buffer.base + filled, count: buffer.capacity - filled)
        let count = try read(room)
        guard count > 0 else { return count }
        if TextBytes.isASCII(UnsafeRawBufferPointer(rebasing: room[..<count])) {
            if asciiEnd != filled { asciiStart = filled }
            asciiEnd = filled + count
        }
        filled += count
        return count
    }

    private mutating func makeRoom(expected: Int) throws -> ReadBuffer {
        let held = heldByteCount
        let chunk = ReadBufferPool.chunkByteCount
        let wanted = min(max(expected, 1), chunk)
        if let buffer, buffer.capacity - filled >= min(wanted, chunk / 4) { return buffer }
        // At least twice what is held, so that a long line is moved a few times at most.
        let full = max(chunk, wholePages(2 * held))
        let needed = min(full, wholePages(held + max(wanted, held)))
        if let buffer, !isShared, lineStart == 0, buffer.capacity < needed {
            guard buffer.grow(to: needed) else { throw noMemory(needed) }
            return buffer
        }
        guard let fresh = pool.make(byteCount: needed) else { throw noMemory(needed) }
        carry(into: fresh)
        return fresh
    }

    private func wholePages(_ count: Int) -> Int {
        (max(count, 1) + Self.pageByteCount - 1) & ~(Self.pageByteCount - 1)
    }

    private mutating func carry(into fresh: ReadBuffer) {
        let held = heldByteCount
        if let buffer { memcpy(fresh.base, buffer.base + lineStart, held) }
        lineFeeds.shift(by: lineStart)
        carriageReturns.shift(by: lineStart)
        asciiStart = max(0, asciiStart - lineStart)
        asciiEnd = max(0, asciiEnd - lineStart)
        lineStart = 0
        filled = held
        isShared = false
        buffer = fresh
    }

    private mutating func dropBuffer() {
        buffer = nil
        lineStart = 0
        filled = 0
        asciiStart = 0
        asciiEnd = 0
        isShared = false
        lineFeeds = ByteSearch(for: UInt8(ascii: "\n"))
        carriageReturns = ByteSearch(for: UInt8(ascii: "\r"))
    }

    // MARK: Taking lines

    /// Appends complete lines to a batch until it is full or none is left. Returns true when the batch is full.
    ///
    /// Errors: when there is no complete line and what is there of one is already longer than the maximum.
    mutating func takeLines(into batch: inout RecordBatch, limits: Limits) throws(ConnectError) -> Bool {
        guard let buffer else { return false }
        let base = UnsafeRawPointer(buffer.base)
        let end = filled
        var target = Target(topic: batch.topicIndex(topic), schema: batch.schemaIndex(.string))
        while true {
            if batch.count >= limits.recordCount || batch.byteCount >= limits.byteCount { return true }
            let lineFeed = lineFeeds.next(from: lineStart, in: base, end: end)
            let carriageReturn = carriageReturns.next(from: lineStart, in: base, end: end)
            var next: Int
            if lineFeed < carriageReturn {
                next = lineFeed + 1
            } else {
                next = carriageReturn + 1
                // No line end at all, or a CR of which nobody knows yet whether a LF follows.
                guard next < end else {
                    if heldByteCount > maximumLineByteCount, batch.isEmpty { throw tooLong() }
                    return false
                }
                if base.load(fromByteOffset: next, as: UInt8.self) == UInt8(ascii: "\n") { next += 1 }
            }
            appendLine(upTo: min(lineFeed, carriageReturn), next: next, buffer, to: &batch, &target)
        }
    }

    /// Appends what is left as a last line, without its line end: the file will not grow any more. Does nothing when nothing
    /// is left.
    mutating func takeRest(into batch: inout RecordBatch) {
        guard let buffer, heldByteCount > 0 else { return }
        var target = Target(topic: batch.topicIndex(topic), schema: batch.schemaIndex(.string))
        let endsWithCR = buffer.base.load(fromByteOffset: filled - 1, as: UInt8.self) == UInt8(ascii: "\r")
        appendLine(upTo: endsWithCR ? filled - 1 : filled, next: filled, buffer, to: &batch, &target)
    }

    /// What the lines of one call share.
    private struct Target {
        let topic: Int32
        let schema: Int32
        var isRetained = false
        var repaired: Arena?
    }

    @inline(__always)
    private mutating func appendLine(
        upTo lineEnd: Int,
        next: Int,
        _ buffer: ReadBuffer,
        to batch: inout RecordBatch,
        _ target: inout Target
    ) {
        var line = UnsafeRawBufferPointer(start: buffer.base + lineStart, count: lineEnd - lineStart)
        if !target.isRetained {
            target.isRetained = true
            isShared = true
            batch.retain(buffer)
        }
        let isASCII = lineStart >= asciiStart && lineEnd <= asciiEnd
        if !isASCII, !TextBytes.isUTF8(line) { line = repair(line, in: &batch, &target) }
        position += Int64(next - lineStart)
        lineStart = next
        batch.append(
            RecordSlot(topic: target.topic, offset: position, value: .text(line, schema: target.schema))
        )
    }

    /// The line with U+FFFD in place of what is not UTF-8, in a memory of its own.
    private func repair(
        _ line: UnsafeRawBufferPointer,
        in batch: inout RecordBatch,
        _ target: inout Target
    ) -> UnsafeRawBufferPointer {
        let arena = target.repaired ?? Arena(blockByteCount: 16 * 1024)
        if target.repaired == nil {
            target.repaired = arena
            batch.retain(arena)
        }
        var text = String(decoding: line, as: UTF8.self)
        return text.withUTF8 { arena.copy(UnsafeRawBufferPointer($0)) }
    }

    // MARK: Errors

    private func tooLong() -> ConnectError {
        ConnectError(
            .lineTooLong,
            "the line that starts at byte \(position) of \(name) is longer than \(maximumLineByteCount) bytes, the most "
                + "that is held in memory: make sure that the file is text, and break the line up"
        )
    }

    private func noMemory(_ count: Int) -> ConnectError {
        ConnectError(
            .inputOutput,
            "no memory for a line of \(name) that starts at byte \(position) (\(count) bytes asked for): free memory, or "
                + "break the line up"
        )
    }
}

extension ConnectError.Code {
    /// A line that no task will hold in memory; trying again cannot help.
    static let lineTooLong = ConnectError.Code(
        name: "line-too-long",
        javaClassName: "org.apache.kafka.connect.errors.ConnectException",
        errorClass: .configuration
    )
}
