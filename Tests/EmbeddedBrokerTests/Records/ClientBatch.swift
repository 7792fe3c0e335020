import ConnectTesting
import NIOCore
import Testing

@testable import EmbeddedBroker

/// Batches that clients made, and what is in them: twenty records, some without key, value or headers.
enum ClientBatch {
    static let clients = [
        "kafka-clients-none", "kafka-clients-gzip", "kafka-python-none", "kafka-python-gzip", "kafka-python-snappy",
        "kafka-python-lz4", "kafka-python-zstd", "librdkafka-none", "librdkafka-gzip", "librdkafka-snappy",
        "librdkafka-lz4", "librdkafka-zstd",
    ]
    static let count: Int32 = 20
    static let firstTimestamp: Int64 = 1_700_000_000_000

    /// The whole batch, header first.
    static func load(_ name: String) throws -> ByteBuffer {
        let text = try GoldenFolder(besideTestFile: #filePath).bytes(name + ".hex")
        var bytes = ByteBuffer()
        for line in text.split(separator: UInt8(ascii: "\n")) where line.first != UInt8(ascii: "#") {
            let digits = Array(line)
            for index in stride(from: 0, to: digits.count - 1, by: 2) {
                let pair = String(decoding: digits[index...(index + 1)], as: UTF8.self)
                bytes.writeInteger(try #require(UInt8(pair, radix: 16)))
            }
        }
        return bytes
    }

    static func expected(_ index: Int32) -> PlainRecord {
        let number = Int(index)
        return PlainRecord(
            timestampDelta: Int64((number * 37) % 11) * 1000,
            key: number % 7 == 3 ? nil : ByteBuffer(string: "key-\(number % 5)"),
            value: number % 6 == 5 ? nil : ByteBuffer(string: String(repeating: "value \(number) ", count: 50)),
            headers: number % 3 == 0
                ? [("h", ByteBuffer(string: String(repeating: "x", count: number))), ("empty", nil)] : []
        )
    }
}

/// What a record says, free of how it was stored.
struct PlainRecord: Equatable {
    var timestampDelta: Int64
    var key: ByteBuffer?
    var value: ByteBuffer?
    var headers: [(String, ByteBuffer?)] = []

    init(timestampDelta: Int64 = 0, key: ByteBuffer?, value: ByteBuffer?, headers: [(String, ByteBuffer?)] = []) {
        self.timestampDelta = timestampDelta
        self.key = key
        self.value = value
        self.headers = headers
    }

    init(_ record: Record) {
        timestampDelta = record.timestampDelta
        key = record.key
        value = record.value
        headers = record.headers.map { (String(buffer: $0.key), $0.value) }
    }

    static func == (left: PlainRecord, right: PlainRecord) -> Bool {
        left.timestampDelta == right.timestampDelta && left.key == right.key && left.value == right.value
            && left.headers.map(\.0) == right.headers.map(\.0) && left.headers.map(\.1) == right.headers.map(\.1)
    }

    /// The record's bytes, its length first.
    func encoded(offsetDelta: Int32) -> ByteBuffer {
        var body = ByteBuffer()
        body.writeInteger(UInt8(0))
        body.writeVariableInteger(timestampDelta)
        body.writeVariableInteger(Int64(offsetDelta))
        for part in [key, value] { Self.write(part, into: &body) }
        body.writeVariableInteger(Int64(headers.count))
        for header in headers {
            Self.write(ByteBuffer(string: header.0), into: &body)
            Self.write(header.1, into: &body)
        }
        var record = ByteBuffer()
        record.writeVariableInteger(Int64(body.readableBytes))
        record.writeImmutableBuffer(body)
        return record
    }

    private static func write(_ part: ByteBuffer?, into body: inout ByteBuffer) {
        body.writeVariableInteger(Int64(part?.readableBytes ?? -1))
        if let part { body.writeImmutableBuffer(part) }
    }
}
