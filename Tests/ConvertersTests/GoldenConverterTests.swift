import ConnectTesting
import Converters
import Engine
import OrderedCollections
import Testing

/// Every recorded case of Kafka Connect's own converters.
@Suite("As Kafka Connect recorded it")
struct GoldenConverterTests {
    private static let folder = GoldenFolder()

    @Test(
        "converters",
        arguments: [
            ("StringConverter", StringConverter.self), ("ByteArrayConverter", ByteArrayConverter.self),
            ("JsonConverter", JsonConverter.self),
        ] as [(String, any Converter.Type)]
    )
    func converters(name: String, type: any Converter.Type) throws {
        var result = GoldenResult()
        result.run(try Self.folder.cases("converter-\(name).jsonl")) { golden in
            try check(golden, isText: type == StringConverter.self) {
                let converter = try type.init(configuration: golden.configuration, isKey: golden.isKey)
                return (
                    write: { try converter.fromConnectData(topic: golden.topic, schema: $0.schema, value: $0.value) },
                    read: { bytes in
                        try Self.withBytes(bytes) { try converter.toConnectData(topic: golden.topic, bytes: $0) }
                    }
                )
            }
        }
        report(result, name)
    }

    @Test(
        "header converters",
        arguments: [
            ("StringConverter", StringConverter.self), ("ByteArrayConverter", ByteArrayConverter.self),
            ("JsonConverter", JsonConverter.self), ("SimpleHeaderConverter", SimpleHeaderConverter.self),
        ] as [(String, any HeaderConverter.Type)]
    )
    func headerConverters(name: String, type: any HeaderConverter.Type) throws {
        var result = GoldenResult()
        result.run(try Self.folder.cases("headerconverter-\(name).jsonl")) { golden in
            try check(golden, isText: type == StringConverter.self) {
                let converter = try type.init(headerConfiguration: golden.configuration)
                let (topic, key) = (golden.topic, golden.json["header"]?.stringValue ?? "h")
                return (
                    write: {
                        try converter.fromConnectHeader(topic: topic, key: key, schema: $0.schema, value: $0.value)
                    },
                    read: { bytes in
                        try Self.withBytes(bytes) { try converter.toConnectHeader(topic: topic, key: key, bytes: $0) }
                    }
                )
            }
        }
        report(result, name)
    }

    @Test("the guessing of types in header texts")
    func parseString() throws {
        var result = GoldenResult()
        let converter = SimpleHeaderConverter(headerConfiguration: [:])
        result.run(try Self.folder.cases("values-parseString.jsonl")) { golden in
            let bytes = golden.json["input"]?.stringValue.map { Array($0.utf8) }
            let output = try Self.withBytes(bytes) { try converter.toConnectHeader(topic: "t", key: "h", bytes: $0) }
            try compare(output, try GoldenDecoding.datum(golden.json["output"]))
        }
        report(result, "Values.parseString")
    }

    // MARK: One case

    private typealias Calls = (write: (SchemaAndValue) throws -> [UInt8]?, read: ([UInt8]?) throws -> SchemaAndValue)

    private func check(_ golden: GoldenCase, isText: Bool, make: () throws -> Calls) throws {
        let isWriting = golden.operation.hasPrefix("from")
        let input = isWriting ? try GoldenDecoding.datum(golden.json["input"]) : .null
        let inputBytes = isWriting ? nil : try GoldenDecoding.bytes(golden.json["input"])
        // A Java object's identity, which says nothing of its content, is written as Base64 here.
        if isText, isWriting, let text = golden.json["output"]?["utf8"]?.stringValue,
            text.contains("[B@") || text.contains("java.nio.HeapByteBuffer")
        {
            throw GoldenNotApplicable("with the identity of a Java object as text")
        }
        if isWriting, golden.json["input"]?["value"] == ["t": "bytebuffer", "v": ""],
            golden.json["output"]?["hex"] != ""
        {
            throw GoldenNotApplicable("with a java.nio.ByteBuffer that was read to its end before")
        }
        do {
            let calls = try make()
            if isWriting {
                let output = try calls.write(input)
                if let expected = golden.errorClasses { throw GoldenError("succeeded, recorded is \(expected)") }
                let expected = try GoldenDecoding.bytes(golden.json["output"])
                guard output != expected else { return }
                throw GoldenError("wrote \(text(output)), recorded is \(text(expected))")
            }
            let output = try calls.read(inputBytes)
            if let expected = golden.errorClasses {
                throw GoldenError("read \(output), recorded is \(expected)")
            }
            try compare(output, try GoldenDecoding.datum(golden.json["output"]))
        } catch let error as ConnectError {
            guard let expected = golden.errorClasses else { throw error }
            guard javaClasses(of: error) == expected else {
                throw GoldenError("error \(javaClasses(of: error)) (\(error)), recorded is \(expected)")
            }
        }
    }

    private func compare(_ output: SchemaAndValue, _ expected: SchemaAndValue) throws {
        guard output != expected else { return }
        throw GoldenError("read \(describe(output)), recorded is \(describe(expected))")
    }

    private func describe(_ datum: SchemaAndValue) -> String {
        func name(_ schema: Schema?) -> String {
            guard let schema else { return "none" }
            let inner = [schema.keySchema, schema.valueSchema].compactMap { $0.map { name($0) } }
            let fields = schema.fields.map { "\($0.name): \(name($0.schema))" }
            return "\(schema.type.rawValue)\(schema.isOptional ? "?" : "") \(schema.name ?? "")\(inner)\(fields)"
                + (schema.defaultValue.map { " default \($0)" } ?? "")
        }
        return "(\(name(datum.schema)), \(datum.value))"
    }

    private func text(_ bytes: [UInt8]?) -> String {
        bytes.map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }

    private static func withBytes<Result>(
        _ bytes: [UInt8]?,
        _ body: (UnsafeRawBufferPointer?) throws -> Result
    ) throws -> Result {
        guard let bytes else { return try body(nil) }
        return try bytes.withUnsafeBytes(body)
    }

    private func report(_ result: GoldenResult, _ name: String) {
        print("\(name): \(result.summary)")
        #expect(result.passed > 0)
        for failure in result.failures { Issue.record("\(failure)") }
    }
}
