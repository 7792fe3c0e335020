import ConnectTesting
import Engine
import Glibc
import OrderedCollections
import Testing

/// Regular expressions as librdkafka compiles them.
private enum POSIX {
    static func matches(_ pattern: String, _ text: String) -> Bool {
        var regex = regex_t()
        guard regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) == 0 else { return false }
        defer { regfree(&regex) }
        return regexec(&regex, text, 0, nil, 0) == 0
    }
}

struct ConnectorConfigurationTests {
    private let source = ["name": "c", "connector.class": "LineSource", "file": "/x"]
    private let sink = ["name": "c", "connector.class": "org.example.LineSinkConnector", "file": "/x"]

    private func worker(_ more: [String: String] = [:]) throws -> WorkerConfiguration {
        try WorkerConfiguration.sample(more)
    }

    private func read(
        _ base: [String: String],
        _ more: [String: String] = [:],
        worker: [String: String] = [:]
    ) throws -> ConnectorConfiguration {
        try ConnectorConfiguration(
            RawConfiguration(base.merging(more) { _, last in last }, file: "c.properties"),
            worker: self.worker(worker),
            plugins: TestPlugins.registry
        )
    }

    private func message(
        _ base: [String: String],
        _ more: [String: String],
        worker: [String: String] = [:]
    ) throws -> String {
        try configurationMessage { _ = try read(base, more, worker: worker) }
    }

    @Test func definitionsAsRecorded() throws {
        let definitions: [(String, ConfigDefinition)] = [
            ("ConnectorConfig", ConnectorKeys.common), ("SourceConnectorConfig", ConnectorKeys.source),
            ("SinkConnectorConfig", ConnectorKeys.sink),
            ("TopicCreationConfig-defaultGroupConfigDef", ConnectorKeys.topicCreation(group: "default")),
        ]
        for (name, definition) in definitions {
            #expect(try RecordedDefinition(name).differences(from: definition, comparesForm: true) == [])
        }
    }

    @Test func aSource() throws {
        let connector = try read(source, ["tasks.max": "4", "tasks.max.enforce": "false"])
        #expect(connector.kind == .source)
        #expect(connector.name == "c")
        #expect(connector.connectorClass == "LineSource")
        #expect(connector.tasksMax == 4)
        #expect(!connector.tasksMaxEnforce)
        #expect(connector.topics == nil)
        #expect(connector.topicCreationRules.isEmpty)
        #expect(connector.transforms.isEmpty)
        #expect(connector.errors.retryTimeout == .zero)
        #expect(connector.errors.retryDelayMax == .seconds(60))
        #expect(!connector.errors.toleratesAll)
        #expect(connector.errors.deadLetterQueue == nil)
        #expect(connector.notices.isEmpty)
        #expect(connector.raw.map["file"] == "/x")
    }

    @Test func errorsOfAllPartsTogether() throws {
        let text = try message(
            ["name": "", "connector.class": "LineSource"],
            [
                "tasks.max": "0", "batch.size": "x", "transforms": "a", "predicates": "p", "key.converter": "Nope",
                "errors.tolerance": "some", "token": "s3cret", "transforms.a.predicate": "q", "topic.creation.x": "1",
            ]
        )
        for key in [
            "name =", "tasks.max =", "batch.size =", "file is missing", "transforms.a.type is missing",
            "predicates.p.type is missing", "key.converter = \"Nope\"", "errors.tolerance =",
            "transforms.a.predicate = \"q\"",
            "topic.creation.default.partitions is missing",
        ] {
            #expect(text.contains(key), "\(key)")
        }
        #expect(!text.contains("s3cret"))
    }

    @Test(
        arguments: [
            (["connector.class": "LineSorce"], "did you mean LineSource?"),
            (["connector.class": ""], "connector.class is missing"),
            (["name": "a\nb"], "no control characters"),
        ]
    )
    func wrongIdentity(more: [String: String], expected: String) throws {
        #expect(try message(source, more).contains(expected))
    }

