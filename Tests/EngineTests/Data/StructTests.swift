import BigInt
import Engine
import OrderedCollections
import Testing

@Suite("Structs and values")
struct StructTests {
    private static func schema(optionalNote: Bool = true) throws -> Schema {
        var count = SchemaBuilder(.int32)
        try count.defaultValue(.int32(7))
        var builder = SchemaBuilder(.struct)
        try builder.name("S")
        try builder.field("id", .int64)
        try builder.field("note", optionalNote ? .optionalString : .string)
        try builder.field("count", count.build())
        return try builder.build()
    }

    @Test("fields are set and read by name; defaults are applied when reading")
    func fields() throws {
        var structure = try Struct(schema: Self.schema())
        try structure.put("id", .int64(5))
        #expect(try structure.get("id") == .int64(5))
        #expect(try structure.get("note") == .null)
        #expect(try structure.get("count") == .int32(7))
        #expect(try structure.getWithoutDefault("count") == .null)
        #expect(structure.values == [.int64(5), .null, .null])
    }

    @Test("a value must fit its field")
    func misfit() throws {
        var structure = try Struct(schema: Self.schema())
        for (name, value) in [("id", Value.int32(5)), ("id", .null), ("note", .int64(1)), ("other", .null)] {
            let error = try #require(throws: ConnectError.self) { try structure.put(name, value) }
            #expect(error.code == .data)
            #expect(error.message.contains(name))
        }
        #expect(throws: ConnectError.self) { try structure.get("other") }
        #expect(throws: ConnectError.self) { try Struct(schema: .int8) }
    }

    @Test("a struct is complete when no required field is absent")
    func complete() throws {
        var structure = try Struct(schema: Self.schema(optionalNote: false))
        try structure.put("id", .int64(5))
        #expect(throws: ConnectError.self) { try structure.validate() }
        try structure.put("note", .string("x"))
        // `count` is absent and has a default.
        try structure.validate()
    }

    @Test("structs are equal by schema and values")
    func equality() throws {
        var left = try Struct(schema: Self.schema())
        var right = try Struct(schema: Self.schema())
        try left.put("id", .int64(5))
        #expect(left != right)
        try right.put("id", .int64(5))
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        // Absent is not the same as the default, as in Java.
        try right.put("count", .int32(7))
        #expect(left != right)
        #expect(try Struct(schema: Self.schema()) != Struct(schema: Self.schema(optionalNote: false)))
    }

    @Test("a struct inside a struct must be of the field's schema")
    func nested() throws {
        var outer = SchemaBuilder(.struct)
        try outer.field("inner", Self.schema())
        var structure = try Struct(schema: outer.build())
        try structure.put("inner", .structure(Struct(schema: Self.schema())))
        let other = try Struct(schema: Self.schema(optionalNote: false))
        #expect(throws: ConnectError.self) { try structure.put("inner", .structure(other)) }
    }

    @Test("values are equal as Java's equals has it")
    func values() {
        #expect(Value.float64(.nan) == .float64(.nan))
        #expect(Value.float64(.nan).hashValue == Value.float64(-.nan).hashValue)
        #expect(Value.float64(0) != .float64(-0.0))
        #expect(Value.int32(1) != .int64(1))
        #expect(Value.decimal(unscaled: 10, scale: 1) != .decimal(unscaled: 1, scale: 0))
        let left: OrderedDictionary<Value, Value> = [.string("a"): .int8(1), .string("b"): .int8(2)]
        let right: OrderedDictionary<Value, Value> = [.string("b"): .int8(2), .string("a"): .int8(1)]
        #expect(Value.map(left) == .map(right))
        #expect(Value.map(left).hashValue == Value.map(right).hashValue)
        #expect(Value.array([.int8(1), .int8(2)]) != .array([.int8(2), .int8(1)]))
    }
}
