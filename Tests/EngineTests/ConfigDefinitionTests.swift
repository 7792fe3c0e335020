import ConnectTesting
import Engine
import OrderedCollections
import Testing

struct ConfigDefinitionTests {
    @Test func parseTypeAsRecorded() throws {
        var result = GoldenResult()
        result.run(try GoldenFolder().cases("configdef-parseType.jsonl")) { golden in
            guard let name = golden.json["type"]?.stringValue, let type = ConfigType(rawValue: name) else {
                throw GoldenError("unknown type")
            }
            let input = golden.json["input"]?.stringValue
            let found: JSONValue
            do {
                found = try type.parse(input, isKnownClass: { $0 == "java.lang.String" }).map(Self.json) ?? .null
            } catch {
                if golden.errorClasses == nil { throw GoldenError("\(input.debugDescription) is refused") }
                return
            }
            if golden.errorClasses != nil { throw GoldenError("\(input.debugDescription) gave \(found)") }
            let expected = golden.json["output"] ?? .null
            if found != expected {
                throw GoldenError(
                    "\(input.debugDescription) gave \(found), not \(expected)"
                )
            }
        }
        #expect(result.failures.isEmpty, "\(result.failures.joined(separator: "\n"))")
        #expect(result.passed >= 200)
    }

    /// A value in the form of the recordings.
    private static func json(_ value: ConfigValue) -> JSONValue {
        func tagged(_ tag: String, _ value: JSONValue) -> JSONValue { ["t": .string(tag), "v": value] }
        return switch value {
        case .boolean(let value): tagged("boolean", .bool(value))
        case .string(let text): tagged("string", .string(text))
        case .int(let value): tagged("int32", .number(JSONNumber(Int64(value))))
        case .short(let value): tagged("int16", .number(JSONNumber(Int64(value))))
        case .long(let value): tagged("int64", .number(JSONNumber(value)))
        case .double(let value): tagged("float64", .string(JavaText.string(of: .float64(value))))
        case .list(let values): tagged("list", .array(values.map { tagged("string", .string($0)) }))
        case .class(let name): ["class": .string(name)]
        case .password(let secret): ["password": .string(secret.reveal())]
        }
    }

    @Test(
        arguments: [
            ("1d", 1.0), ("1.5F", 1.5), (".5", 0.5), ("1.", 1), ("1e3", 1000), ("-1E-2", -0.01), ("0x1p3", 8),
            ("0x.8p1", 1),
            ("Infinity", .infinity), ("-Infinity", -.infinity), ("1e999", .infinity), ("0x1fp0", 31), ("0x1p0f", 1),
        ] as [(String, Double)]
    )
    func doublesAsJavaReadsThem(text: String, expected: Double) throws {
        #expect(try ConfigType.double.parse(text) == .double(expected))
    }

    @Test(arguments: ["", ".", "e3", "1e", "0x1", "0xp1", "inf", "nan", "1_0", "1dd", "--1", "1 2", "+", "0x1.p"])
    func noDoubles(text: String) {
        #expect(throws: ConfigTypeMismatch.self) { try ConfigType.double.parse(text) }
    }

    @Test(arguments: ["-9223372036854775808", "９", "+0"])
    func longsAsJavaReadsThem(text: String) throws {
        #expect(try ConfigType.long.parse(text) != nil)
    }

    @Test(arguments: ["+", "-", "--1", "９9999999999999999999", "𝟗", "1.", "-9223372036854775809"])
    func noLongs(text: String) {
        #expect(throws: ConfigTypeMismatch.self) { try ConfigType.long.parse(text) }
    }

