internal import OrderedCollections

/// Writes JSON into a growing buffer of bytes, without white space; commas are put by themselves.
///
/// One owner; reuse it with ``reset()`` and it allocates only while it grows. Strings are escaped as Jackson's ObjectMapper
/// does by default: quote, backslash, `\b \t \n \f \r`, other control characters as `\u001F`, everything else as it is.
public struct JSONWriter: ~Copyable {
    private var buffer: UnsafeMutableRawBufferPointer
    /// The number of bytes written.
    public private(set) var count = 0
    private var needsComma = false
    private var scratch: [UInt8] = []

    /// A writer with room for `capacity` bytes to start with.
    public init(capacity: Int = 256) {
        buffer = .allocate(byteCount: max(capacity, 16), alignment: 8)
    }

    deinit { buffer.deallocate() }

    /// Forgets what was written and keeps the memory.
    public mutating func reset() {
        count = 0
        needsComma = false
    }

    /// The bytes written so far, valid inside the closure.
    public func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }

    /// A copy of the bytes written so far.
    public func bytes() -> [UInt8] { Array(buffer[..<count]) }

    // MARK: Structure

    /// Opens an object; each member is a name and a value.
    public mutating func beginObject() { open(UInt8(ascii: "{")) }
    /// Closes the innermost object.
    public mutating func endObject() { close(UInt8(ascii: "}")) }
    /// Opens an array.
    public mutating func beginArray() { open(UInt8(ascii: "[")) }
    /// Closes the innermost array.
    public mutating func endArray() { close(UInt8(ascii: "]")) }

    /// The name of the member whose value is written next.
    public mutating func name(_ name: String) {
        string(name)
        append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// The name of the member whose value is written next: plain ASCII that needs no escape.
    public mutating func name(_ name: StaticString) {
        comma()
        reserve(name.utf8CodeUnitCount + 3)
        put(UInt8(ascii: "\""))
        put(UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        put(UInt8(ascii: "\""))
        put(UInt8(ascii: ":"))
        needsComma = false
    }

    // MARK: Values

    /// Null.
    public mutating func null() { word("null") }

    /// A truth value.
    public mutating func bool(_ value: Bool) { word(value ? "true" : "false") }

    /// An integer.
    public mutating func integer(_ value: Int64) {
        comma()
        reserve(20)
        var magnitude = value.magnitude
        if value < 0 { put(UInt8(ascii: "-")) }
        var length = 1
        var probe = magnitude
        while probe >= 10 {
            probe /= 10
            length += 1
        }
        var index = count + length
        repeat {
            let (quotient, remainder) = magnitude.quotientAndRemainder(dividingBy: 10)
            index -= 1
            buffer[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: remainder)
            magnitude = quotient
        } while magnitude > 0
        count += length
        needsComma = true
    }

    /// Bytes put down as they are: the start of a text that the calls after this one go on with. The caller answers for the
    /// commas up to its end; a comma is put before the next value only if `endsValue`.
    package mutating func raw(_ json: UnsafeRawBufferPointer, endsValue: Bool) {
        append(json)
        needsComma = endsValue
    }

    /// A number, in the text it was read with.
    public mutating func number(_ number: JSONNumber) {
        if let value = number.int64 { integer(value) } else { rawValue(number.text) }
    }

    /// A number as Java writes it; NaN and the infinities as strings, as Jackson does.
    public mutating func number(_ value: Double) {
        scratch.removeAll(keepingCapacity: true)
        JavaText.append(value, to: &scratch)
        writeScratch(quoted: !value.isFinite)
    }

    /// A number as Java writes it; NaN and the infinities as strings, as Jackson does.
    public mutating func number(_ value: Float) {
        scratch.removeAll(keepingCapacity: true)
        JavaText.append(value, to: &scratch)
        writeScratch(quoted: !value.isFinite)
    }

    /// A string.
    public mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { string(utf8: UnsafeRawBufferPointer($0)) }
    }

    /// A string given as valid UTF-8.
    public mutating func string(utf8: UnsafeRawBufferPointer) {
        comma()
        reserve(utf8.count + 2)
        put(UInt8(ascii: "\""))
        var start = 0
        var index = 0
        while true {
            index = ByteScan.jsonEscape(utf8, from: index)
            guard index < utf8.count else { break }
            append(UnsafeRawBufferPointer(rebasing: utf8[start..<index]))
            if utf8[index] >= 0xF0 {
                escapeFourBytes(utf8, at: index)
                index = min(index + 4, utf8.count)
            } else {
                escape(utf8[index])
                index += 1
            }
            start = index
        }
        append(UnsafeRawBufferPointer(rebasing: utf8[start..<utf8.count]))
        append(UInt8(ascii: "\""))
        needsComma = true
    }

    /// Bytes, as a string of Base64.
    public mutating func base64(_ bytes: UnsafeRawBufferPointer) {
        comma()
        let length = Base64.encodedCount(bytes.count)
        reserve(length + 2)
        put(UInt8(ascii: "\""))
        Base64.encode(bytes, into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
        count += length
        put(UInt8(ascii: "\""))
        needsComma = true
    }

    /// A value given as finished JSON.
    public mutating func rawValue(_ json: UnsafeRawBufferPointer) {
        comma()
        append(json)
        needsComma = true
    }

    /// A value given as finished JSON.
    public mutating func rawValue(_ json: String) {
        var json = json
        json.withUTF8 { rawValue(UnsafeRawBufferPointer($0)) }
    }

    /// A whole tree.
    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let bool): self.bool(bool)
        case .number(let number): self.number(number)
        case .string(let text): string(text)
        case .array(let elements):
            beginArray()
            for element in elements { self.value(element) }
            endArray()
        case .object(let members):
            beginObject()
            for (name, member) in members {
                self.name(name)
                self.value(member)
            }
            endObject()
        }
    }

    // MARK: Bytes

    private mutating func writeScratch(quoted: Bool) {
        comma()
        reserve(scratch.count + 2)
        if quoted { put(UInt8(ascii: "\"")) }
        for byte in scratch { put(byte) }
        if quoted { put(UInt8(ascii: "\"")) }
        needsComma = true
    }

    private mutating func word(_ word: StaticString) {
        rawValue(UnsafeRawBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }

    private mutating func open(_ byte: UInt8) {
        comma()
        append(byte)
        needsComma = false
    }

    private mutating func close(_ byte: UInt8) {
        append(byte)
        needsComma = true
    }

    @inline(__always)
    private mutating func comma() {
        if needsComma { append(UInt8(ascii: ",")) }
    }

    private mutating func escape(_ byte: UInt8) {
        reserve(6)
        put(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): put(byte)
        case 0x08: put(UInt8(ascii: "b"))
        case 0x09: put(UInt8(ascii: "t"))
        case 0x0A: put(UInt8(ascii: "n"))
        case 0x0C: put(UInt8(ascii: "f"))
        case 0x0D: put(UInt8(ascii: "r"))
        default:
            putHexadecimal(UInt16(byte))
        }
    }

    private mutating func escapeFourBytes(_ utf8: UnsafeRawBufferPointer, at index: Int) {
        guard index + 4 <= utf8.count else { return }
        let code =
            UInt32(utf8[index] & 0x07) << 18 | UInt32(utf8[index + 1] & 0x3F) << 12
            | UInt32(utf8[index + 2] & 0x3F) << 6 | UInt32(utf8[index + 3] & 0x3F)
        let pair = code &- 0x10000
        reserve(12)
        put(UInt8(ascii: "\\"))
        putHexadecimal(0xD800 | UInt16(truncatingIfNeeded: pair >> 10) & 0x3FF)
        put(UInt8(ascii: "\\"))
        putHexadecimal(0xDC00 | UInt16(truncatingIfNeeded: pair) & 0x3FF)
    }

    /// A `u` and four digits.
    private mutating func putHexadecimal(_ value: UInt16) {
        put(UInt8(ascii: "u"))
        for shift in stride(from: 12, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: value >> shift & 0xF)
            put(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10)
        }
    }

    @inline(__always)
    private mutating func append(_ byte: UInt8) {
        reserve(1)
        put(byte)
    }

    @inline(__always)
    private mutating func append(_ bytes: UnsafeRawBufferPointer) {
        reserve(bytes.count)
        put(bytes)
    }

    /// Writes into memory that ``reserve(_:)`` has made.
    @inline(__always)
    private mutating func put(_ byte: UInt8) {
        buffer[count] = byte
        count += 1
    }

    @inline(__always)
    private mutating func put(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 0 else { return }
        UnsafeMutableRawBufferPointer(rebasing: buffer[count...]).copyMemory(from: bytes)
        count += bytes.count
    }

    @inline(__always)
    private mutating func reserve(_ more: Int) {
        if buffer.count - count < more { grow(more) }
    }

    @inline(never)
    private mutating func grow(_ more: Int) {
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(buffer.count * 2, count + more),
            alignment: 8
        )
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        buffer.deallocate()
        buffer = larger
    }
}
