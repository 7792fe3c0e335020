import Engine
import OrderedCollections
import Testing

@testable import Converters

@Suite("JsonConverter beyond the recorded cases")
struct JsonConverterTests {
    private func read(_ text: String, _ configuration: [String: String] = [:]) throws -> SchemaAndValue {
        let converter = try JsonConverter(configuration: configuration, isKey: false)
        return try Array(text.utf8).withUnsafeBytes { try converter.toConnectData(topic: "t", bytes: $0) }
    }

    @Test("an envelope's members may come in either order and more than once; the last counts")
    func order() throws {
        let expected = SchemaAndValue(schema: .int32, value: .int32(5))
        for text in [
            #"{"schema":{"type":"int32"},"payload":5}"#, #"{"payload":5,"schema":{"type":"int32"}}"#,
            #" { "schema" : { "type":"int32" } , "payload" : 5 } "#,
            #"{"schema":{"type":"string"},"schema":{"type":"int32"},"payload":5}"#,
            #"{"schema":{"type":"string"},"payload":5,"schema":{"type":"int32"}}"#,
            #"{"schema":{"type":"int32"},"payload":4,"payload":5}"#, #"{"\u0073chema":{"type":"int32"},"payload":5}"#,
        ] {
            #expect(try read(text) == expected, "\(text)")
        }
    }

    @Test("broken JSON is reported before what it says")
    func syntaxFirst() throws {
        for text in [
            #"{"schema":{"type":"bogus"},"payload":5"#,
            #"{"schema":{"type":"map","keys":1},"payload":5} }"#.dropLast(3) + "]",
            #"{"a":1,"b":}"#, "[1", #"{"schema":{"type":"struct","fields":[]},"payload":[1,}}"#,
        ] as [String] {
            let error = try #require(throws: ConnectError.self) { try read(text) }
            #expect((error.cause as? ConnectError)?.code == .serialization, "\(text)")
        }
    }

    @Test("text that nests to the limit is read, beyond it refused, without a crash")
    func depth() throws {
        let plain = ["schemas.enable": "false"]
        for (begin, end) in [("[", "]"), ("{\"a\":", "}")] {
            let deepest = String(repeating: begin, count: 1000) + "1" + String(repeating: end, count: 1000)
            let value = try read(deepest, plain)
            let converter = try JsonConverter(configuration: plain, isKey: false)
            let back = try converter.fromConnectData(topic: "t", schema: nil, value: value.value)
            #expect(back == Array(deepest.utf8))
            let error = try #require(throws: ConnectError.self) {
                try read(String(repeating: begin, count: 100_000), plain)
            }
            #expect(((error.cause as? ConnectError)?.cause as? ConnectError)?.code == .jsonLimit)
        }
        let schemas =
            #"{"payload":null,"schema":"# + String(repeating: #"{"type":"array","items":"#, count: 100_000)
        #expect(throws: ConnectError.self) { try read(schemas) }
    }

    @Test("UTF-16 and UTF-32 are read, with and without a mark")
    func encodings() throws {
        let converter = try JsonConverter(configuration: ["schemas.enable": "false"], isKey: false)
        let text = #"{"é":"😀"}"#
        for encoding in TextEncoding.allCases where ![.ascii, .latin1].contains(encoding) {
            for mark in ["", "\u{FEFF}"] {
                let bytes = encoding.encode(mark + text)
                let value = try bytes.withUnsafeBytes { try converter.toConnectData(topic: "t", bytes: $0) }
                #expect(value.value == .map([.string("é"): .string("😀")]), "\(encoding.name)")
            }
        }
    }

    @Test("a struct's fields come in any order; a member that is no field is passed over")
    func fields() throws {
        let schema =
            #"{"type":"struct","fields":[{"field":"a","type":"int32"},{"field":"é","type":"string","optional":true}]}"#
        for payload in [#"{"é":"x","b":{"c":[1]},"a":1}"#, #"{"a":0,"\u00e9":"x","a":1}"#] {
            let datum = try read(#"{"schema":\#(schema),"payload":\#(payload)}"#)
            guard case .structure(let structure) = datum.value else {
                Issue.record("not a struct")
                continue
            }
            #expect(try structure.get("a") == .int32(1))
            #expect(try structure.get("é") == .string("x"))
        }
        let error = try #require(throws: ConnectError.self) {
            try read(#"{"schema":{"type":"struct","fields":[{"field":"a","type":"string"}]},"payload":{"a":true}}"#)
        }
        #expect(error.code == .data)
    }

    @Test("schemas that break the rules of building are refused")
    func schemas() throws {
        for schema in [
            #"{"type":"struct","fields":[{"field":"a","type":"int8"},{"field":"a","type":"int8"}]}"#,
            #"{"type":"struct","fields":[{"field":"","type":"int8"}]}"#, #"{"type":"struct","fields":[1]}"#,
            #"{"type":"float32"}"#, #"{"type":"map","keys":{"type":"string"}}"#, #"{"type":"array","items":null}"#,
            #"{"type":"int8","parameters":{"a":1}}"#, #"{"type":"int8","default":null}"#, #"5"#, #"[]"#,
            #"{"type":"array","items":{"type":"string"},"default":[true]}"#,
        ] {
            #expect(throws: ConnectError.self, "\(schema)") { try read(#"{"schema":\#(schema),"payload":null}"#) }
        }
    }

    @Test("the cache of schemas gives the same schema object, and keeps no more than its size")
    func cache() throws {
        let text = #"{"schema":{"type":"struct","fields":[]},"payload":{}}"#
        for (size, isSame) in [("10", true), ("0", false)] {
            let converter = try JsonConverter(configuration: ["schemas.cache.size": size], isKey: false)
            let schemas = try (0..<2).map { _ in
                try Array(text.utf8).withUnsafeBytes { try converter.toConnectData(topic: "t", bytes: $0).schema }
            }
            #expect((schemas[0] === schemas[1]) == isSame)
        }
        let cache = LeastRecentlyUsed<Int, Int>(capacity: 2)
        var made: [Int] = []
        for key in [1, 2, 1, 3, 1, 2] {
            _ = cache.element(for: key) {
                made.append(key)
                return key
            }
        }
        // 3 pushed out 2, which was asked for longest ago; 1 stayed.
        #expect(made == [1, 2, 3, 2])
    }

    @Test("errors say what to do and nothing of the record's content")
    func errors() throws {
        for text in [
            #"{"secret":"s3cr3t"}"#, "s3cr3t", #"{"schema":{"type":"int8","default":"s3cr3t"},"payload":{"s3cr3t"#,
        ] {
            let error = try #require(throws: ConnectError.self) { try read(text) }
            #expect(!"\(error)".contains("s3cr3t"))
        }
        let error = try #require(throws: ConnectError.self) { try read("5") }
        #expect(error.message.contains("schemas.enable=false"))
    }

    @Test("wrong options are configuration errors that name the key")
    func options() throws {
        for (key, value) in [
            ("schemas.enable", "yes"), ("schemas.cache.size", "many"), ("decimal.format", "HEX"),
            ("replace.null.with.default", ""),
        ] {
            let error = try #require(throws: ConnectError.self) {
                try JsonConverter(configuration: [key: value], isKey: false)
            }
            #expect(error.code == .configuration)
            #expect(error.message.contains(key))
        }
        let error = try #require(throws: ConnectError.self) {
            try JsonConverter(configuration: ["schema.content": "{"], isKey: false)
        }
        #expect(error.message.contains("schema.content"))
    }
}