    @Test func aMistypedKeyIsNamedBesideTheErrorItCauses() throws {
        let text = try message(["name": "c", "connector.class": "LineSource"], ["fil": "x", "batch.size": "y"])
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.count == 4)
        #expect(lines[0] == "c.properties has 2 errors:")
        #expect(lines[3].hasPrefix("  warning: c.properties: fil is not a key of connectors or of LineSource"))
        #expect(lines[3].hasSuffix("did you mean file?"))
        let one = try message(["name": "c", "connector.class": "LineSource"], ["fil": "x"])
        #expect(one.split(separator: "\n").count == 2)
    }

    // MARK: Converters

    @Test func convertersOfItsOwnOrTheWorkers() throws {
        let own = try read(
            source,
            ["value.converter": "StringConverter", "value.converter.converter.encoding": "UTF-16"]
        )
        #expect(
            own.valueConverter
                == PluginConfiguration(className: "StringConverter", configuration: ["converter.encoding": "UTF-16"])
        )
        #expect(own.keyConverter.className == "org.apache.kafka.connect.storage.StringConverter")
        let inherited = try read(source)
        #expect(inherited.valueConverter.configuration == ["schemas.enable": "false"])
    }

    @Test func aConvertersKeyWithoutTheConverterIsNoticed() throws {
        let connector = try read(source, ["value.converter.schemas.enable": "true"])
        #expect(connector.valueConverter.configuration == ["schemas.enable": "false"])
        #expect(connector.notices.map(\.key) == ["value.converter.schemas.enable"])
        #expect(connector.notices.first?.message.contains("has no effect without value.converter") == true)
    }

    // MARK: Transformations

    @Test func transformationsAndPredicates() throws {
        let connector = try read(
            source,
            [
                "transforms": "b, a", "transforms.a.type": "org.example.Route", "transforms.a.regex": "x",
                "transforms.b.type": "Route", "transforms.b.regex": "y", "transforms.b.predicate": "p",
                "transforms.b.negate": "true", "predicates": "p", "predicates.p.type": "Matches",
                "predicates.p.pattern": "z",
            ]
        )
        #expect(connector.transforms.map(\.alias) == ["b", "a"])
        #expect(
            connector.transforms[0].plugin == PluginConfiguration(className: "Route", configuration: ["regex": "y"])
        )
        #expect(connector.transforms[0].predicate == "p")
        #expect(connector.transforms[0].negate)
        #expect(connector.transforms[1].predicate == nil)
        #expect(
            connector.predicates == ["p": PluginConfiguration(className: "Matches", configuration: ["pattern": "z"])]
        )
        #expect(connector.notices.isEmpty)
    }

    @Test(
        arguments: [
            (["transforms": "a,a"], "each once"), (["transforms": "a,"], "without empty ones"),
            (["transforms": "a", "transforms.a.type": "Rout"], "transforms.a.type = \"Rout\""),
            (["transforms": "a", "transforms.a.type": "Route"], "transforms.a.regex is missing"),
            (["transforms": "a", "transforms.a.type": "Matches"], "is not a transformation plugin"),
            (["predicates": "a", "predicates.a.type": "Route"], "is not a predicate plugin"),
        ]
    )
    func wrongTransformations(more: [String: String], expected: String) throws {
        #expect(try message(source, more).contains(expected))
    }

    @Test func keysOfAliasesThatAreNotListed() throws {
        let connector = try read(
            source,
            [
                "transforms": "route", "transforms.route.type": "Route", "transforms.route.regex": "x",
                "transforms.rout.regex": "x", "transforms.route.regexp": "y", "predicates.p.type": "Matches",
            ]
        )
        let messages = connector.notices.map(\.message).joined(separator: "\n")
        #expect(connector.notices.count == 3)
        #expect(messages.contains("transforms does not name \"rout\"; did you mean route?"))
        #expect(messages.contains("did you mean transforms.route.regex?"))
        #expect(messages.contains("predicates does not name \"p\""))
    }

    // MARK: Sinks

    @Test func sinkTopics() throws {
        #expect(try read(sink, ["topics": "a, b"]).topics == .names(["a", "b"]))
        let pattern = try read(sink, ["topics.regex": "a.*|b"])
        #expect(pattern.topics == .pattern("a.*|b"))
        #expect(pattern.topics?.subscription == ["^(a.*|b)$"])
        #expect(pattern.kind == .sink)
    }

    @Test(
        arguments: [
            ([:], "topics is missing"), (["topics": ""], "topics is missing"),
            (["topics": "a", "topics.regex": "b"], "expected exactly one of them"),
            (["topics.regex": "a("], "expected a regular expression"),
            (["topics": "a,,b"], "names that are not empty"),
            (["topics": "a,q", "errors.deadletterqueue.topic.name": "q"], "topics takes it in"),
            (["topics.regex": "q.*", "errors.deadletterqueue.topic.name": "qq"], "topics.regex takes it in"),
        ] as [([String: String], String)]
    )
    func wrongSinkTopics(more: [String: String], expected: String) throws {
        #expect(try message(sink, more).contains(expected))
    }

    @Test(
        arguments: [
            ("a\\.b-\\d+", ["a.b-1", "a.b-42"], ["axb-1", "a.b-d", "a.b-"]),
            ("(?:x|y)_[\\w&&[^0-9]]*?", ["x_", "y_ab_"], ["z_", "x_1", "x_a-"]),
            ("(?<n>log)\\..*", ["log.a"], ["log", "alog.a"]),
            ("\\Qa.b\\E[.-]c", ["a.b.c", "a.b-c"], ["axb.c", "a.bc"]),
            ("a|bc", ["a", "bc"], ["ac", "abc", "bca"]),
            ("\\p{Lu}{2,3}?", ["AB", "ABC"], ["A", "ab", "ABCD"]),
            ("[^\\]]x", ["ax", "-x"], ["x", "a"]),
            ("[äö]", [], ["a", "o"]),
        ]
    )
    func patternsAsTheClientReadsThem(pattern: String, taken: [String], left: [String]) throws {
        let subscription = try #require(try read(sink, ["topics.regex": pattern]).topics?.subscription.first)
        for name in taken { #expect(POSIX.matches(subscription, name), "\(subscription) \(name)") }
        for name in left { #expect(!POSIX.matches(subscription, name), "\(subscription) \(name)") }
    }

    /// Random patterns and names: librdkafka's reading of the translation against the pattern itself.
    @Test func translatedPatternsTakeTheSameNames() throws {
        var random = SeededGenerator(seed: 42)
        let pieces = [
            "a", "b", ".", "\\.", "-", "[ab]", "[^a]", "[a-c_.-]", "\\d", "\\w", "\\W", "(?:a|b)", "(a|.b)", "(?<x>c)",
            "\\Q.-\\E",
            "[\\d.]", "[\\w&&[^b]]",
        ]
        let quantifiers = ["", "", "", "*", "+", "?", "{2}", "{1,2}", "*?", "+?"]
        let characters = Array("aabbc1_.-")
        var taken = 0
        for _ in 0..<200 {
            let pattern = (1...Int.random(in: 1...4, using: &random)).map { _ in
                pieces[Int.random(in: 0..<pieces.count, using: &random)]
                    + quantifiers[Int.random(in: 0..<quantifiers.count, using: &random)]
            }.joined()
            // A name given to two groups makes no pattern.
            guard let regex = try? Regex(pattern) else { continue }
            let subscription = try #require(SinkTopics.pattern(pattern).subscription.first)
            for _ in 0..<20 {
                let name = String(
                    (0..<Int.random(in: 1...5, using: &random)).map { _ in
                        characters[Int.random(in: 0..<characters.count, using: &random)]
                    }
                )
                let isTaken = try regex.wholeMatch(in: name) != nil
                taken += isTaken ? 1 : 0
                #expect(POSIX.matches(subscription, name) == isTaken, "\(pattern) as \(subscription) on \(name)")
            }
        }
        #expect(taken > 100)
    }

    @Test(arguments: ["(?=a).*", "(?<!a)b", "(a)\\1", "a*+", "(?>a)b", "(?i)a", "(?<n>a)\\k<n>"])
    func patternsTheClientDoesNotKnow(pattern: String) throws {
        #expect(try message(sink, ["topics.regex": pattern]).contains("without look-around"))
    }

    @Test func exactlyOnceIsNotPretended() throws {
        #expect(
            try message(source, ["exactly.once.support": "Required"]).contains(
                "this version has no exactly-once sources"
            )
        )
        let connector = try read(source, ["exactly.once.support": "requested", "transaction.boundary": "poll"])
        #expect(connector.notices.map(\.key) == ["transaction.boundary"])
    }

    @Test func errorHandling() throws {
        let more = [
            "errors.tolerance": "all", "errors.retry.timeout": "-1", "errors.retry.delay.max.ms": "10",
            "errors.log.enable": "true", "errors.log.include.messages": "true",
            "errors.deadletterqueue.topic.name": "q",
            "errors.deadletterqueue.topic.replication.factor": "1",
            "errors.deadletterqueue.context.headers.enable": "true",
        ]
        for connector in [try read(sink, more.merging(["topics": "t"]) { a, _ in a }), try read(source, more)] {
            #expect(connector.errors.toleratesAll && connector.errors.logEnable && connector.errors.logIncludeMessages)
            #expect(connector.errors.retryTimeout == nil)
            #expect(connector.errors.retryDelayMax == .milliseconds(10))
            #expect(
                connector.errors.deadLetterQueue?.newTopic == NewTopic(name: "q", partitions: 1, replicationFactor: 1)
            )
            #expect(connector.errors.deadLetterQueue?.contextHeadersEnable == true)
            #expect(connector.notices.isEmpty)
        }
    }

    // MARK: Topic creation

    @Test func topicCreationRules() throws {
        let connector = try read(
            source,
            [
                "topic.creation.groups": "logs", "topic.creation.default.partitions": "3",
                "topic.creation.default.replication.factor": "-1", "topic.creation.default.cleanup.policy": "delete",
                "topic.creation.logs.include": "log-.*, audit", "topic.creation.logs.exclude": "log-x.*",
                "topic.creation.logs.partitions": "7", "topic.creation.logs.retention.ms": "1",
            ]
        )
        let rules = connector.topicCreationRules
        #expect(rules.map(\.group) == ["logs", "default"])
        #expect(
            rules[0].newTopic("t")
                == NewTopic(name: "t", partitions: 7, replicationFactor: -1, configuration: ["retention.ms": "1"])
        )
        #expect(rules[1].partitions == 3)
        #expect(rules[1].configuration == ["cleanup.policy": "delete"])
        #expect(rules[0].matches("log-1") && rules[0].matches("audit"))
        #expect(!rules[0].matches("log-x1") && !rules[0].matches("my-log-1") && !rules[0].matches("audits"))
        #expect(rules[1].matches("anything"))
        #expect(connector.notices.isEmpty)
    }

    @Test(
        arguments: [
            (["topic.creation.default.partitions": "1"], "topic.creation.default.replication.factor is missing"),
            (
                ["topic.creation.default.partitions": "0", "topic.creation.default.replication.factor": "1"],
                "a positive number"
            ),
            (["topic.creation.groups": "a,a"], "each once"),
            (
                [
                    "topic.creation.groups": "a", "topic.creation.a.include": "(",
                    "topic.creation.default.partitions": "1",
                    "topic.creation.default.replication.factor": "1",
                ], "\"(\" is none"
            ),
        ] as [([String: String], String)]
    )
    func wrongTopicCreation(more: [String: String], expected: String) throws {
        #expect(try message(source, more).contains(expected))
    }

    @Test func topicCreationThatTheWorkerTurnsOff() throws {
        let connector = try read(
            source,
            ["topic.creation.default.partitions": "x"],
            worker: ["topic.creation.enable": "false"]
        )
        #expect(connector.topicCreationRules.isEmpty)
        #expect(connector.notices.first?.message.contains("topic.creation.enable is false") == true)
    }

    // MARK: The engine's own keys

    @Test func engineSettingsOfItsOwnOrTheWorkers() throws {
        let connector = try read(
            source,
            ["task.restart.max.attempts": "2", "converter.pool.size": "4", "task.restart.enable": "false"],
            worker: ["task.restart.window.ms": "1000", "converter.pool.size": "2", "channel.capacity.records": "9"]
        )
        #expect(connector.engine.restart.maximumAttempts == 2)
        #expect(!connector.engine.restart.isEnabled)
        #expect(connector.engine.restart.window == .seconds(1))
        #expect(connector.engine.restart.resetAfter == .seconds(300))
        #expect(connector.engine.converterPoolSize == 4)
        #expect(connector.engine.channelCapacityRecords == 9)
    }

    @Test(arguments: [
        ("task.max", "tasks.max"), ("fil", "file"), ("batch.sise", "batch.size"),
        ("converter.pool.siz", "converter.pool.size"),
    ])
    func unknownKeys(key: String, nearest: String) throws {
        let connector = try read(source, [key: "s3cret"])
        #expect(connector.notices.map(\.severity) == [.warning])
        #expect(connector.notices.first?.message.contains("\(key) is not a key of connectors or of LineSource") == true)
        #expect(connector.notices.first?.message.contains("did you mean \(nearest)?") == true)
        #expect(connector.notices.first?.message.contains("s3cret") == false)
    }

    @Test func withoutAPluginsDefinitionNoKeyIsUnknown() throws {
        let connector = try ConnectorConfiguration(
            RawConfiguration(["name": "c", "connector.class": "X", "anything": "1"]),
            kind: .source,
            definition: nil,
            worker: worker()
        )
        #expect(connector.notices.isEmpty)
    }
}
