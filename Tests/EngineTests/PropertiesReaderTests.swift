import ConnectTesting
import Engine
import OrderedCollections
import Testing

struct PropertiesReaderTests {
    private func read(
        _ text: String,
        encoding: PropertiesReader.Encoding = .latin1
    ) throws(ConnectError) -> RawConfiguration {
        try PropertiesReader.read(Array(text.utf8), file: "w.properties", encoding: encoding)
    }

    private func pairs(_ text: String) throws -> [String] {
        try read(text).entries.map { "\($0.key)=\($0.value.value)" }
    }

    @Test func asRecorded() throws {
        var result = GoldenResult()
        result.run(try GoldenFolder().cases("properties-load.jsonl")) { golden in
            guard let input = golden.json["input"]?.stringValue, let output = golden.json["output"]?.arrayValue else {
                throw GoldenError("no input or output")
            }
            let expected = Dictionary(
                output.map { ($0.arrayValue?[0].stringValue ?? "?", $0.arrayValue?[1].stringValue ?? "?") },
                uniquingKeysWith: { _, last in last }
            )
            let found = try read(input).map
            if found != expected { throw GoldenError("\(input.debugDescription) gave \(found)") }
        }
        #expect(result.failures.isEmpty, "\(result.failures.joined(separator: "\n"))")
        #expect(result.passed >= 27)
    }

    @Test(
        arguments: [
            ("!c\na=1", ["a=1"]),
            ("a=1\\\n  # no comment\nb=2", ["a=1# no comment", "b=2"]),
            ("# c \\\na=1", ["a=1"]),
            ("a=1\\\r\n2\rb=3", ["a=12", "b=3"]),
            ("a=1\\\n\nb=2", ["a=1", "b=2"]),
            ("\\\n#x=1", ["#x=1"]),
            ("a=1\\\\\nb=2", ["a=1\\", "b=2"]),
            ("a=\\\\u0041", ["a=\\u0041"]),
            ("a\\ b = c", ["a b=c"]),
            ("a\\tb\\:c = d", ["a\tb:c=d"]),
            ("\u{0C}a\u{0C}b", ["a=b"]),
            ("a=\\uD83D\\uDE00", ["a=😀"]),
            ("a=\\r\\f\\ \\=", ["a=\r\u{0C} ="]),
            ("\\", ["="]),
            ("", []),
            ("\\\n", []),
            ("   \n \t\n", []),
        ]
    )
    func syntax(text: String, expected: [String]) throws {
        #expect(try pairs(text) == expected)
    }

    @Test func linesOfKeys() throws {
        let read = try read("# one\n\nfirst=1\\\n  2\\\n  3\r\nsecond=2\rthird=3\n\n! c\n  fourth : x")
        #expect(read.entries.map(\.value.line) == [3, 6, 7, 10])
        #expect(read.entries.keys.elements == ["first", "second", "third", "fourth"])
        #expect(read.place(of: "third") == "w.properties:7")
        #expect(read.place(of: "none") == "w.properties")
    }

    @Test func aRepeatedKeyCountsLastAndIsNoticed() throws {
        let read = try read("a=1\nb=2\na=3")
        #expect(read["a"] == "3")
        #expect(read.place(of: "a") == "w.properties:3")
        #expect(read.notices.map(\.key) == ["a"])
        #expect(read.notices.first?.message.contains("w.properties:3") == true)
        #expect(read.notices.first?.message.contains("line 1") == true)
    }

    @Test func latin1AndUTF8() throws {
        let latin = try PropertiesReader.read([0x61, 0x3D, 0xE9], file: "w")
        #expect(latin["a"] == "é")
        #expect(latin.notices.count == 1)
        #expect(try read("ä=ö\\u00fc😀", encoding: .utf8).map == ["ä": "öü😀"])
        #expect(throws: ConnectError.self) {
            try PropertiesReader.read([0x61, 0x3D, 0xE9], file: "w", encoding: .utf8)
        }
    }

    @Test(arguments: ["a=1\nsecret=x\\u12", "a=1\nsecret=x\\u12g4", "a=1\nsecret=x\\u", "a=1\nsecret\\uzzzz=x"])
    func malformedEscape(text: String) throws {
        let message = try configurationMessage { _ = try read(text) }
        #expect(message.hasPrefix("w.properties:2: malformed \\uXXXX escape"))
        #expect(message.contains("four hexadecimal digits"))
        #expect(!message.contains("x\\u"))
    }

    @Test(arguments: ["a=\\ud83d", "a=\\ude00\\ud83d", "a=\\ud83dx"])
    func halfSurrogate(text: String) throws {
        let message = try configurationMessage { _ = try read(text) }
        #expect(message.hasPrefix("w.properties:1:"))
        #expect(message.contains("surrogate"))
    }

    @Test func anyBytesAreReadOrRefused() {
        var random = SeededGenerator(seed: 7)
        let alphabet = Array("a b=:#!\\\\\\u00e9d8\n\n\r\t\u{0C}".utf8) + [0x00, 0xC3, 0xFF]
        for _ in 0..<3000 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            guard let read = try? PropertiesReader.read(bytes, file: "w") else { continue }
            let lines = 1 + bytes.count { $0 == 0x0A || $0 == 0x0D }
            #expect(read.entries.values.allSatisfy { (1...lines).contains($0.line ?? 0) })
        }
    }
}
