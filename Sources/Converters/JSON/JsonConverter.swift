public import Engine

/// Writes data as JSON and reads JSON, with an envelope that carries the schema (`schemas.enable=true`, the default) or plain.
///
/// The envelope is `{"schema":…,"payload":…}`. Schemas are written and read once and kept, as many as `schemas.cache.size`.
/// Payloads are written and read straight to and from bytes.
///
/// Source: `org.apache.kafka.connect.json.JsonConverter`.
public struct JsonConverter: Converter, HeaderConverter {
    /// The keys of `JsonConverterConfig`.
    public static let configDefinition = JsonConverterOptions.definition

    // Jackson reads the first value and leaves the rest alone; Connect lets numbers start with zeros.
    static let readerOptions = JSONOptions(allowsLeadingZeros: true, allowsTrailingContent: true)

    private let options: JsonConverterOptions
    private let dataWriter: JsonDataWriter
    private let schemaReader: JsonSchemaReader
    private let fixedSchema: Schema?
    private let prefixes: LeastRecentlyUsed<Schema, [UInt8]>
    private let schemas: LeastRecentlyUsed<[UInt8], Schema?>

    /// Takes the keys of `JsonConverterConfig`. Throws when one is wrong.
    public init(configuration: [String: String], isKey: Bool) throws {
        try self.init(headerConfiguration: configuration)
    }

    /// Takes the keys of `JsonConverterConfig`. Throws when one is wrong.
    public init(headerConfiguration configuration: [String: String]) throws {
        options = try JsonConverterOptions(configuration)
        dataWriter = JsonDataWriter(
            decimalFormat: options.decimalFormat,
            replacesNullWithDefault: options.replacesNullWithDefault
        )
        schemaReader = JsonSchemaReader(replacesNullWithDefault: options.replacesNullWithDefault)
        prefixes = LeastRecentlyUsed(capacity: options.schemaCacheSize)
        schemas = LeastRecentlyUsed(capacity: options.schemaCacheSize)
        if let content = options.schemaContent {
            do {
                fixedSchema = try schemaReader.schema(JSONValue.parse(content, options: Self.readerOptions))
            } catch let error as JSONError {
                throw Self.unreadable("schema.content", error)
            }
        } else {
            fixedSchema = nil
        }
    }

    // MARK: Records

    /// The JSON of a value; `nil` only for null without a schema.
    public func fromConnectData(topic: String, schema: Schema?, value: Value) throws -> [UInt8]? {
        if schema == nil, value.isNull { return nil }
        var writer = JSONWriter()
        var memo = PrefixMemo()
        try beginEnvelope(schema, in: &writer, memo: &memo)
        try dataWriter.write(value, schema: schema, to: &writer)
        endEnvelope(in: &writer)
        return writer.bytes()
    }

    /// The value of some JSON.
    public func toConnectData(topic: String, bytes: UnsafeRawBufferPointer?) throws -> SchemaAndValue {
        guard let bytes else { return .null }
        var memo = SchemaMemo()
        if let utf8 = JsonEncodings.utf8(of: bytes) {
            return try utf8.withUnsafeBytes { try read($0, memo: &memo).datum }
        }
        return try read(bytes, memo: &memo).datum
    }

    /// The JSON of a header's value, as ``fromConnectData(topic:schema:value:)``.
    public func fromConnectHeader(topic: String, key: String, schema: Schema?, value: Value) throws -> [UInt8]? {
        try fromConnectData(topic: topic, schema: schema, value: value)
    }

    /// The value of a header's JSON, as ``toConnectData(topic:bytes:)``.
    public func toConnectHeader(topic: String, key: String, bytes: UnsafeRawBufferPointer?) throws -> SchemaAndValue {
        try toConnectData(topic: topic, bytes: bytes)
    }

    // MARK: Batches

    /// Serialises a column: text and bytes go from the batch's memory into JSON without a value made of them.
    public func serialize(_ column: RecordBatch.Column, of batch: inout RecordBatch) -> [RecordFailure] {
        var failures: [RecordFailure] = []
        let arena = Arena()
        batch.retain(arena)
        var writer = JSONWriter(capacity: 4096)
        var memo = PrefixMemo()
        var difference = 0
        for index in batch.records.indices {
            let cell = batch.records[index][column]
            let schema = batch.schema(of: cell)
            if schema == nil, cell.kind == .null { continue }
            writer.reset()
            do {
                try beginEnvelope(schema, in: &writer, memo: &memo)
                switch cell.kind {
                case .text where schema.map { $0.type == .string && $0.name == nil } ?? true:
                    writer.string(utf8: cell.buffer)
                case .bytes where schema.map { $0.type == .bytes && $0.name == nil } ?? true:
                    writer.base64(cell.buffer)
                default:
                    try dataWriter.write(batch.value(of: cell), schema: schema, to: &writer)
                }
                endEnvelope(in: &writer)
                difference += writer.count - cell.byteCount
                batch.records[index][column] = writer.withBytes { Cell.bytes(arena.copy($0)) }
            } catch {
                failures.append(batch.failure(at: index, stage: column.stage, error))
            }
        }
        batch.noteConvertedBytes(difference)
        return failures
    }

