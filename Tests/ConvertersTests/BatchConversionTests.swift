import Converters
import Engine
import Testing

/// The batch methods, which have ways of their own for the common cases, must do what the methods for one value do.
@Suite("Batches convert as their records do")
struct BatchConversionTests {
    static let converters: [(name: String, make: @Sendable () throws -> any Converter)] = [
        ("String", { try StringConverter(configuration: [:], isKey: false) }),
        ("String UTF-16", { try StringConverter(configuration: ["converter.encoding": "UTF-16"], isKey: false) }),
        ("ByteArray", { ByteArrayConverter(configuration: [:], isKey: false) }),
        ("Json", { try JsonConverter(configuration: [:], isKey: false) }),
        ("Json plain", { try JsonConverter(configuration: ["schemas.enable": "false"], isKey: false) }),
        ("Json numeric", { try JsonConverter(configuration: ["decimal.format": "numeric"], isKey: false) }),
        ("Json no cache", { try JsonConverter(configuration: ["schemas.cache.size": "0"], isKey: false) }),
        (
            "Json small cache, no defaults",
            {
                try JsonConverter(
                    configuration: ["schemas.cache.size": "1", "replace.null.with.default": "false"],
                    isKey: false
                )
            }
        ),
        (
            "Json fixed schema",
            {
                try JsonConverter(
                    configuration: ["schema.content": #"{"type":"string","optional":true}"#],
                    isKey: false
                )
            }
        ),
    ]

    @Test("writing", arguments: converters.indices, 0..<8 as Range<UInt64>)
    func serialize(converter index: Int, seed: UInt64) throws {
        let converter = try Self.converters[index].make()
        var data = RandomData(seed: seed)
        var batch = RecordBatch()
        let arena = Arena()
        let schemas = (0..<4).map { _ in data.schema(depth: 3) } + [.string, .bytes, .optionalString]
        for _ in 0..<100 {
            let schema = data.chance(3) ? nil : schemas[data.number(0..<schemas.count)]
            // Every tenth value does not fit its schema.
            let other = schemas[data.number(0..<schemas.count)]
            let value =
                data.chance(10) ? data.value(of: other) : schema.map { data.value(of: $0) } ?? data.schemaless(depth: 3)
            let datum = SchemaAndValue(schema: schema, value: value)
            batch.append(ConnectRecord(topic: "t", key: datum, value: datum), arena: arena)
        }
        for column in [RecordBatch.Column.key, .value] {
            var converted = batch
            let failures = converter.serialize(column, of: &converted)
            #expect(converted.count == batch.count)
            for (position, record) in batch.records.enumerated() {
                let failure = failures.first { $0.index == position }
                let datum = batch.datum(of: record[column])
                switch Result(catching: {
                    try converter.fromConnectData(topic: "t", schema: datum.schema, value: datum.value)
                }) {
                case .success(let expected):
                    #expect(failure == nil)
                    let cell = converted.records[position][column]
                    #expect(cell.kind == (expected == nil ? .null : .bytes))
                    #expect(cell.schema == -1)
                    #expect(Array(cell.buffer) == expected ?? [])
                case .failure(let error):
                    #expect((error as? ConnectError)?.message == failure?.error.message)
                    #expect(failure?.error.location.stage == column.stage)
                    // The record keeps what it had.
                    #expect(converted.datum(of: converted.records[position][column]) == datum)
                }
            }
        }
    }

    @Test("reading", arguments: converters.indices, 0..<8 as Range<UInt64>)
    func deserialize(converter index: Int, seed: UInt64) throws {
        let converter = try Self.converters[index].make()
        let envelope = try JsonConverter(configuration: [:], isKey: false)
        var data = RandomData(seed: seed &+ 1000)
        var batch = RecordBatch()
        let arena = Arena()
        batch.retain(arena)
        let topic = batch.topicIndex("t")
        let schemas = (0..<3).map { _ in data.schema(depth: 3) } + [.string]
        for _ in 0..<100 {
            var bytes: [UInt8]?
            switch data.number(0..<6) {
            case 0: bytes = nil
            case 1: bytes = data.bytes()
            case 2: bytes = Array(data.text().utf8)
            case 3: bytes = Array("{\"schema\":{\"type\":\"string\"},\"payload\":\"\(data.number(0..<9))\\n\"}".utf8)
            default:
                let schema = schemas[data.number(0..<schemas.count)]
                let value = data.value(of: schema)
                bytes = try? envelope.fromConnectData(topic: "t", schema: schema, value: value)
                // Some are broken by one byte.
                if data.chance(5), var broken = bytes, !broken.isEmpty {
                    broken[data.number(0..<broken.count)] = UInt8(data.number(0..<256))
                    bytes = broken
                }
            }
            let cell = bytes.map { $0.withUnsafeBytes { Cell.bytes(arena.copy($0)) } } ?? .null()
            batch.append(RecordSlot(topic: topic, key: cell, value: cell))
        }
        for column in [RecordBatch.Column.key, .value] {
            var converted = batch
            let failures = converter.deserialize(column, of: &converted)
            for (position, record) in batch.records.enumerated() {
                let failure = failures.first { $0.index == position }
                let cell = record[column]
                switch Result(catching: {
                    try converter.toConnectData(topic: "t", bytes: cell.kind == .null ? nil : cell.buffer)
                }) {
                case .success(let expected):
                    #expect(failure == nil)
                    #expect(converted.datum(of: converted.records[position][column]) == expected)
                case .failure(let error):
                    #expect((error as? ConnectError)?.message == failure?.error.message)
                    #expect(converted.records[position][column].kind == .bytes)
                }
            }
        }
    }

    @Test("what JSON keeps comes back from it", arguments: 0..<60 as Range<UInt64>)
    func jsonRoundTrip(seed: UInt64) throws {
        var data = RandomData(seed: seed)
        for format in ["BASE64", "NUMERIC"] {
            let converter = try JsonConverter(configuration: ["decimal.format": format], isKey: false)
            for _ in 0..<10 {
                let schema = data.schema(depth: 3)
                let value = data.value(of: schema)
                let bytes = try #require(try converter.fromConnectData(topic: "t", schema: schema, value: value))
                let back = try bytes.withUnsafeBytes { try converter.toConnectData(topic: "t", bytes: $0) }
                #expect(back.schema == schema)
                if format == "BASE64" { #expect(back.value == value) }
            }
        }
        let plain = try JsonConverter(configuration: ["schemas.enable": "false"], isKey: false)
        for _ in 0..<10 {
            let value = data.schemaless(depth: 4)
            let bytes = try plain.fromConnectData(topic: "t", schema: nil, value: value) ?? Array("null".utf8)
            let back = try bytes.withUnsafeBytes { try plain.toConnectData(topic: "t", bytes: $0) }
            #expect(back == SchemaAndValue(schema: nil, value: value))
        }
    }

    @Test("text and bytes pass through without being copied")
    func passThrough() throws {
        var batch = RecordBatch()
        let arena = Arena()
        let record = ConnectRecord(
            topic: "t",
            key: SchemaAndValue(schema: .bytes, value: .bytes([1, 2, 3])),
            value: SchemaAndValue(schema: .string, value: .string("héllo"))
        )
        batch.append(record, arena: arena)
        let before = batch.records[0]
        let memories = batch.memories.count
        let (strings, bytes) = (
            try StringConverter(configuration: [:], isKey: false), ByteArrayConverter(configuration: [:], isKey: true)
        )

        #expect(strings.serialize(.value, of: &batch).isEmpty)
        #expect(bytes.serialize(.key, of: &batch).isEmpty)
        #expect(batch.records[0].value.address == before.value.address)
        #expect(batch.records[0].key.address == before.key.address)

        #expect(strings.deserialize(.value, of: &batch).isEmpty)
        #expect(bytes.deserialize(.key, of: &batch).isEmpty)
        #expect(batch.records[0].value.address == before.value.address)
        #expect(
            batch.datum(of: batch.records[0].value) == SchemaAndValue(schema: .optionalString, value: .string("héllo"))
        )
        #expect(
            batch.datum(of: batch.records[0].key) == SchemaAndValue(schema: .optionalBytes, value: .bytes([1, 2, 3]))
        )
        #expect(batch.memories.count == memories)
    }
}
