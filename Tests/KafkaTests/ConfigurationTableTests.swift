import ConnectTesting
import Engine
import Testing

@testable import Kafka

/// The tables of keys, against the recorded definitions of Kafka's Java clients and against the installed librdkafka.
@Suite struct ConfigurationTableTests {
    /// A key as recorded.
    struct Recorded {
        let name: String
        let type: String
        let defaultValue: String?
        let validator: String?
    }

    private static let files: [ClientKind: String] = [
        .producer: "configdef-client-ProducerConfig.json", .consumer: "configdef-client-ConsumerConfig.json",
        .admin: "configdef-client-AdminClientConfig.json",
    ]

    static func recorded(_ kind: ClientKind) throws -> [Recorded] {
        let file = try #require(files[kind])
        let json = try JSONValue.parse(try GoldenFolder().bytes(file))
        let keys = try #require(json["keys"]?.arrayValue)
        return try keys.map { key in
            let value = key["default"]
            let text: String? =
                switch value {
                case nil, .null?: nil
                case .array(let items)?: items.map { $0.stringValue ?? $0.description }.joined(separator: ",")
                case .some(let other): other.stringValue ?? other.description
                }
            return Recorded(
                name: try #require(key["name"]?.stringValue),
                type: try #require(key["type"]?.stringValue),
                defaultValue: text,
                validator: key["validator"]?.stringValue
            )
        }
    }

    @Test(arguments: ClientKind.allCases)
    func everyRecordedKeyIsInTheTableWithItsTypeAndDefault(kind: ClientKind) throws {
        let recorded = try Self.recorded(kind)
        #expect(recorded.count > 80)
        for key in recorded {
            guard let row = JavaClientKeys.find(key.name, kind: kind) else {
                Issue.record("\(kind.rawValue): \(key.name) is not in the table")
                continue
            }
            #expect(row.type.configDefName == key.type, "\(key.name)")
            // A list that is required has an empty default in Java.
            #expect(row.javaDefault(for: kind) == key.defaultValue, "\(kind.rawValue): \(key.name)")
        }
        #expect(Set(JavaClientKeys.names(for: kind)) == Set(recorded.map(\.name)))
    }

    @Test(arguments: ClientKind.allCases)
    func everyRecordedValidatorHoldsInTheTable(kind: ClientKind) throws {
        for key in try Self.recorded(kind) {
            guard let row = JavaClientKeys.find(key.name, kind: kind), let validator = key.validator else { continue }
            switch row.type {
            case .int(let range), .long(let range), .short(let range):
                // `[0,...]` or `[0,...,3600]`
                let numbers = validator.split { !"-0123456789".contains($0) }.compactMap { Int64($0) }
                guard validator.hasPrefix("["), let low = numbers.first else { continue }
                guard !validator.contains("or -1") else { continue }
                #expect(range.lowerBound == low, "\(key.name) \(validator)")
                if numbers.count == 2 { #expect(range.upperBound == numbers[1], "\(key.name) \(validator)") }
            case .choice(let words, let ignoringCase):
                for word in words { #expect(validator.contains(word), "\(key.name) \(validator)") }
                let isInsensitive = validator.hasPrefix("(case insensitive)")
                // Java takes the words of share.acquire.mode in upper case, too, without saying so.
                #expect(ignoringCase == isInsensitive || key.name == "share.acquire.mode", "\(key.name) \(validator)")
                let listed = validator.drop { $0 != "[" }.dropFirst().dropLast().split(separator: ",")
                #expect(listed.count == words.count, "\(key.name) \(validator)")
            default: continue
            }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func everyDefaultIsAValueThatTheKeyTakes(kind: ClientKind) {
        for key in JavaClientKeys.all where key.clients.contains(kind) {
            if let value = key.javaDefault(for: kind) { #expect(key.type.normalized(value) != nil, "\(key.name)") }
            if let value = key.effectiveDefault(for: kind) { #expect(key.type.normalized(value) != nil, "\(key.name)") }
        }
    }

    @Test func noKeyIsListedTwice() {
        for kind in ClientKind.allCases {
            let names = JavaClientKeys.all.filter { $0.clients.contains(kind) }.map(\.name)
            #expect(Set(names).count == names.count)
        }
        let native = NativeClientKeys.all.map(\.name)
        #expect(Set(native).count == native.count)
    }

    @Test func theEngineKnowsTheSameKeys() {
        for kind in ClientKind.allCases {
            #expect(ClientKeys.names(of: kind) == Set(JavaClientKeys.names(for: kind)))
        }
        let workerOnly =
            JavaClientKeys.all.filter(\.isWorkerOnly).map(\.name)
            + NativeClientKeys.all.filter(\.isWorkerOnly).map(\.name)
        #expect(ClientOverridePolicy.workerOnlyKeys == Set(workerOnly))
    }

    @Test func librdkafkaHasEveryKeyThatTheTableNames() throws {
        let library = Set(try LibraryKey.all().map(\.name))
        for key in JavaClientKeys.all {
            let names: [String] =
                switch key.handling {
                case .sameName: [key.name]
                case .renamed(let name), .number(let name, _): [name]
                case .rule(let names): names
                case .engine, .noEffect, .unsupported: []
                }
            for name in names { #expect(library.contains(name), "\(key.name) -> \(name)") }
        }
    }

    @Test func numbersStayInLibrdkafkasRange() throws {
        let library = try LibraryKey.all()
        for key in JavaClientKeys.all {
            guard case .number(let name, let range) = key.handling,
                let bounds = library.first(where: { $0.name == name })?.bounds
            else { continue }
            #expect(
                bounds.contains(range.lowerBound) && bounds.contains(range.upperBound),
                "\(key.name) \(range) \(bounds)"
            )
        }
    }

    @Test func everyKeyOfLibrdkafkaIsKnown() throws {
        let java = Set(JavaClientKeys.all.map(\.name))
        // A newer librdkafka has more keys; they are warned about like any unknown key.
        guard ClientLibrary.installed.version.hasPrefix("2.0.") else { return }
        for key in try LibraryKey.all() where !java.contains(key.name) {
            guard let row = NativeClientKeys.find(key.name) else {
                Issue.record("\(key.name) is in neither table")
                continue
            }
            let expected: ClientKinds =
                switch key.scope {
                case "P": .producing
                case "C": .consumer
                default: .all
                }
            #expect(row.clients == expected, "\(key.name)")
        }
    }

    @Test func installedLibraryIsDescribed() {
        #expect(ClientLibrary.installed.version.contains("."))
        #expect(ClientLibrary.installed.features.isSuperset(of: ["ssl", "sasl_scram", "lz4", "zstd"]))
    }
}
