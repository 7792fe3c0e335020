import ConnectTesting
import Engine
import OrderedCollections
import Testing

struct ConfigProviderTests {
    /// Files by path; what is in `broken` cannot be read.
    private struct Files: FileSystem {
        var files: [String: String] = [:]
        var broken: Set<String> = []

        func read(_ path: String) throws -> [UInt8]? {
            if broken.contains(path) { throw ConnectError(.inputOutput, "permission denied") }
            return files[path].map { Array($0.utf8) }
        }

        func replace(_ path: String, with bytes: [UInt8]) throws {
            throw ConnectError(.inputOutput, "read only")
        }
    }

    private let files = Files(
        files: [
            "/d/s.properties": "user=alice\npass=p=w\nempty=\nnested=${file:x:y}\nümlaut=ä", "/d/one": "content\n",
            "/d/two.txt": "t",
            "/d/bad": "a=\\u1",
        ],
        broken: ["/d/broken"]
    )
    private let environment = ["E1": "v1", "E2": "v2", "X": "x"]

    private let keys = [
        "config.providers": "file,dir,env",
        "config.providers.file.class": "org.apache.kafka.common.config.provider.FileConfigProvider",
        "config.providers.dir.class": "org.apache.kafka.common.config.provider.DirectoryConfigProvider",
        "config.providers.env.class": "org.apache.kafka.common.config.provider.EnvVarConfigProvider",
        "config.providers.env.param.allowlist.pattern": "E.*",
    ]

    private func providers(_ more: [String: String] = [:]) throws -> ConfigProviders {
        let raw = RawConfiguration(keys.merging(more) { _, last in last }, file: "w.properties")
        return try ConfigProviders(raw, fileSystem: files, environment: environment)
    }

    @Test func asRecorded() throws {
        let providers = try providers()
        var result = GoldenResult()
        result.run(try GoldenFolder().cases("configprovider.jsonl")) { golden in
            guard let input = golden.json["input"]?.stringValue else {
                throw GoldenNotApplicable("null values, which files cannot hold")
            }
            let written = input.split(separator: ":", omittingEmptySubsequences: false).map { part in
                part == "D" ? "/d" : part.hasPrefix("D/") ? "/d" + part.dropFirst() : String(part)
            }.joined(separator: ":")
            var found: String?
            do {
                found = try providers.resolve(RawConfiguration(["k": written]))["k"]
            } catch {
                found = nil
            }
            let expected = golden.json["output"]?.stringValue?.replacing(/:D(?=[:\/])/, with: ":/d")
            if found != expected { throw GoldenError("\(written) gave \(found ?? "an error")") }
        }
        #expect(result.failures.isEmpty, "\(result.failures.joined(separator: "\n"))")
        #expect(result.passed >= 16)
    }

    @Test(
        arguments: [
            ("${file:/d/s.properties:user}-${env:E2}", "alice-v2"), ("${x:${env:E1}", "${x:${env:E1}"),
            ("${x}${env:E1}", "${x}v1"), ("$${env:E1}}", "$v1}"), ("${file:/d/s.properties:ümlaut}", "ä"),
            ("${}", "${}"),
        ]
    )
    func variables(text: String, expected: String) throws {
        #expect(try providers().resolve(RawConfiguration(["k": text]))["k"] == expected)
    }

    @Test func whatIsNotResolvedIsNoticed() throws {
        let raw = RawConfiguration(["a": "${env:NOPE}", "b": "${vault:x:y}", "c": "${env:E1}"], file: "c.properties")
        let resolved = try providers().resolve(raw)
        #expect(resolved.notices.map(\.key) == ["a", "b"])
        #expect(resolved.notices[0].message.contains("the config provider env has no value"))
        #expect(resolved.notices[1].message.contains("names no provider \"vault\" (there are file, dir, env)"))
        #expect(resolved.entries["c"]?.isHidden == true)
        #expect(resolved.entries["a"]?.isHidden == false)
        let none = try ConfigProviders.none.resolve(raw)
        #expect(none.map == raw.map)
        #expect(none.notices.count == 3)
        #expect(none.notices[2].message.contains("none is configured"))
    }

