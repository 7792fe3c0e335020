import Engine

/// Finds out the encoding of a JSON text, which Jackson takes in UTF-8, UTF-16 and UTF-32.
///
/// Source: Jackson's `ByteSourceJsonBootstrapper` (RFC 4627, section 3: the first two characters are ASCII).
enum JsonEncodings {
    /// The text in UTF-8; `nil` when it is so already.
    static func utf8(of bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        guard let encoding = encoding(of: bytes) else { return nil }
        var text = encoding.decode(bytes)
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        return Array(text.utf8)
    }

    @inline(__always)
    private static func encoding(of bytes: UnsafeRawBufferPointer) -> TextEncoding? {
        guard bytes.count >= 2 else { return nil }
        // The usual case: neither a mark nor a zero byte.
        if bytes[0] != 0, bytes[1] != 0, bytes[0] < 0xFE { return nil }
        return wideEncoding(of: bytes)
    }

    private static func wideEncoding(of bytes: UnsafeRawBufferPointer) -> TextEncoding? {
        if bytes.count >= 4 {
            switch (bytes[0], bytes[1], bytes[2], bytes[3]) {
            case (0, 0, 0xFE, 0xFF), (0, 0, 0, _): return .utf32BigEndian
            case (0xFF, 0xFE, 0, 0), (_, 0, 0, 0): return .utf32LittleEndian
            default: break
            }
        }
        switch (bytes[0], bytes[1]) {
        case (0xFE, 0xFF), (0, _): return .utf16BigEndian
        case (0xFF, 0xFE), (_, 0): return .utf16LittleEndian
        default: return nil
        }
    }
}
