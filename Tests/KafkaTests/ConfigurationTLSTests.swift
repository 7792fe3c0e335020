import ConnectTesting
import Engine
import Testing

@testable import Kafka

/// TLS keys.
@Suite struct ConfigurationTLSTests {
    private static let password = "test-secret"

    private static func path(_ name: String) -> String {
        // Not the folder of recorded cases, which CONNECT_GOLDEN moves.
        let file = #filePath
        return (file.lastIndex(of: "/").map { String(file[..<$0]) } ?? ".") + "/Fixtures/" + name
    }

    private static func pem(_ name: String) throws -> (key: String, certificate: String) {
        let bytes = try OpenedFile(path(name)).bytes
        let text = try #require(PEMText(String(decoding: bytes, as: UTF8.self)))
        return (try #require(text.privateKeys.first).text, try #require(text.certificates.first).text)
    }

    private static func ssl(_ more: [String: String]) -> [String: String] {
        ["security.protocol": "SSL"].merging(more) { _, new in new }
    }

    // MARK: Stores

    @Test func oneFileOfPEM() throws {
        let file = Self.path("tls-client.pem")
        let result = try mapped(
            Self.ssl([
                "ssl.truststore.type": "PEM", "ssl.truststore.location": file, "ssl.keystore.type": "PEM",
                "ssl.keystore.location": file,
            ])
        )
        #expect(result["ssl.ca.location"] == file)
        #expect(result["ssl.certificate.location"] == file)
        #expect(result["ssl.key.location"] == file)
        #expect(result["ssl.keystore.location"] == nil)
        #expect(result.notices == [])
        #expect(try tryOut(result) == [])
    }

    @Test func encryptedKey() throws {
        let file = Self.path("tls-client-encrypted.pem")
        let java = Self.ssl(["ssl.keystore.type": "PEM", "ssl.keystore.location": file])
        let result = try mapped(java.merging(["ssl.key.password": Self.password]) { $1 })
        #expect(try tryOut(result) == [])
        #expect(!"\(result)".contains(Self.password))
        let wrong = try mapped(java.merging(["ssl.key.password": "wrong"]) { $1 })
        #expect(throws: LibraryRefusal.self) { try tryOut(wrong) }
    }

    @Test func textOfPEM() throws {
        let (key, certificate) = try Self.pem("tls-client.pem")
        for (key, certificate) in [
            (key, certificate), (Self.oneLine(key), Self.oneLine(certificate)),
            (key.replacing("\n", with: "\\n"), certificate.replacing("\n", with: "\r\n")),
        ] {
            let result = try mapped(
                Self.ssl([
                    "ssl.truststore.type": "PEM", "ssl.truststore.certificates": certificate + " " + certificate,
                    "ssl.keystore.type": "PEM", "ssl.keystore.key": key, "ssl.keystore.certificate.chain": certificate,
                ])
            )
            #expect(try tryOut(result) == [])
            #expect(result.notices == [])
            #expect(!"\(result)".contains(try Self.pem("tls-client.pem").key.prefix(80)))
        }
    }

    @Test func chainOfPEM() throws {
        let (key, certificate) = try Self.pem("tls-client.pem")
        let result = try mapped(
            Self.ssl([
                "ssl.keystore.type": "PEM", "ssl.keystore.key": key,
                "ssl.keystore.certificate.chain": certificate + certificate,
            ])
        )
        #expect(result["ssl.certificate.pem"] == certificate)
        #expect(result.messages("ssl.keystore.certificate.chain", .warning).count == 1)
    }

    @Test func pkcs12() throws {
        let file = Self.path("tls-client.p12")
        let java = Self.ssl(["ssl.keystore.location": file, "ssl.keystore.password": Self.password])
        let result = try mapped(java.merging(["ssl.keystore.type": "PKCS12"]) { $1 })
        #expect(result["ssl.keystore.location"] == file)
        #expect(result.notices == [])
        #expect(try tryOut(result) == [])
        #expect(!"\(result)".contains(Self.password))
        let byName = try mapped(java)
        #expect(byName["ssl.keystore.location"] == file)
        #expect(byName.messages("ssl.keystore.location", .note).count == 1)
    }

    @Test(
        arguments: [
            (
                ["ssl.truststore.location": "/etc/it's.jks"],
                "keytool -list -rfc -keystore '/etc/it'\\''s.jks' > truststore.pem"
            ),
            (["ssl.truststore.location": "/t.p12"], "openssl pkcs12 -in '/t.p12' -nokeys -out truststore.pem"),
            (
                ["ssl.truststore.location": "/t", "ssl.truststore.type": "PKCS12"],
                "openssl pkcs12 -in '/t' -nokeys -out truststore.pem"
            ),
            (["ssl.truststore.location": "/t.pem"], "set 'ssl.truststore.type=PEM'"),
            (["ssl.truststore.password": password], "'ssl.truststore.location'"),
            (["ssl.truststore.certificates": password], "needs 'ssl.truststore.type=PEM'"),
            (["ssl.truststore.type": "PEM", "ssl.truststore.certificates": password], "is not PEM"),
            (
                ["ssl.truststore.type": "PEM", "ssl.truststore.location": "/t", "ssl.truststore.password": password],
                "remove it"
            ),
            (
                [
                    "ssl.truststore.type": "PEM", "ssl.truststore.location": "/t",
                    "ssl.truststore.certificates": password,
                ],
                "remove one"
            ),
            (
                ["ssl.keystore.location": "/k.jks", "ssl.keystore.password": password],
                "keytool -importkeystore -srckeystore '/k.jks' -destkeystore keystore.p12 -deststoretype PKCS12"
            ),
            (["ssl.keystore.location": "/k.pem"], "set 'ssl.keystore.type=PEM'"),
            (["ssl.keystore.location": "/k.p12"], "'ssl.keystore.password'"),
            (["ssl.keystore.location": "/k.p12", "ssl.keystore.type": "JKS"], "keytool -importkeystore"),
            (["ssl.keystore.type": "BCFKS", "ssl.keystore.location": "/k"], "BCFKS"),
            (["ssl.keystore.password": password], "'ssl.keystore.location'"),
            (
                ["ssl.keystore.type": "PEM", "ssl.keystore.location": "/k", "ssl.keystore.password": password],
                "'ssl.key.password'"
            ),
            (["ssl.keystore.key": password], "needs 'ssl.keystore.type=PEM'"),
            (["ssl.keystore.type": "PEM", "ssl.keystore.key": password], "'ssl.keystore.certificate.chain'"),
            (["ssl.keystore.type": "PEM", "ssl.keystore.certificate.chain": password], "'ssl.keystore.key'"),
            (
                ["ssl.keystore.type": "PEM", "ssl.keystore.key": password, "ssl.keystore.certificate.chain": password],
                "is not PEM"
            ),
            (["ssl.endpoint.identification.algorithm": "LDAPS"], "expected https"),
            (["ssl.cipher.suites": "TLS_KRB5_WITH_RC4_128_SHA"], "TLS_KRB5_WITH_RC4_128_SHA"),
            (["ssl.engine.factory.class": "com.acme.Factory"], "'ssl.engine.factory.class'"),
        ] as [([String: String], String)]
    )
    func mistakes(java: [String: String], expected: String) {
        let message = mappingError(Self.ssl(java))
        #expect(message.contains(expected))
        #expect(!message.contains(Self.password))
    }

    @Test func keysAreNotUsedWithoutTLS() throws {
        let result = try mapped(["ssl.keystore.location": "/k.jks", "ssl.truststore.location": "/t.jks"])
        #expect(result.notices.map(\.severity) == [.note, .note])
        #expect(!result.properties.contains { $0.name.hasPrefix("ssl.") })
    }

    // MARK: Handshake

    @Test func namesAreCheckedUnlessTheUserSaysOtherwise() throws {
        #expect(try mapped(Self.ssl([:]))["ssl.endpoint.identification.algorithm"] == "https")
        let off = try mapped(Self.ssl(["ssl.endpoint.identification.algorithm": ""]))
        #expect(off["ssl.endpoint.identification.algorithm"] == "none")
        #expect(off.messages("ssl.endpoint.identification.algorithm", .warning).count == 1)
    }

    @Test(
        arguments: [
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_DHE_DSS_WITH_AES_128_CBC_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
            "TLS_RSA_WITH_AES_256_CBC_SHA256",
            "TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8", "SSL_RSA_WITH_AES_128_CBC_SHA",
            "ECDHE-RSA-AES128-GCM-SHA256",
        ]
    )
    func openSSLKnowsTheSuite(name: String) throws {
        let result = try mapped(Self.ssl(["ssl.cipher.suites": name]))
        #expect(result["ssl.cipher.suites"] != nil)
        #expect(try tryOut(result) == [])
    }

    @Test func suitesOfTheNewestTLSCannotBeChosen() throws {
        let result = try mapped(Self.ssl(["ssl.cipher.suites": "TLS_AES_256_GCM_SHA384"]))
        #expect(result["ssl.cipher.suites"] == nil)
        #expect(result.messages("ssl.cipher.suites", .note).count == 1)
    }

    @Test func versionsAreOpenSSLs() throws {
        #expect(try mapped(Self.ssl(["ssl.enabled.protocols": "TLSv1.3, TLSv1.2"])).notices == [])
        let result = try mapped(Self.ssl(["ssl.enabled.protocols": "TLSv1.3"]))
        #expect(result.messages("ssl.enabled.protocols", .warning).first?.contains("openssl.cnf") == true)
    }

    // MARK: PEM

    @Test func blocksWithHeadersKeepTheirLines() throws {
        let text =
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES,00\n\nAAAA\nBBBB\n-----END RSA PRIVATE KEY-----"
        #expect(try #require(PEMText("junk " + text + " junk")).privateKeys.map(\.text) == [text + "\n"])
    }

    @Test(
        arguments: [
            "", "x", "-----BEGIN CERTIFICATE-----", "-----BEGIN CERTIFICATE-----AAAA-----END KEY-----",
            "-----BEGIN CERTIFICATE-----A*A-----END CERTIFICATE-----",
            "-----BEGIN CERTIFICATE----------END CERTIFICATE-----",
        ]
    )
    func whatIsNotPEM(text: String) {
        #expect(PEMText(text) == nil)
    }

    private static func oneLine(_ pem: String) -> String { pem.split(separator: "\n").joined(separator: " ") }
}
