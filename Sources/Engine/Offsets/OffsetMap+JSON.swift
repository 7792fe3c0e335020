internal import OrderedCollections

// The form in which Connect keeps source partitions and offsets: the JSON of JsonConverter without schemas.
//
// Source: `org.apache.kafka.connect.storage.OffsetStorageWriter` and `OffsetStorageReaderImpl`.

extension OffsetMap {
    /// The map as Connect stores an offset: `{"position":1903}`. Throws when a value is not a primitive.
    public func jsonBytes() throws(ConnectError) -> [UInt8] {
        var writer = JSONWriter()
        try write(to: &writer)
        return writer.bytes()
    }

    /// The key under which Connect stores the offset of a source partition: `["connector",{"filename":"/x"}]`.
    public static func jsonKey(connector: String, partition: OffsetMap) throws(ConnectError) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginArray()
        writer.string(connector)
        try partition.write(to: &writer)
        writer.endArray()
        return writer.bytes()
    }

    /// Reads a map as Connect stores it: integers become `int64`, other numbers `float64`. Throws when the bytes are not a JSON
    /// object of primitives.
    public init(json bytes: [UInt8]) throws(ConnectError) {
        try self.init(json: OffsetMap.parse(bytes))
    }

    /// Reads a key of the offset store. Throws when the bytes are not an array of a name and an object of primitives.
    public static func parseKey(
        json bytes: [UInt8]
    ) throws(ConnectError) -> (connector: String, partition: OffsetMap) {
        guard case .array(let parts) = try parse(bytes), parts.count == 2, case .string(let connector) = parts[0] else {
            throw ConnectError(
                .data,
                "the key of a stored offset must be a JSON array of the connector's name and the source partition"
            )
        }
        return (connector, try OffsetMap(json: parts[1]))
    }

    /// The map of a JSON tree, under the same rules as ``init(json:)-([UInt8])``.
    public init(json tree: JSONValue) throws(ConnectError) {
        guard case .object(let members) = tree else {
            throw ConnectError(
                .data,
                "a source partition or offset must be a JSON object, but it is \(tree.kindName)"
            )
        }
        var entries: OrderedDictionary<String, Value> = [:]
        entries.reserveCapacity(members.count)
        for (name, member) in members {
            switch member {
            case .null: entries[name] = .null
            case .bool(let bool): entries[name] = .boolean(bool)
            case .string(let text): entries[name] = .string(text)
            case .number(let number):
                if let value = number.int64 {
                    entries[name] = .int64(value)
                } else if number.isInteger {
                    throw ConnectError(.data, "the number of \"\(name)\" does not fit in 64 bits")
                } else {
                    entries[name] = .float64(number.double)
                }
            case .array, .object:
                throw ConnectError(
                    .data,
                    "\"\(name)\" of a source partition or offset is \(member.kindName), but only primitives are allowed"
                )
            }
        }
        self.init(entries)
    }

    private static func parse(_ bytes: [UInt8]) throws(ConnectError) -> JSONValue {
        do {
            return try JSONValue.parse(bytes)
        } catch {
            throw ConnectError(.data, "a stored offset is not valid JSON: \(error)", cause: error)
        }
    }

    private func write(to writer: inout JSONWriter) throws(ConnectError) {
        writer.beginObject()
        for (name, value) in entries {
            writer.name(name)
            switch value {
            case .null: writer.null()
            case .int8(let number): writer.integer(Int64(number))
            case .int16(let number): writer.integer(Int64(number))
            case .int32(let number): writer.integer(Int64(number))
            case .int64(let number): writer.integer(number)
            case .float32(let number): writer.number(number)
            case .float64(let number): writer.number(number)
            case .boolean(let bool): writer.bool(bool)
            case .string(let text): writer.string(text)
            case .bytes, .decimal, .bigInteger, .date, .array, .map, .structure:
                throw ConnectError(
                    .data,
                    "\"\(name)\" of a source partition or offset is a \(value.kindName), but only numbers, strings, "
                        + "booleans and null are allowed"
                )
            }
        }
        writer.endObject()
    }
}
