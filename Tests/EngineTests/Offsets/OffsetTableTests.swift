import Testing

@testable import Engine

@Suite("Offset files")
struct OffsetTableTests {
    private let partition: OffsetMap = ["filename": .string("/srv/ä \"quoted\".txt")]

    @Test func textFormRoundTrips() throws {
        var table = OffsetTable()
        table.merge(connector: "b", [partition: ["position": .int64(1903)]])
        table.merge(
            connector: "a",
            [["table": .string("t"), "shard": .int64(2)]: ["lsn": .int64(.max), "done": .boolean(true)]]
        )
        let text = try table.text()
        #expect(try OffsetTable(text: text, path: "f") == table)
        #expect(String(decoding: text, as: UTF8.self).hasPrefix("{\"connectd.offsets\":1}\n{\"key\":[\"a\","))
        // The order of names in a partition does not matter when it is looked up.
        let turned: OffsetMap = ["shard": .int64(2), "table": .string("t")]
        #expect(table.offsets(connector: "a", partitions: [turned])[turned]?["lsn"] == .int64(.max))
    }

    @Test(arguments: [
        ("{\"key\":[\"a\",{}],\"offset\":", "line 2"),
        ("{\"key\":[\"a\"],\"offset\":{}}", "line 2"),
        ("{\"offset\":{}}", "line 2"),
        ("[1]", "line 2"),
        ("{\"connectd.offsets\":2}", "later version"),
    ])
    func aBrokenLineIsNamed(line: String, expected: String) throws {
        let text = Array("{\"connectd.offsets\":1}\n\(line)\n".utf8)
        let error = #expect(throws: ConnectError.self) { _ = try OffsetTable(text: text, path: "/x/offsets") }
        #expect(error?.message.contains("/x/offsets") == true)
        #expect(error?.message.contains(expected) == true)
    }

    @Test func readsTheFileOfJavasStandaloneWorker() throws {
        let bytes = try Fixture.bytes("standalone.offsets.bin")
        #expect(JavaOffsetFile.isJavaSerialized(bytes))
        let entries = try JavaOffsetFile.read(bytes, path: "f")
        let table = try OffsetTable(javaEntries: entries, path: "f")
        #expect(table.count == 1)
        let file: OffsetMap = ["filename": .string("/srv/logs/data/jmx-in.txt")]
        #expect(table.offsets(connector: "jm-src", partitions: [file]) == [file: ["position": .int64(1903)]])
    }

    /// Two entries: the second array names the class by reference, and a null value deletes.
    @Test func readsSeveralJavaEntries() throws {
        var bytes = try Fixture.bytes("standalone.offsets.bin")
        let last = bytes.removeLast()
        #expect(last == 0x78)
        let key = Array(#"["b",{"f":1}]"#.utf8)
        bytes += [0x75, 0x71, 0x00, 0x7E, 0x00, 0x02, 0, 0, 0, UInt8(key.count)] + key + [0x70, 0x78]
        // The count sits right before the first entry (75 72 00 02 5B 42).
        let first = try #require(bytes.firstRange(of: [0x75, 0x72, 0x00, 0x02])).lowerBound
        bytes[first - 1] = 2
        let entries = try JavaOffsetFile.read(bytes, path: "f")
        #expect(entries.count == 2)
        #expect(entries[1].key == key)
        #expect(entries[1].value == nil)
    }

    @Test func everyTruncationIsAClearError() throws {
        let bytes = try Fixture.bytes("standalone.offsets.bin")
        for length in 2..<bytes.count {
            let error = #expect(throws: ConnectError.self) {
                _ = try JavaOffsetFile.read(Array(bytes[..<length]), path: "/x/o")
            }
            #expect(error?.message.contains("/x/o") == true)
        }
    }

    @Test func randomDamageNeverTraps() throws {
        let bytes = try Fixture.bytes("standalone.offsets.bin")
        var random = SeededGenerator(seed: 7)
        for _ in 0..<5000 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            _ = try? JavaOffsetFile.read(damaged, path: "f")
        }
    }
}