    @Test(
        arguments: [
            ("${file:/d/nope:user}", "/d/nope does not exist"), ("${file:/d/broken:user}", "permission denied"),
            ("${file:/d/bad:a}", "/d/bad:1: malformed"), ("${env:p:E1}", "has no path"),
            ("${dir:/d:broken}", "cannot be read"),
        ]
    )
    func failures(variable: String, expected: String) throws {
        let raw = RawConfiguration(["k": "x\(variable)"], file: "c.properties")
        let message = try configurationMessage { _ = try providers().resolve(raw) }
        #expect(message.hasPrefix("c.properties: k holds \(variable), which cannot be resolved: "))
        #expect(message.contains(expected))
    }

    @Test func allowedPaths() throws {
        let limited = try providers(["config.providers.file.param.allowed.paths": "/e,/d/s.properties"])
        #expect(try limited.resolve(RawConfiguration(["k": "${file:/d/s.properties:user}"]))["k"] == "alice")
        for path in ["/d/one", "/e/../d/one", "d/s.properties", "/d/s.properties/../one"] {
            let message = try configurationMessage {
                _ = try limited.resolve(RawConfiguration(["k": "${file:\(path):user}"]))
            }
            #expect(message.contains("param.allowed.paths"))
        }
    }

    @Test(
        arguments: [
            (["config.providers": "vault"], "config.providers.vault.class is missing"),
            (
                ["config.providers.env.class": "org.x.Vault"],
                "config.providers.env.class = \"org.x.Vault\": expected FileConfigProvider"
            ),
            (["config.providers.file.param.allowed.paths": "x"], "expected absolute paths"),
            (["config.providers.env.param.allowlist.pattern": "("], "expected a regular expression"),
        ]
    )
    func wrongProviders(more: [String: String], expected: String) throws {
        let message = try configurationMessage { _ = try providers(more) }
        #expect(message.contains(expected))
    }

    @Test func workerAndConnectorValues() throws {
        let required = [
            "bootstrap.servers": "localhost:9092", "key.converter": "StringConverter",
            "value.converter": "StringConverter",
            "offset.storage.file.filename": "${dir:/d:two.txt}",
            "producer.sasl.jaas.config": "${file:/d/s.properties:pass}",
        ]
        let raw = RawConfiguration(keys.merging(required) { _, last in last })
        #expect(throws: ConnectError.self) { try WorkerConfiguration(raw) }
        let worker = try WorkerConfiguration(raw, fileSystem: files, environment: environment)
        #expect(worker.offsetStorageFile == "t")
        #expect(worker.producerConfiguration()["sasl.jaas.config"] == "p=w")
        #expect(worker.notices.isEmpty)

        let written = RawConfiguration([
            "name": "c", "connector.class": "LineSource", "file": "x", "token": "${file:/d/s.properties:pass}",
        ])
        let connector = try ConnectorConfiguration(written, worker: worker, plugins: TestPlugins.registry)
        #expect(connector.raw["token"] == "p=w")
        #expect(connector.written["token"] == "${file:/d/s.properties:pass}")
        let message = try configurationMessage {
            var wrong = written
            wrong.entries["tasks.max"] = RawConfiguration.Entry("${file:/d/s.properties:pass}")
            wrong.entries["key.converter"] = RawConfiguration.Entry("${file:/d/s.properties:pass}")
            _ = try ConnectorConfiguration(wrong, worker: worker, plugins: TestPlugins.registry)
        }
        #expect(message.contains("tasks.max = [hidden]") && message.contains("key.converter = [hidden]"))
        #expect(!message.contains("p=w"))
    }
}
