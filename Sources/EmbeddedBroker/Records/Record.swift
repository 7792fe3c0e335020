import NIOCore

/// One record of a batch with magic 2 (Kafka's `DefaultRecord`), over the bytes it came in. Nothing is copied.
struct Record {
    /// The record without the length before it.
    let body: ByteBuffer
    let timestampDelta: Int64
    let offsetDelta: Int32
    private let afterTimestamp: Int
    private let keyRange: Range<Int>?
    private let valueRange: Range<Int>?
    private let headersStart: Int
    let headerCount: Int32

    /// `nil` for a record without a key.
    var key: ByteBuffer? { slice(keyRange) }

    /// `nil` for a tombstone.
    var value: ByteBuffer? { slice(valueRange) }

    var hasKey: Bool { keyRange != nil }
    var hasValue: Bool { valueRange != nil }

    /// The headers in order. The reader has checked their layout.
    var headers: [(key: ByteBuffer, value: ByteBuffer?)] {
        var result: [(key: ByteBuffer, value: ByteBuffer?)] = []
        body.withUnsafeReadableBytes { bytes in
            var cursor = RecordCursor(bytes, at: headersStart)
            for _ in 0..<headerCount {
                guard let key = try? cursor.lengthPrefixed(), let value = try? cursor.nullableRange() else { return }
                result.append((slice(key) ?? ByteBuffer(), slice(value.range)))
            }
        }
        return result
    }

    private func slice(_ range: Range<Int>?) -> ByteBuffer? {
        range.flatMap { body.getSlice(at: body.readerIndex + $0.lowerBound, length: $0.count) }
    }

    /// Checks the whole layout.
    init(body: ByteBuffer) throws(RecordError) {
        self.body = body
        // A closure cannot hand a typed error through `withUnsafeReadableBytes`.
        let layout = body.withUnsafeReadableBytes { bytes -> Result<Layout, RecordError> in
            do throws(RecordError) {
                return .success(try Layout(bytes))
            } catch {
                return .failure(error)
            }
        }
        let found = try layout.get()
        timestampDelta = found.timestampDelta
        offsetDelta = found.offsetDelta
        afterTimestamp = found.afterTimestamp
        keyRange = found.key
        valueRange = found.value
        headersStart = found.headersStart
        headerCount = found.headerCount
    }

    private struct Layout {
        let timestampDelta: Int64
        let afterTimestamp: Int
        let offsetDelta: Int32
        let key: Range<Int>?
        let value: Range<Int>?
        let headersStart: Int
        let headerCount: Int32

        init(_ bytes: UnsafeRawBufferPointer) throws(RecordError) {
            var cursor = RecordCursor(bytes, at: 0)
            // The record's attributes: no bit of them has a meaning yet.
            _ = try cursor.byte()
            timestampDelta = try cursor.variableInt64()
            afterTimestamp = cursor.position
            offsetDelta = try cursor.variableInt32()
            key = try cursor.nullableRange().range
            value = try cursor.nullableRange().range
            headerCount = try cursor.variableInt32()
            headersStart = cursor.position
            // A header has at least two bytes.
            guard headerCount >= 0, Int(headerCount) <= cursor.remaining / 2 else { throw .badLength }
            for _ in 0..<headerCount {
                _ = try cursor.lengthPrefixed()
                _ = try cursor.nullableRange()
            }
            guard cursor.remaining == 0 else { throw .trailingBytes }
        }
    }

    /// Appends the record, length first, as it is or with another timestamp delta.
    func write(into output: inout ByteBuffer, timestampDelta delta: Int64? = nil) {
        guard let delta, delta != timestampDelta else {
            output.writeVariableInteger(Int64(body.readableBytes))
            output.writeImmutableBuffer(body)
            return
        }
        let rest = body.readableBytes - afterTimestamp
        output.writeVariableInteger(Int64(1 + ByteBuffer.variableIntegerSize(delta) + rest))
        output.writeInteger(UInt8(0))
        output.writeVariableInteger(delta)
        if let tail = body.getSlice(at: body.readerIndex + afterTimestamp, length: rest) {
            output.writeImmutableBuffer(tail)
        }
    }
}

extension ByteBuffer {
    /// Zigzag, then base 128 with the lowest bits first (Protocol Buffers' `sint64`; the shorter types come out the same).
    mutating func writeVariableInteger(_ value: Int64) {
        var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
        while rest >= 0x80 {
            writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        writeInteger(UInt8(truncatingIfNeeded: rest))
    }

    /// How many bytes ``writeVariableInteger(_:)`` writes.
    static func variableIntegerSize(_ value: Int64) -> Int {
        let bits = 64 - UInt64(bitPattern: (value << 1) ^ (value >> 63)).leadingZeroBitCount
        return max(1, (bits + 6) / 7)
    }
}
