import BigInt
import Engine
import OrderedCollections
import Testing

@Suite("Schemas")
struct SchemaTests {
    private func order() throws -> SchemaBuilder {
        var builder = SchemaBuilder(.struct)
        try builder.name("com.example.Order")
        try builder.version(3)
        try builder.documentation("an order")
        try builder.parameter("a", "1")
        try builder.parameter("b", "2")
        try builder.field("id", .int64)
        try builder.field("note", .optionalString)
        return builder
    }

    @Test("a builder's schema has what was put in, fields in order")
    func build() throws {
        let schema = try order().build()
        #expect(schema.type == .struct)
        #expect(!schema.isOptional)
        #expect(schema.name == "com.example.Order")
        #expect(schema.version == 3)
        #expect(schema.documentation == "an order")
        #expect(schema.parameters == ["a": "1", "b": "2"])
        #expect(schema.fields.map(\.name) == ["id", "note"])
        #expect(schema.fields.map(\.index) == [0, 1])
        #expect(schema.field(named: "note")?.schema == .optionalString)
        #expect(schema.field(named: "other") == nil)
    }

    @Test("a property can be set once")
    func once() throws {
        let again: [(inout SchemaBuilder) throws -> Void] = [
            { try $0.name("x") }, { try $0.version(1) }, { try $0.documentation("x") }, { try $0.parameter("a", "2") },
            { try $0.field("id", .int8) },
        ]
        for step in again {
            var builder = try order()
            let error = try #require(throws: ConnectError.self) { try step(&builder) }
            #expect(error.code == .schemaBuilder)
        }
        var builder = SchemaBuilder(.int8)
        try builder.optional()
        #expect(throws: ConnectError.self) { try builder.optional(false) }
        try builder.defaultValue(.int8(1))
        #expect(throws: ConnectError.self) { try builder.defaultValue(.int8(2)) }
        #expect(try builder.build().defaultValue == .int8(1))
    }

    @Test("fields belong to structs and need names; containers need the schemas of what they hold")
    func shape() throws {
        var scalar = SchemaBuilder(.string)
        #expect(throws: ConnectError.self) { try scalar.field("a", .int8) }
        var structure = SchemaBuilder(.struct)
        #expect(throws: ConnectError.self) { try structure.field("", .int8) }
        #expect(throws: ConnectError.self) { try SchemaBuilder(.array).build() }
        #expect(throws: ConnectError.self) { try SchemaBuilder(.map).build() }
        #expect(try SchemaBuilder.array(of: .int8).build().valueSchema == .int8)
        let map = try SchemaBuilder.map(keys: .string, values: .int8).build()
        #expect(map.keySchema == .string && map.valueSchema == .int8)
    }

    @Test(
        "a default must fit the schema",
        arguments: [
            (.int8, .int8(1), true), (.int8, .int16(1), false), (.string, .string("x"), true),
            (.string, .bytes([1]), false),
            (.boolean, .null, false), (.float64, .float32(1), false),
        ] as [(SchemaType, Value, Bool)]
    )
    func defaults(type: SchemaType, value: Value, fits: Bool) throws {
        var builder = SchemaBuilder(type)
        try builder.defaultValue(value)
        if fits {
            #expect(try builder.build().defaultValue == value)
        } else {
            let finished = builder
            let error = try #require(throws: ConnectError.self) { try finished.build() }
            #expect(error.code == .schemaBuilder)
        }
    }

    @Test("two schemas are equal when all they say is")
    func equality() throws {
        let schema = try order().build()
        #expect(schema == (try order().build()))
        #expect(schema.hashValue == (try order().build()).hashValue)
        var reordered = SchemaBuilder(.struct)
        try reordered.name("com.example.Order")
        try reordered.version(3)
        try reordered.documentation("an order")
        try reordered.parameter("b", "2")
        try reordered.parameter("a", "1")
        try reordered.field("id", .int64)
        try reordered.field("note", .optionalString)
        // Parameters have no order, as java.util.Map.equals has it.
        #expect(try reordered.build() == schema)

        let changes: [(inout SchemaBuilder) throws -> Void] = [
            { try $0.optional() }, { try $0.parameter("c", "3") }, { try $0.field("more", .int8) },
        ]
        for change in changes {
            var builder = try order()
            try change(&builder)
            #expect(try builder.build() != schema)
        }
        #expect(Schema.int8 != Schema.optionalInt8)
        #expect(Schema.int8 != Schema.int16)
        #expect(try SchemaBuilder.array(of: .int8).build() != SchemaBuilder.array(of: .int16).build())
    }

    @Test(
        "values that fit a schema",
        arguments: [
            (.int8, .int8(1)), (.int16, .int16(1)), (.int32, .int32(1)), (.int64, .int64(1)), (.float32, .float32(1)),
            (.float64, .float64(1)), (.boolean, .boolean(true)), (.string, .string("")), (.bytes, .bytes([])),
            (.optionalString, .null), (LogicalType.dateSchema, .date(0)), (LogicalType.timeSchema, .date(0)),
            (LogicalType.timestampSchema, .date(0)),
            (LogicalType.decimalSchema(scale: 2), .decimal(unscaled: 1, scale: 2)),
        ] as [(Schema, Value)]
    )
    func fits(schema: Schema, value: Value) throws {
        try schema.validate(value)
    }

    @Test(
        "values that do not",
        arguments: [
            (.string, .null), (.int8, .int16(1)), (.int64, .int32(1)), (.int32, .date(0)), (.bytes, .string("")),
            (LogicalType.dateSchema, .int32(1)), (LogicalType.timestampSchema, .int64(1)),
            (LogicalType.decimalSchema(scale: 2), .bytes([1])), (.bytes, .decimal(unscaled: 1, scale: 2)),
            (.float64, .bigInteger(1)), (.string, .array([])), (.string, .map([:])),
        ] as [(Schema, Value)]
    )
    func misfits(schema: Schema, value: Value) throws {
        let error = try #require(throws: ConnectError.self) { try schema.validate(value, fieldName: "f") }
        #expect(error.code == .data)
        #expect(error.message.contains("\"f\""))
    }

    @Test("containers are checked to the bottom")
    func containers() throws {
        let lists = try SchemaBuilder.array(of: SchemaBuilder.array(of: .optionalInt8).build()).build()
        try lists.validate(.array([.array([.int8(1), .null]), .array([])]))
        #expect(throws: ConnectError.self) { try lists.validate(.array([.array([.int16(1)])])) }
        #expect(throws: ConnectError.self) { try lists.validate(.array([.null])) }
        let map = try SchemaBuilder.map(keys: .string, values: .optionalInt8).build()
        try map.validate(.map([.string("a"): .null]))
        #expect(throws: ConnectError.self) { try map.validate(.map([.null: .int8(1)])) }
        #expect(throws: ConnectError.self) { try map.validate(.map([.string("a"): .string("b")])) }
    }
}