    private let definition = ConfigDefinition([
        ConfigKey("size", .int, default: 5, validator: .between(1...10), importance: .high, documentation: "A size."),
        ConfigKey("file", .string, validator: .nonEmptyString, importance: .high, documentation: "A file."),
        ConfigKey(
            "pass",
            .password,
            default: nil,
            validator: .nonEmptyString,
            importance: .high,
            documentation: "A secret."
        ),
        ConfigKey(
            "mode",
            .string,
            default: "a",
            validator: .oneOf(["a", "b"]),
            importance: .low,
            documentation: "A mode."
        ),
        ConfigKey(
            "names",
            .list,
            default: [],
            validator: .list(of: ["x", "y"]),
            importance: .low,
            documentation: "Names."
        ),
        ConfigKey("ratio", .double, default: 0.5, importance: .low, documentation: "A ratio."),
        ConfigKey("on", .boolean, default: true, importance: .low, documentation: "A switch."),
    ])

    @Test func valuesAndDefaults() throws {
        let parsed = try definition.parse(["file": " f ", "pass": "p", "names": "x , y,x", "other": "?"])
        #expect(try parsed.int("size") == 5)
        #expect(try parsed.string("file") == "f")
        #expect(try parsed.password("pass").reveal() == "p")
        #expect(try parsed.list("names") == ["x", "y"])
        #expect(try parsed.double("ratio") == 0.5)
        #expect(try parsed.boolean("on"))
        #expect(parsed.value("other") == nil)
        #expect(try definition.parse(["file": "f"]).optionalPassword("pass") == nil)
    }

    @Test func askingForAnotherTypeOrKeyIsAnErrorOfItsOwn() throws {
        let parsed = try definition.parse(["file": "f"])
        #expect(throws: ConnectError.self) { try parsed.boolean("size") }
        #expect(throws: ConnectError.self) { try parsed.string("fil") }
        #expect(throws: ConnectError.self) { try parsed.password("pass") }
    }

    @Test func allErrorsTogetherWithPlaces() throws {
        let raw = try PropertiesReader.read(
            Array("size=11\npass=\nmode=c\nnames=x,z\nratio=x".utf8),
            file: "c.properties"
        )
        let message = try configurationMessage { _ = try definition.parse(raw) }
        let lines = message.split(separator: "\n").map(String.init)
        #expect(
            lines == [
                "c.properties has 6 errors:",
                "  c.properties:1: size = \"11\": expected a number from 1 to 10",
                "  c.properties: file is missing and has no default: add it, with a text that is not empty",
                "  c.properties:2: pass = [hidden]: expected a text that is not empty",
                "  c.properties:3: mode = \"c\": expected one of a, b",
                "  c.properties:4: names = \"x,z\": expected a list of x, y, separated by commas",
                "  c.properties:5: ratio = \"x\": expected a number such as 0.5",
            ]
        )
    }

    @Test func oneErrorIsOneLine() throws {
        let message = try configurationMessage { _ = try definition.parse(["file": "f", "on": "yes"]) }
        #expect(message == "the configuration: on = \"yes\": expected true or false")
    }

    @Test func secretsStayHidden() throws {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!dumped.contains("hunter2"))
        #expect("\(secret) \(String(reflecting: secret)) \(ConfigValue.password(secret))".contains("hunter2") == false)
        #expect(ConfigValue.password(secret).text == "[hidden]")
    }

    @Test func whatAProviderGaveIsHiddenInErrors() throws {
        var raw = RawConfiguration(["file": "f", "size": "hunter2", "names": "hunter2"])
        raw.entries["size"]?.isHidden = true
        raw.entries["names"]?.isHidden = true
        let message = try configurationMessage { _ = try definition.parse(raw) }
        #expect(!message.contains("hunter2"))
        #expect(message.contains("size = [hidden]: expected a whole number"))
    }

    @Test func longAndOddValuesAreShownShort() throws {
        let value = String(repeating: "x", count: 1000) + "\u{1B}"
        let message = try configurationMessage { _ = try definition.parse(["file": "f", "on": "\u{1B}\(value)"]) }
        #expect(message.utf8.count < 400)
        #expect(!message.unicodeScalars.contains("\u{1B}"))
    }
}
