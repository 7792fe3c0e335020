import BigInt
import Engine
import OrderedCollections
import Testing

@Suite("JSON: reading")
struct JSONReaderTests {
    @Test(
        "takes every valid text",
        arguments: [
            ("null", JSONValue.null), (" true ", true), ("false\n", false), ("0", 0), ("-0", 0), ("12", 12),
            ("9223372036854775807", .number(JSONNumber(Int64.max))),
            ("-9223372036854775808", .number(JSONNumber(Int64.min))), ("\"\"", ""), ("\"a\"", "a"),
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), (#""\u0041\u00e9\uD83D\uDE00""#, "Aé😀"),
            ("\"é😀\"", "é😀"), (#""\ud83d""#, "\u{FFFD}"), (#""\ude00x""#, "\u{FFFD}x"),
            (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"), (#""\ud83dA""#, "\u{FFFD}A"), ("[]", []), ("{}", [:]),
            ("[1,[2,[]],{}]", [1, [2, []], [:]]), ("{\"a\":{\"b\":[null]}}", ["a": ["b": [nil]]]),
            ("\u{FEFF}1", 1), ("\t[ 1 ,\r\n2 ] ", [1, 2]), ("{\"\":1}", ["": 1]), ("\"\\u0000\"", "\u{0}"),
            ("\"\u{7F}\"", "\u{7F}"), (#"{"a\u0062":1}"#, ["ab": 1]),
        ] as [(String, JSONValue)]
    )
    func accepts(text: String, expected: JSONValue) throws {
        #expect(try JSONValue.parse(text) == expected)
    }

    @Test(
        "refuses every broken text, saying where",
        arguments: [
            ("", JSONError.Kind.unexpectedEnd, 0), ("  ", .unexpectedEnd, 2), ("nul", .syntax, 0),
            ("nulx", .syntax, 0), ("nullx", .syntax, 0), ("True", .syntax, 0), ("NaN", .syntax, 0),
            ("+1", .syntax, 0), ("01", .syntax, 0), ("-", .syntax, 1), ("-a", .syntax, 1),
            ("1.", .syntax, 2), ("1.a", .syntax, 2), (".5", .syntax, 0), ("1e", .syntax, 2),
            ("1e+", .syntax, 3), ("1ex", .syntax, 2), ("1x", .syntax, 1), ("1 2", .syntax, 2),
            ("\"", .unexpectedEnd, 1), ("\"a", .unexpectedEnd, 2), ("\"\\", .unexpectedEnd, 2),
            ("\"\\x\"", .syntax, 1), ("\"\\u12", .unexpectedEnd, 5), ("\"\\u12g4\"", .syntax, 1),
            ("\"\t\"", .syntax, 1), ("\"12345678\n\"", .syntax, 9), ("'a'", .syntax, 0), ("[", .unexpectedEnd, 1),
            ("[1", .unexpectedEnd, 2), ("[1,", .unexpectedEnd, 3), ("[1,]", .syntax, 3), ("[,1]", .syntax, 1),
            ("[1 2]", .syntax, 3), ("[1}", .syntax, 2), ("]", .syntax, 0), ("{", .unexpectedEnd, 1),
            ("{\"a\"", .unexpectedEnd, 4), ("{\"a\":", .unexpectedEnd, 5), ("{\"a\":1", .unexpectedEnd, 6),
            ("{\"a\":1,}", .syntax, 7), ("{\"a\" 1}", .syntax, 5), ("{a:1}", .syntax, 1), ("{1:1}", .syntax, 1),
            ("{\"a\":1]", .syntax, 6), ("{}{}", .syntax, 2), ("[] x", .syntax, 3), ("// c\n1", .syntax, 0),
            ("\u{A0}1", .syntax, 0), ("\u{0}", .syntax, 0),
        ] as [(String, JSONError.Kind, Int)]
    )
    func refuses(text: String, kind: JSONError.Kind, offset: Int) throws {
        let error = try #require(throws: JSONError.self) { try JSONValue.parse(text) }
        #expect(error.kind == kind)
        #expect(error.offset == offset)
    }

    @Test(
        "refuses bytes that are not UTF-8",
        arguments: [
            [0xFF], [0xC3], [0xC3, 0x28], [0x80], [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82],
            [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF0, 0x9F, 0x98],
        ] as [[UInt8]]
    )
    func refusesInvalidUTF8(bytes: [UInt8]) throws {
        for padding in [0, 7, 8, 19] {
            let text =
                [UInt8(ascii: "\"")] + Array(repeating: UInt8(ascii: "a"), count: padding) + bytes + Array("\"".utf8)
            let error = try #require(throws: JSONError.self) { try JSONValue.parse(text) }
            #expect(error.kind == .encoding)
            #expect(error.offset == padding + 1)
        }
    }

    @Test("names line, column and byte of a mistake")
    func place() throws {
        let error = try #require(throws: JSONError.self) { try JSONValue.parse("{\"é\": 1,\n \"b\": x}") }
        #expect(error.line == 2)
        #expect(error.column == 7)
        #expect(error.offset == 16)
        #expect("\(error)" == "found a letter instead of a value at line 2, column 7 (byte 16)")
    }

    @Test("keeps numbers exactly")
    func numbers() throws {
        let big = "123456789012345678901234567890"
        let parsed = try JSONValue.parse("[\(big),-\(big),1.10,1E3,-0.5e-7]").arrayValue?.compactMap(\.numberValue)
        let numbers = try #require(parsed)
        #expect(numbers[0].int64 == nil)
        #expect(numbers[0].bigInteger == BigInt(big))
        #expect(numbers[1].bigInteger == BigInt("-" + big))
        #expect(numbers[2].text == "1.10")
        #expect(numbers[2].decimal.map { $0 == (BigInt(110), 2) } == true)
        #expect(numbers[3].decimal.map { $0 == (BigInt(1), -3) } == true)
        #expect(numbers[3].double == 1000)
        #expect(!numbers[3].isInteger)
        #expect(numbers[4].double == -0.5e-7)
    }

    @Test("stops at the limit of depth, at any depth without a crash")
    func depth() throws {
        let deep = String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000)
        #expect(try JSONValue.parse(deep).arrayValue?.count == 1)
        for text in [String(repeating: "[", count: 1_000_000), String(repeating: "{\"a\":", count: 100_000)] {
            let error = try #require(throws: JSONError.self) { try JSONValue.parse(text) }
            #expect(error.kind == .limit)
        }
        // Objects and arrays mixed, so that each level's kind is kept beyond 64 levels.
        let mixed =
            String(repeating: "[{\"a\":", count: 200) + "1" + String(repeating: "}]", count: 200)
        #expect(try JSONValue.parse(mixed).description == mixed)
        #expect(throws: JSONError.self) { try JSONValue.parse(mixed.replacing("}]}]}]", with: "}]]}}]")) }
    }

    @Test("stops at the limit of a number's length")
    func numberLength() throws {
        let error = try #require(throws: JSONError.self) { try JSONValue.parse(String(repeating: "1", count: 1001)) }
        #expect(error.kind == .limit)
    }

    @Test("takes what the options allow")
    func options() throws {
        let lenient = JSONOptions(allowsLeadingZeros: true, allowsTrailingContent: true)
        #expect(try JSONValue.parse("007", options: lenient) == 7)
        #expect(try JSONValue.parse("-007", options: lenient) == -7)
        #expect(try JSONValue.parse("00.5", options: lenient).numberValue?.double == 0.5)
        #expect(try JSONValue.parse("{} x", options: lenient) == [:])
        #expect(throws: JSONError.self) { try JSONValue.parse("1x", options: lenient) }
    }

    @Test("the last of two members of one name counts, at the place of the first")
    func duplicates() throws {
        #expect(try JSONValue.parse(#"{"a":1,"b":2,"a":3}"#).description == #"{"a":3,"b":2}"#)
    }

    @Test("random trees come back as they were", arguments: 0..<50 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        for _ in 0..<20 {
            let tree = JSONValue.random(depth: 4, using: &random)
            let bytes = tree.serialized()
            #expect(try JSONValue.parse(bytes) == tree)
            #expect(try JSONValue.parse(bytes).serialized() == bytes)
        }
    }

    @Test("no cut and no changed byte of a text crashes the reader", arguments: 0..<20 as Range<UInt64>)
    func hostile(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let bytes = JSONValue.random(depth: 4, using: &random).serialized()
        for cut in 0..<min(bytes.count, 200) { _ = try? JSONValue.parse(Array(bytes[..<cut])) }
        for _ in 0..<200 {
            var changed = bytes
            let index = Int.random(in: 0..<changed.count, using: &random)
            changed[index] = UInt8.random(in: 0...255, using: &random)
            if let tree = try? JSONValue.parse(changed) { #expect(try JSONValue.parse(tree.serialized()) == tree) }
        }
    }
}

/// A small random generator with a seed, so that a failure can be run again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

extension JSONValue {
    static func random(depth: Int, using random: inout SplitMix) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .number(JSONNumber(Int64.random(in: .min ... .max, using: &random)))
        case 3: return JSONNumber(Double(bitPattern: random.next())).map { .number($0) } ?? .null
        case 4: return .number(JSONNumber(BigInt(Int64.random(in: .min ... .max, using: &random)) * BigInt(1 << 62)))
        case 5: return .string(randomText(using: &random))
        case 6:
            return .array(
                (0..<Int.random(in: 0..<6, using: &random)).map { _ in .random(depth: depth - 1, using: &random) }
            )
        default:
            var members: OrderedDictionary<String, JSONValue> = [:]
            for _ in 0..<Int.random(in: 0..<20, using: &random) {
                members[randomText(using: &random)] = .random(depth: depth - 1, using: &random)
            }
            return .object(members)
        }
    }

    static func randomText(using random: inout SplitMix) -> String {
        let alphabet: [Unicode.Scalar] = [
            "a", "b", "\"", "\\", "/", "\n", "\u{0}", "\u{1F}", "\u{7F}", "é", "漢", "😀", " ",
        ]
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0..<24, using: &random) {
            text.append(alphabet.randomElement(using: &random) ?? "a")
        }
        return String(text)
    }
}
