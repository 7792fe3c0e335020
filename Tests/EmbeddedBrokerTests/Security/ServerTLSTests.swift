import NIOCore
import NIOEmbedded
import NIOSSL
import Testing

@testable import EmbeddedBroker

@Suite("TLS of the broker")
struct ServerTLSTests {
    private static func fixture(_ name: String) -> String {
        let file = "\(#filePath)"
        return (file.lastIndex(of: "/").map { String(file[..<$0]) } ?? ".") + "/Fixtures/" + name
    }

    private static func settings(_ authentication: BrokerSecurity.ClientAuthentication = .none) -> BrokerSecurity.TLS {
        BrokerSecurity.TLS(
            certificateFile: fixture("broker.pem"),
            keyFile: fixture("broker-key.pem"),
            trustFile: authentication == .none ? nil : fixture("ca.pem"),
            clientAuthentication: authentication
        )
    }

    private static func client(withCertificate: Bool) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(fixture("ca.pem"))
        if withCertificate {
            configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(fixture("client.pem"))
                .map { .certificate($0) }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: fixture("client-key.pem"), format: .pem))
        }
        return try NIOSSLContext(configuration: configuration)
    }

    /// What arrives at the broker of "hello", or why nothing does.
    private func sendHello(to server: NIOSSLContext, from client: NIOSSLContext) throws -> String {
        let broker = EmbeddedChannel(handler: NIOSSLServerHandler(context: server))
        let peer = EmbeddedChannel(handler: try NIOSSLClientHandler(context: client, serverHostname: "localhost"))
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: 9092)
        try broker.connect(to: address).wait()
        try peer.connect(to: address).wait()
        peer.writeAndFlush(ByteBuffer(string: "hello"), promise: nil)
        var moved = true
        while moved {
            moved = false
            while let bytes = try peer.readOutbound(as: ByteBuffer.self) {
                try broker.writeInbound(bytes)
                moved = true
            }
            while let bytes = try broker.readOutbound(as: ByteBuffer.self) {
                try peer.writeInbound(bytes)
                moved = true
            }
        }
        return try broker.readInbound(as: ByteBuffer.self).map { String(buffer: $0) } ?? "nothing"
    }

    @Test(
        "lets in clients with and without a certificate, as client authentication says",
        arguments: BrokerSecurity.ClientAuthentication.allCases,
        [false, true]
    )
    func clients(authentication: BrokerSecurity.ClientAuthentication, withCertificate: Bool) throws {
        let server = try Self.settings(authentication).makeContext()
        let client = try Self.client(withCertificate: withCertificate)
        if authentication == .required, !withCertificate {
            #expect(throws: (any Error).self) { try sendHello(to: server, from: client) }
        } else {
            #expect(try sendHello(to: server, from: client) == "hello")
        }
    }

    @Test(
        "refuses a certificate that leads to no trusted one",
        arguments: [BrokerSecurity.ClientAuthentication.requested, .required]
    )
    func stranger(authentication: BrokerSecurity.ClientAuthentication) throws {
        var settings = Self.settings(authentication)
        // The client's own certificate is no authority: the broker's does not lead to it, nor does the client's.
        settings.trustFile = Self.fixture("broker.pem")
        let server = try settings.makeContext()
        let client = try Self.client(withCertificate: true)
        #expect(throws: (any Error).self) { try sendHello(to: server, from: client) }
    }

    @Test("reads an encrypted key with its password")
    func encryptedKey() throws {
        var settings = Self.settings()
        settings.keyFile = Self.fixture("broker-key-encrypted.pem")
        settings.keyPassword = "broker-secret"
        #expect(try sendHello(to: settings.makeContext(), from: Self.client(withCertificate: false)) == "hello")
    }

    @Test("says which file is wrong, and never a password")
    func badFiles() throws {
        var noCertificate = Self.settings()
        noCertificate.certificateFile = "/nowhere/broker.pem"
        var keyAsCertificate = Self.settings()
        keyAsCertificate.certificateFile = Self.fixture("broker-key.pem")
        var noKey = Self.settings()
        noKey.keyFile = "/nowhere/key.pem"
        var otherKey = Self.settings()
        otherKey.keyFile = Self.fixture("client-key.pem")
        var wrongPassword = Self.settings()
        wrongPassword.keyFile = Self.fixture("broker-key-encrypted.pem")
        wrongPassword.keyPassword = "wrong-secret"
        var noPassword = wrongPassword
        noPassword.keyPassword = nil
        var notASCII = wrongPassword
        notASCII.keyPassword = "wrøng-secret"
        var noTrust = Self.settings(.required)
        noTrust.trustFile = "/nowhere/ca.pem"
        for (settings, file) in [
            (noCertificate, noCertificate.certificateFile), (keyAsCertificate, keyAsCertificate.certificateFile),
            (noKey, noKey.keyFile), (otherKey, otherKey.keyFile), (wrongPassword, wrongPassword.keyFile),
            (noPassword, noPassword.keyFile), (notASCII, notASCII.keyFile), (noTrust, "/nowhere/ca.pem"),
        ] {
            let error = #expect(throws: BrokerError.self) { try settings.makeContext() }
            #expect(error?.description.contains(file) == true)
            #expect(error?.description.contains("secret") == false)
        }
    }
}
