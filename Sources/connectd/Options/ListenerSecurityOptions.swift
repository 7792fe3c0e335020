public import ArgumentParser
public import EmbeddedBroker
public import Engine

/// The flags that make a listener encrypt its connections or ask its clients who they are.
struct ListenerSecurityOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The broker's certificate, with those that lead to its root: turns TLS on.",
            valueName: "pem"
        )
    )
    var tlsCertificate: String?

    @Option(help: ArgumentHelp("The private key of the certificate.", valueName: "pem"))
    var tlsKey: String?

    @Option(help: ArgumentHelp("A file with the password of an encrypted private key.", valueName: "file"))
    var tlsKeyPasswordFile: String?

    @Option(
        help: ArgumentHelp(
            "Whether clients show a certificate: none, requested or required.",
            valueName: "policy"
        )
    )
    var tlsClientAuth: BrokerSecurity.ClientAuthentication?

    @Option(
        help: ArgumentHelp(
            "The certificates that clients' certificates have to lead to (default: those the system trusts).",
            valueName: "pem"
        )
    )
    var tlsClientCa: String?

    @Option(
        help: ArgumentHelp(
            "A properties file with the users that may come in, name=password: turns SASL on.",
            valueName: "file"
        )
    )
    var saslUsers: String?

    @Option(
        help: ArgumentHelp(
            "A SASL mechanism to offer: PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512 (default: all of them). May be given several times.",
            valueName: "mechanism"
        )
    )
    var saslMechanism: [SASLMechanism] = []

    func validate() throws {
        if (tlsCertificate == nil) != (tlsKey == nil) {
            throw ValidationError("--tls-certificate and --tls-key belong together.")
        }
        if tlsCertificate == nil, tlsKeyPasswordFile != nil || tlsClientAuth != nil || tlsClientCa != nil {
            throw ValidationError("The --tls- options need --tls-certificate and --tls-key.")
        }
        if tlsClientCa != nil, tlsClientAuth == nil || tlsClientAuth == BrokerSecurity.ClientAuthentication.none {
            throw ValidationError("--tls-client-ca needs --tls-client-auth requested or required.")
        }
        if saslUsers == nil, !saslMechanism.isEmpty {
            throw ValidationError("--sasl-mechanism needs --sasl-users.")
        }
    }

    /// The security that the flags ask for. Reads the files with secrets; blocks.
    func security(fileSystem: any FileSystem) throws -> BrokerSecurity {
        var security = BrokerSecurity.none
        if let tlsCertificate, let tlsKey {
            security.tls = BrokerSecurity.TLS(
                certificateFile: tlsCertificate,
                keyFile: tlsKey,
                keyPassword: try tlsKeyPasswordFile.map { try Self.password(in: $0, fileSystem) },
                trustFile: tlsClientCa,
                clientAuthentication: tlsClientAuth ?? .none
            )
        }
        if let saslUsers {
            let users = try PropertiesReader.read(Self.content(of: saslUsers, fileSystem), file: saslUsers).map
            if users.isEmpty {
                throw ConnectError(.configuration, "\(saslUsers) names no users: write lines of name=password")
            }
            if let user = users.first(where: { $0.value.isEmpty }) {
                throw ConnectError(.configuration, "\(saslUsers): the user \(user.key) has no password")
            }
            security.sasl = BrokerSecurity.SASL(
                mechanisms: Set(saslMechanism.isEmpty ? SASLMechanism.allCases : saslMechanism),
                users: users
            )
        }
        return security
    }

    private static func password(in path: String, _ fileSystem: any FileSystem) throws -> String {
        var bytes = try content(of: path, fileSystem)[...]
        while let last = bytes.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard !bytes.isEmpty, let text = String(validating: bytes, as: UTF8.self) else {
            throw ConnectError(.configuration, "\(path) holds no password in UTF-8")
        }
        return text
    }

    private static func content(of path: String, _ fileSystem: any FileSystem) throws -> [UInt8] {
        guard let content = try fileSystem.read(path) else {
            throw ConnectError(.configuration, "There is no file \(path): check the path")
        }
        return content
    }
}

extension BrokerSecurity.ClientAuthentication: ExpressibleByArgument {}
extension SASLMechanism: ExpressibleByArgument {}
extension ListenAddress: ExpressibleByArgument {
    /// `host:port`.
    public init?(argument: String) { self.init(argument) }
}
extension EmbeddedBrokerConfiguration.Flush: ExpressibleByArgument {
    /// `system`, `always` or milliseconds.
    public init?(argument: String) { self.init(argument) }
}
