import Engine
import OrderedCollections
import Testing

@testable import Converters

@Suite("Header texts beyond the recorded cases")
struct HeaderTextTests {
    private func read(_ text: String) throws -> SchemaAndValue {
        let converter = SimpleHeaderConverter(headerConfiguration: [:])
        return try Array(text.utf8).withUnsafeBytes { try converter.toConnectHeader(topic: "t", key: "h", bytes: $0) }
    }

    @Test("white space inside of a string stays")
    func whitespace() throws {
        #expect(try read(#"["a : b", " "]"#).value == .array([.string("a : b"), .string(" ")]))
    }

    @Test(
        "dates are read leniently, as Java's SimpleDateFormat does",
        arguments: [
            ("2019-13-01", LogicalType.date, 1_577_836_800_000), ("1582-10-15", LogicalType.date, -12_219_292_800_000),
            ("1582-10-04", LogicalType.date, -12_219_379_200_000),
            ("0001-01-01", LogicalType.date, -62_135_769_600_000),
            ("2000-02-29", LogicalType.date, 951_782_400_000), ("25:61:61.999Z", LogicalType.time, 93_721_999),
            ("1969-12-31T23:59:59.999Z", LogicalType.timestamp, -1),
        ] as [(String, String, Int64)]
    )
    func dates(text: String, name: String, milliseconds: Int64) throws {
        let datum = try read(text)
        #expect(datum.schema?.name == name)
        #expect(datum.value == .date(milliseconds))
    }

    @Test(
        "what is no date is not read as one",
        arguments: ["2019-08-2", "2019/08/23", "14:34:54,346Z", "2019-08-23X14:34:54.346Z"]
    )
    func notDates(text: String) throws {
        #expect(try read(text).schema?.name == nil)
    }

    @Test("numbers among dates are dates; a date among plain numbers is none")
    func mixed() throws {
        #expect(try read("[100000, 2019-08-23]").value == .array([.date(8_640_000_000_000), .date(1_566_518_400_000)]))
        #expect(try read("[2019-08-23, 100000]").value == .string("[2019-08-23, 100000]"))
    }

    @Test("what nests too deep is kept as bytes; nothing hostile takes long or crashes")
    func hostile() throws {
        for text in [
            String(repeating: "[", count: 200_000), String(repeating: "{[", count: 100_000),
            String(repeating: "[\"", count: 100_000), String(repeating: "1:", count: 100_000),
            String(repeating: "1", count: 1_000_000), "1e" + String(repeating: "9", count: 50), "1e999999999",
            "-1e-999999999",
            String(repeating: "\\", count: 100_000),
        ] {
            _ = try read(text)
        }
        #expect(try read(String(repeating: "[", count: 2000)).schema == .bytes)
        var random = SplitMix(state: 7)
        let alphabet = Array("[]{}:,\"\\ 1a-.eTZtrufalsn€😀")
        for _ in 0..<3000 {
            let count = Int.random(in: 0..<30, using: &random)
            _ = try read(String((0..<count).map { _ in alphabet.randomElement(using: &random) ?? "a" }))
        }
    }

    @Test("what was written comes back, where the text says the type", arguments: 0..<30 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var data = RandomData(seed: seed)
        let converter = SimpleHeaderConverter(headerConfiguration: [:])
        for _ in 0..<20 {
            let values: [Value] = [
                .boolean(data.chance(2)), .int8(Int8(truncatingIfNeeded: data.random.next())),
                .int64(Int64.max - Int64(data.number(0..<1000))), .date(86_400_000 * Int64(data.number(1..<100_000))),
                .date(86_400_001 + Int64(data.number(0..<1_000_000)) * 86_400_000),
                .map([.string("k"): .boolean(true)]),
            ]
            for value in values {
                let bytes = try #require(
                    try converter.fromConnectHeader(topic: "t", key: "h", schema: nil, value: value)
                )
                let back = try bytes.withUnsafeBytes { try converter.toConnectHeader(topic: "t", key: "h", bytes: $0) }
                #expect(back.value == value)
            }
        }
    }
}
