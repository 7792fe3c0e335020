import Testing

@testable import Kafka

/// The syntax of `sasl.jaas.config`.
@Suite struct ConfigurationJAASTests {
    @Test func oneModule() throws {
        let entries = try JAASParser.parse(
            """
            org.apache.kafka.common.security.plain.PlainLoginModule required
                username="alice"
                password='p;=/"x' ;
            """
        )
        #expect(
            entries == [
                JAASEntry(
                    loginModule: "org.apache.kafka.common.security.plain.PlainLoginModule",
                    controlFlag: "required",
                    options: ["username": "alice", "password": "p;=/\"x"]
                )
            ]
        )
        #expect(entries.first?.simpleName == "PlainLoginModule")
    }

    @Test(
        arguments: [
            (#"A required a="x\"y";"#, "x\"y"), (#"A required a="x\\y";"#, #"x\y"#),
            (#"A required a="\101\60\3777";"#, "A0\u{ff}7"),
            (#"A required a="\t\n";"#, "\t\n"), ("A REQUIRED a=true;", "true"), ("A required a = 'é€' ;", "é€"),
            ("/* c */ A required // c\n a=\"1\"/* = */;", "1"), ("A required a=/etc/x.keytab;", "/etc/x.keytab"),
            (#"A required a="";"#, ""), (#"A required a="\q";"#, "q"), (#"A required a="\477";"#, "'7"),
        ]
    )
    func values(text: String, expected: String) throws {
        #expect(try JAASParser.parse(text).first?.options == ["a": expected])
    }

    @Test func severalModules() throws {
        let entries = try JAASParser.parse("A required; B optional x=1 y=2;")
        #expect(entries.map(\.loginModule) == ["A", "B"])
        #expect(entries.map(\.controlFlag) == ["required", "optional"])
        #expect(entries.last?.options == ["x": "1", "y": "2"])
    }

    @Test(
        arguments: [
            ("", JAASSyntaxError.empty), ("   ", .empty), (";", .empty), ("// only", .empty),
            ("A", .missingControlFlag),
            ("A;", .missingControlFlag), ("A mandatory;", .missingControlFlag), ("A required", .missingSemicolon),
            ("A required a=1", .missingSemicolon), ("A required a;", .missingValue), ("A required a=;", .missingValue),
            ("A required a==1;", .missingValue), ("A required =1;", .missingOptionName),
            ("A required a=\"x;", .unterminatedText), ("A required a=\"x\\", .unterminatedText),
            ("A required /* x;", .unterminatedComment), ("A required a b=1;", .missingValue),
        ]
    )
    func mistakes(text: String, expected: JAASSyntaxError) {
        #expect(throws: expected) { try JAASParser.parse(text) }
    }

    /// Whatever the text, the parsers end and answer.
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func anyTextIsReadOrRefused(seed: UInt64) {
        var state = seed
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(truncatingIfNeeded: state >> 33) % bound
        }
        let pieces = [
            "A", " ", "required", "=", ";", "\"", "'", "\\", "/", "*", "//", "/*", "*/", "\n", "é", "7", "-----BEGIN ",
            "-----", "-----END ",
        ]
        for _ in 0..<200 {
            let text = (0..<next(30)).map { _ in pieces[next(pieces.count)] }.joined()
            let entries = (try? JAASParser.parse(text)) ?? []
            #expect(entries.allSatisfy { !$0.controlFlag.isEmpty })
            if let pem = PEMText(text) { #expect(!pem.blocks.isEmpty) }
        }
    }
}
