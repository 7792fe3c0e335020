/// Reads the offset file of Kafka Connect's standalone worker: a Java-serialised `HashMap<byte[], byte[]>`.
///
/// Only that shape is understood; anything else is an error that names the file. The bytes come from outside: every length is
/// checked before use.
///
/// Source: `org.apache.kafka.connect.storage.FileOffsetBackingStore`; Java Object Serialization Specification, chapter 6.
public enum JavaOffsetFile {
    /// True when the bytes begin as a Java serialisation stream does.
    public static func isJavaSerialized(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [0xAC, 0xED])
    }

    /// The pairs of the map, in the stream's order. A `null` value (a deleted offset) is `nil`.
    public static func read(_ bytes: [UInt8], path: String) throws(ConnectError) -> [(key: [UInt8], value: [UInt8]?)] {
        var stream = JavaStream(bytes: bytes)
        do {
            return try stream.readByteArrayMap()
        } catch {
            throw ConnectError(
                .data,
                """
                \(path): cannot be read as the offset file of Kafka Connect's standalone worker (at byte \(error.position): \
                \(error.what)). Restore it from a copy, or move it away to start all sources from their beginning
                """
            )
        }
    }
}

private struct JavaStreamError: Error {
    let position: Int
    let what: String
}

/// A cursor over a serialisation stream. Handles number the class descriptors and objects that later references name.
private struct JavaStream {
    private enum Content {
        case classDescription(String)
        case bytes([UInt8])
        case other
    }

    private let bytes: [UInt8]
    private var position = 0
    private var handles: [Content] = []

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func readByteArrayMap() throws(JavaStreamError) -> [(key: [UInt8], value: [UInt8]?)] {
        try expect([0xAC, 0xED, 0x00, 0x05], "the stream header")
        try expect([Tag.object], "an object")
        guard try readClassDescription() == "java.util.HashMap" else { throw fail("expected a java.util.HashMap") }
        handles.append(.other)
        // The map's own fields, load factor and threshold, and the block that holds its capacity and size.
        _ = try take(8, "the map's fields")
        try expect([Tag.blockData, 8], "the map's size")
        _ = try readInt()
        let count = try readInt()
        guard count >= 0 else { throw fail("the map has a negative size") }
        var pairs: [(key: [UInt8], value: [UInt8]?)] = []
        for _ in 0..<count {
            guard let key = try readByteArray() else { throw fail("a key is null") }
            pairs.append((key, try readByteArray()))
        }
        try expect([Tag.endBlockData], "the end of the map")
        return pairs
    }

    private mutating func readByteArray() throws(JavaStreamError) -> [UInt8]? {
        switch try readByte() {
        case Tag.null:
            return nil
        case Tag.reference:
            guard case .bytes(let array) = try readReference() else { throw fail("expected a byte array") }
            return array
        case Tag.array:
            guard try readClassDescription() == "[B" else { throw fail("expected an array of bytes") }
            let handle = handles.count
            handles.append(.other)
            let array = Array(try take(try readInt(), "the bytes of an array"))
            handles[handle] = .bytes(array)
            return array
        default:
            throw fail("expected a byte array")
        }
    }

    private mutating func readClassDescription() throws(JavaStreamError) -> String {
        switch try readByte() {
        case Tag.reference:
            guard case .classDescription(let name) = try readReference() else { throw fail("expected a class") }
            return name
        case Tag.classDescription:
            let name = try readText()
            handles.append(.classDescription(name))
            // The class's serial version, its flags, and the names of its primitive fields.
            _ = try take(9, "a class description")
            for _ in 0..<Int(try readShort()) {
                let type = try readByte()
                guard type != UInt8(ascii: "L"), type != UInt8(ascii: "[") else {
                    throw fail("unexpected field of a class")
                }
                _ = try readText()
            }
            try expect([Tag.endBlockData, Tag.null], "the end of a class description")
            return name
        default:
            throw fail("expected a class description")
        }
    }

    private mutating func readReference() throws(JavaStreamError) -> Content {
        let index = try readInt() - 0x7E_0000
        guard handles.indices.contains(index) else { throw fail("a reference to nothing") }
        return handles[index]
    }

    private mutating func readText() throws(JavaStreamError) -> String {
        String(decoding: try take(Int(try readShort()), "a name"), as: UTF8.self)
    }

    private mutating func readByte() throws(JavaStreamError) -> UInt8 {
        try take(1, "one more byte").first ?? 0
    }

    private mutating func readShort() throws(JavaStreamError) -> UInt16 {
        try take(2, "a short").reduce(0) { $0 << 8 | UInt16($1) }
    }

    private mutating func readInt() throws(JavaStreamError) -> Int {
        Int(Int32(bitPattern: try take(4, "an int").reduce(0) { $0 << 8 | UInt32($1) }))
    }

    private mutating func expect(_ wanted: [UInt8], _ what: String) throws(JavaStreamError) {
        guard try take(wanted.count, what).elementsEqual(wanted) else {
            position -= wanted.count
            throw fail("expected \(what)")
        }
    }

    private mutating func take(_ count: Int, _ what: String) throws(JavaStreamError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= bytes.count - position else { throw fail("the file ends within \(what)") }
        defer { position += count }
        return bytes[position..<(position + count)]
    }

    private func fail(_ what: String) -> JavaStreamError {
        JavaStreamError(position: position, what: what)
    }

    private enum Tag {
        static let null: UInt8 = 0x70
        static let reference: UInt8 = 0x71
        static let classDescription: UInt8 = 0x72
        static let object: UInt8 = 0x73
        static let array: UInt8 = 0x75
        static let blockData: UInt8 = 0x77
        static let endBlockData: UInt8 = 0x78
    }
}
