import CCRC32C
import NIOCore

/// What the broker knows of itself and its topics, as its metadata file keeps it. Replaced as a whole with every change.
struct BrokerMetadata: WireStruct {
    /// The layout written now.
    static let version: Int16 = 0
    /// The file's name in the broker's folder.
    static let fileName = "metadata"

    var clusterID = ""
    /// The first producer id that no block was taken from yet.
    var nextProducerID: Int64 = 0
    var topics: [Topic] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&clusterID)
        try coder.field(&nextProducerID)
        try coder.field(&topics)
    }

    /// A topic.
    struct Topic: WireStruct {
        var name = ""
        var id = UUID128.zero
        var partitionCount: Int32 = 0
        var configurations: [Setting] = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&name)
            try coder.field(&id)
            try coder.field(&partitionCount)
            try coder.field(&configurations)
        }
    }

    /// A configuration that differs from the default.
    struct Setting: WireStruct {
        var name = ""
        var value = ""

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&name)
            try coder.field(&value)
        }
    }

    /// "CKEB", then the version, the CRC-32C of what follows, and the fields.
    private static let magic: Int32 = 0x434b_4542

    /// The file's bytes.
    func fileBytes() throws(WireError) -> ByteBuffer {
        var body = WireEncoder(version: Self.version, isFlexible: true)
        try encode(into: &body)
        let bytes = body.joined()
        var file = ByteBuffer()
        file.writeInteger(Self.magic)
        file.writeInteger(Self.version)
        file.writeInteger(bytes.crc32c)
        file.writeImmutableBuffer(bytes)
        return file
    }

    /// What a file's bytes say.
    static func parse(_ file: ByteBuffer) throws(BrokerError) -> BrokerMetadata {
        var file = file
        guard file.readInteger(as: Int32.self) == magic, let version = file.readInteger(as: Int16.self),
            let checksum = file.readInteger(as: UInt32.self)
        else { throw BrokerError("it is not the metadata of an embedded broker") }
        guard version == Self.version else {
            throw BrokerError(
                "it was written by another version of connectd (layout \(version); this one reads \(Self.version))"
            )
        }
        guard file.crc32c == checksum else { throw BrokerError("it is damaged: its checksum does not fit") }
        var decoder = WireDecoder(file, version: version, isFlexible: true)
        do {
            let metadata = try BrokerMetadata.decode(from: &decoder)
            try decoder.finish()
            return metadata
        } catch {
            throw BrokerError("it is damaged: \(error)")
        }
    }
}

extension ByteBuffer {
    /// The CRC-32C of the readable bytes.
    var crc32c: UInt32 {
        withUnsafeReadableBytes { connectd_crc32c(0, $0.baseAddress, $0.count) }
    }
}
