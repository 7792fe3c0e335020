import Engine

/// A schema that was read last, with its text: most records of a topic have the very same one.
struct SchemaMemo {
    var json = UnsafeRawBufferPointer(start: nil, count: 0)
    var schema: Schema?
}

/// Reads `{"schema":…,"payload":…}`, in either order. Of two members of one name the last counts.
struct JsonEnvelope {
    private let bytes: UnsafeRawBufferPointer
    private var schema: Schema??
    private var payloadText: UnsafeRawBufferPointer?
    private var payload: JsonPayload?

    init(bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// Reads the whole text. The payload is read at once when its schema stands before it, as it mostly does.
    mutating func read(
        _ reader: inout JSONReader,
        memo: inout SchemaMemo,
        makeSchema: (UnsafeRawBufferPointer) throws -> Schema?,
        readPayload: (inout JSONReader, Schema?) throws -> JsonPayload
    ) throws -> JsonPayload {
        guard case .beginObject = try reader.next() else { throw noEnvelope }
        while case .name(let name) = try reader.next() {
            if name.equals("schema") {
                payload = nil
                schema = .some(try readSchema(&reader, memo: &memo, make: makeSchema))
            } else if name.equals("payload") {
                let start = valueStart(reader)
                if case .some(let schema) = schema {
                    payload = try readPayload(&reader, schema)
                } else {
                    try reader.skip(try reader.next())
                }
                payloadText = UnsafeRawBufferPointer(rebasing: bytes[start..<reader.position])
            } else {
                throw noEnvelope
            }
        }
        guard case .some(let schema) = schema, let payloadText else { throw noEnvelope }
        if let payload { return payload }
        var later = JSONReader(payloadText, options: JsonConverter.readerOptions)
        return try readPayload(&later, schema)
    }

    private func readSchema(
        _ reader: inout JSONReader,
        memo: inout SchemaMemo,
        make: (UnsafeRawBufferPointer) throws -> Schema?
    ) throws -> Schema? {
        if reader.skipKnownObject(memo.json) { return memo.schema }
        let start = valueStart(reader)
        try reader.skip(try reader.next())
        let json = UnsafeRawBufferPointer(rebasing: bytes[start..<reader.position])
        let made = try make(json)
        if json.first == UInt8(ascii: "{") { memo = SchemaMemo(json: json, schema: made) }
        return made
    }

    /// Where the next value begins, white space passed over.
    private func valueStart(_ reader: JSONReader) -> Int {
        var start = reader.position
        while start < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[start]) { start += 1 }
        return start
    }

    private var noEnvelope: ConnectError {
        ConnectError(
            .data,
            "JsonConverter with schemas.enable=true takes an object with exactly the members \"schema\" and \"payload\"; "
                + "set schemas.enable=false for plain JSON"
        )
    }
}

/// What a payload gave.
struct JsonPayload {
    enum Content {
        /// A string that points into the record.
        case text(JSONText)
        case value(Value)
    }

    let schema: Schema?
    let content: Content

    var datum: SchemaAndValue {
        switch content {
        case .text(let text): SchemaAndValue(schema: schema, value: .string(text.string))
        case .value(let value): SchemaAndValue(schema: schema, value: value)
        }
    }

    /// A cell of the batch whose memory the payload points into.
    func cell(in batch: inout RecordBatch, arena: Arena) -> Cell {
        switch content {
        case .value: return batch.cell(for: datum, arena: arena)
        case .text(let text):
            let index = batch.schemaIndex(schema)
            guard text.hasEscapes else { return .text(text.bytes, schema: index) }
            let target = arena.allocate(text.bytes.count)
            let count = text.unescape(into: target)
            arena.giveBack(target.count - count)
            return .text(UnsafeRawBufferPointer(rebasing: target[..<count]), schema: index)
        }
    }
}
