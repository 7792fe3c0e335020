import ConnectTesting
import Engine
import Testing

@Suite("Offsets as Connect stores them")
struct OffsetMapJSONTests {
    @Test("an offset")
    func offset() throws {
        let offset: OffsetMap = ["position": .int64(1903)]
        #expect(String(decoding: try offset.jsonBytes(), as: UTF8.self) == #"{"position":1903}"#)
        #expect(try OffsetMap(json: Array(#"{"position":1903}"#.utf8)) == offset)
    }

    @Test(
        "the key of a source partition",
        arguments: [
            ("connector", ["filename": .string("/x")], #"["connector",{"filename":"/x"}]"#),
            ("\"q\"", ["filename": .string("a\\b")], #"["\"q\"",{"filename":"a\\b"}]"#),
            ("é", ["filename": .int64(5)], #"["é",{"filename":5}]"#), ("", [:], #"["",{}]"#),
        ] as [(String, OffsetMap, String)]
    )
    func key(connector: String, partition: OffsetMap, expected: String) throws {
        let key = try OffsetMap.jsonKey(connector: connector, partition: partition)
        #expect(String(decoding: key, as: UTF8.self) == expected)
        let back = try OffsetMap.parseKey(json: key)
        #expect(back.connector == connector)
        #expect(back.partition == partition)
    }

    @Test("every recorded key and offset is written as it was read")
    func recorded() throws {
        // The folder of fixtures is the target's, one level up.
        let file = #filePath.replacing("/Offsets/OffsetMapJSONTests.swift", with: "/Fixture.swift")
        let cases = try GoldenFolder(besideTestFile: file).cases("topic-peer-connect-offsets.jsonl")
        #expect(cases.count > 20)
        for golden in cases {
            let text = try #require(golden.json["key"]?.stringValue)
            let key = try OffsetMap.parseKey(json: Array(text.utf8))
            let back = try OffsetMap.jsonKey(connector: key.connector, partition: key.partition)
            #expect(String(decoding: back, as: UTF8.self) == text)
            guard let payload = golden.json["payload"]?.stringValue else { continue }
            let offset = try OffsetMap(json: Array(payload.utf8))
            #expect(String(decoding: try offset.jsonBytes(), as: UTF8.self) == payload)
        }
    }

    @Test("values come back as the types Connect gives them")
    func types() throws {
        let all: OffsetMap = [
            "a": .int32(-5), "b": .float32(1.5), "c": .boolean(true), "d": .null, "e": .string("é\n"),
            "f": .float64(1e10),
            "g": .int64(.max),
        ]
        let text = String(decoding: try all.jsonBytes(), as: UTF8.self)
        #expect(text == #"{"a":-5,"b":1.5,"c":true,"d":null,"e":"é\n","f":1.0E10,"g":9223372036854775807}"#)
        let expected: OffsetMap = [
            "a": .int64(-5), "b": .float64(1.5), "c": .boolean(true), "d": .null, "e": .string("é\n"),
            "f": .float64(1e10),
            "g": .int64(.max),
        ]
        #expect(try OffsetMap(json: Array(text.utf8)) == expected)
    }

    @Test(
        "what is no offset is refused",
        arguments: ["5", "[]", "null", "{", #"{"a":[]}"#, #"{"a":9223372036854775808}"#]
    )
    func refused(text: String) {
        #expect(throws: ConnectError.self) { try OffsetMap(json: Array(text.utf8)) }
    }

    @Test("what is no key is refused", arguments: ["5", "[]", #"["a"]"#, #"[{},"a"]"#, #"["a",{},1]"#, #"["a",5]"#])
    func refusedKeys(text: String) {
        #expect(throws: ConnectError.self) { try OffsetMap.parseKey(json: Array(text.utf8)) }
    }

    @Test("a value that is not primitive cannot be stored")
    func notPrimitive() {
        let offset: OffsetMap = ["a": .array([])]
        #expect(throws: ConnectError.self) { try offset.jsonBytes() }
    }
}