    /// Reads a column: a payload that is a plain string stays where it is.
    public func deserialize(_ column: RecordBatch.Column, of batch: inout RecordBatch) -> [RecordFailure] {
        var failures: [RecordFailure] = []
        let arena = Arena()
        batch.retain(arena)
        var memo = SchemaMemo()
        for index in batch.records.indices {
            let cell = batch.records[index][column]
            if cell.kind == .null {
                batch.records[index][column] = .null()
                continue
            }
            do {
                if JsonEncodings.utf8(of: cell.buffer) != nil {
                    let datum = try toConnectData(topic: "", bytes: cell.buffer)
                    batch.records[index][column] = batch.cell(for: datum, arena: arena)
                    continue
                }
                let payload = try read(cell.buffer, memo: &memo)
                batch.records[index][column] = payload.cell(in: &batch, arena: arena)
            } catch {
                failures.append(batch.failure(at: index, stage: column.stage, error))
            }
        }
        return failures
    }

    // MARK: Writing

    /// The beginning of the envelope that was written last: most records of a batch have the very same schema, and then the
    /// cache's lock is taken once.
    private struct PrefixMemo {
        var schema: Schema?
        var prefix: [UInt8] = []
    }

    private func beginEnvelope(_ schema: Schema?, in writer: inout JSONWriter, memo: inout PrefixMemo) throws {
        guard options.schemasEnabled else { return }
        guard let schema else {
            writer.beginObject()
            writer.name("schema" as StaticString)
            writer.null()
            writer.name("payload" as StaticString)
            return
        }
        if memo.schema !== schema {
            memo.prefix = try prefixes.element(for: schema) {
                var writer = JSONWriter()
                writer.beginObject()
                writer.name("schema" as StaticString)
                try dataWriter.writeSchema(schema, to: &writer)
                writer.name("payload" as StaticString)
                return writer.bytes()
            }
            memo.schema = schema
        }
        memo.prefix.withUnsafeBytes { writer.raw($0, endsValue: false) }
    }

    private func endEnvelope(in writer: inout JSONWriter) {
        if options.schemasEnabled { writer.endObject() }
    }

    // MARK: Reading

    private func read(_ bytes: UnsafeRawBufferPointer, memo: inout SchemaMemo) throws -> JsonPayload {
        do {
            var reader = JSONReader(bytes, options: Self.readerOptions)
            if !options.schemasEnabled { return try payload(from: &reader, schema: nil) }
            if let fixedSchema { return try payload(from: &reader, schema: fixedSchema) }
            var envelope = JsonEnvelope(bytes: bytes)
            return try envelope.read(&reader, memo: &memo, makeSchema: schema) { reader, schema in
                try payload(from: &reader, schema: schema)
            }
        } catch let error as JSONError {
            throw Self.unreadable("the record", error)
        } catch {
            // Connect reads the whole text before it looks at what it says: broken JSON is the first thing reported.
            if let syntax = Self.syntaxError(in: bytes) { throw Self.unreadable("the record", syntax) }
            throw error
        }
    }

    private func payload(from reader: inout JSONReader, schema: Schema?) throws -> JsonPayload {
        let token = try reader.next()
        if case .string(let text) = token, schema.map({ $0.type == .string && $0.name == nil }) ?? true {
            return JsonPayload(schema: schema, content: .text(text))
        }
        var data = JsonDataReader(replacesNullWithDefault: options.replacesNullWithDefault)
        return JsonPayload(schema: schema, content: .value(try data.value(token, from: &reader, schema: schema)))
    }

    private func schema(_ json: UnsafeRawBufferPointer) throws -> Schema? {
        try schemas.element(for: Array(json)) {
            try schemaReader.schema(JSONValue.parse(json, options: Self.readerOptions))
        }
    }

    private static func syntaxError(in bytes: UnsafeRawBufferPointer) -> JSONError? {
        do {
            var reader = JSONReader(bytes, options: readerOptions)
            try reader.skip(try reader.next())
            return nil
        } catch {
            return error
        }
    }

    private static func unreadable(_ what: String, _ error: JSONError) -> ConnectError {
        let code: ConnectError.Code =
            switch error.kind {
            case .syntax, .encoding: .jsonSyntax
            case .unexpectedEnd: .jsonEnd
            case .limit: .jsonLimit
            }
        let cause = ConnectError(code, "\(error)", cause: error)
        return ConnectError(
            .data,
            "\(what) is not valid JSON: \(error)",
            cause: ConnectError(.serialization, "not valid JSON", cause: cause)
        )
    }
}
