import ConnectTesting
import Glibc
import Logging
import Testing

import EmbeddedBroker

/// The broker under the clients that others wrote (conformance/README.md). Each of their checks states what Apache Kafka answers.
@Suite("Outside clients", .serialized)
struct ConformanceTests {
    @Test("kcat, confluent-kafka and kafka-python 2.2 and 3.0 find what they find in Apache Kafka")
    func pythonClients() async throws {
        try await check(with: "conformance/run")
    }

    @Test(
        "Java's clients and Kafka Connect find what they find in Apache Kafka",
        .enabled(
            if: ConformanceBroker.isSet("CONNECT_TEST_JAVA"),
            "make test-java; needs a JDK and 200 MB of libraries"
        )
    )
    func java() async throws {
        try await check(with: "conformance/java/run")
    }

    private func check(with script: String) async throws {
        let broker = try await ConformanceBroker.start()
        let variables = broker.variables.map { "\($0.key)=\($0.value)" }.sorted()
        let run = try RunningProgram(path: "/usr/bin/env", variables + [ConformanceBroker.project + "/" + script])
        run.closeInput()
        async let complaints = run.errors.all()
        var findings = 0
        for await line in run.output {
            print(line)
            if line.hasPrefix("ok ") { findings += 1 }
            if line.hasPrefix("FAIL ") { Issue.record("\(line)") }
        }
        let code = await run.exitCode()
        let said = await complaints.joined(separator: "\n")
        try await broker.broker?.shutDown()
        #expect(code == 0, "\(script) ended with \(code): \(said)")
        #expect(findings > 0, "\(script) checked nothing")
    }
}

/// What the clients talk to: the broker of `CONNECT_BOOTSTRAP`, or one of the test's own with every kind of listener.
struct ConformanceBroker {
    let broker: EmbeddedBroker?
    /// What the scripts read.
    let variables: [String: String]
    /// Holds the broker's files until the test is over.
    private let folder: TemporaryDataFolder?

    static var project: String {
        let parts = "\(#filePath)".split(separator: "/", omittingEmptySubsequences: false)
        return parts.dropLast(4).joined(separator: "/")
    }

    static func isSet(_ name: String) -> Bool {
        getenv(name).map { $0[0] != 0 } ?? false
    }

    static func start() async throws -> ConformanceBroker {
        // The scripts read the same variables and find an outside broker by themselves.
        if TestBroker.outside != nil { return ConformanceBroker(broker: nil, variables: [:], folder: nil) }
        let keys = "\(project)/Tests/EmbeddedBrokerTests/Security/Fixtures"
        let (user, password) = ("checker", "a \"good\" password, ünïcode")
        let sasl = BrokerSecurity.SASL(users: [user: password])
        let tls = BrokerSecurity.TLS(certificateFile: "\(keys)/broker.pem", keyFile: "\(keys)/broker-key.pem")
        var mutual = tls
        mutual.clientAuthentication = .required
        mutual.trustFile = "\(keys)/ca.pem"
        let folder = try TemporaryDataFolder()
        var logger = Logger(label: "embedded-broker")
        logger.logLevel = .error
        let broker = try await EmbeddedBroker.start(
            EmbeddedBroker.Configuration(
                folder: folder.path,
                listeners: [
                    BrokerListener(),
                    BrokerListener(security: BrokerSecurity(sasl: sasl)),
                    BrokerListener(security: BrokerSecurity(tls: tls)),
                    BrokerListener(security: BrokerSecurity(tls: tls, sasl: sasl)),
                    BrokerListener(security: BrokerSecurity(tls: mutual)),
                ],
                upkeepIntervalMs: 1000
            ),
            logger: logger
        )
        let variables = [
            "CONNECT_BOOTSTRAP": broker.addresses[0],
            "CONNECT_CONFORMANCE_SASL": broker.addresses[1],
            "CONNECT_CONFORMANCE_TLS": broker.addresses[2],
            "CONNECT_CONFORMANCE_SASL_TLS": broker.addresses[3],
            "CONNECT_CONFORMANCE_MUTUAL_TLS": broker.addresses[4],
            "CONNECT_CONFORMANCE_USERNAME": user,
            "CONNECT_CONFORMANCE_PASSWORD": password,
            "CONNECT_CONFORMANCE_CA": "\(keys)/ca.pem",
            "CONNECT_CONFORMANCE_CERTIFICATE": "\(keys)/client.pem",
            "CONNECT_CONFORMANCE_KEY": "\(keys)/client-key.pem",
        ]
        return ConformanceBroker(broker: broker, variables: variables, folder: folder)
    }
}

/// A folder that goes away with its owner.
private final class TemporaryDataFolder: Sendable {
    let path: String

    init() throws {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/embedded-broker-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        _ = system("rm -rf '\(path)'")
    }
}
