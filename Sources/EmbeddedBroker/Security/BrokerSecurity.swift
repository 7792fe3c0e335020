/// How a broker makes sure who its clients are. Without TLS and SASL everybody who reaches the listener may do everything.
public struct BrokerSecurity: Sendable {
    /// Encrypts the listener; `nil` for a plain one.
    public var tls: TLS?
    /// Makes clients prove who they are; `nil` asks nobody.
    public var sasl: SASL?

    /// Both may be given, one, or none.
    public init(tls: TLS? = nil, sasl: SASL? = nil) {
        self.tls = tls
        self.sasl = sasl
    }

    /// Neither encryption nor authentication.
    public static let none = BrokerSecurity()

    /// The files of a TLS listener, all of them PEM.
    public struct TLS: Sendable {
        /// The broker's certificate, followed by those that lead to its root.
        public var certificateFile: String
        /// The private key of the first certificate.
        public var keyFile: String
        /// What the private key is encrypted with; `nil` for a plain one.
        public var keyPassword: String?
        /// The certificates that clients' certificates have to lead to; `nil` for those that the system trusts.
        public var trustFile: String?
        /// Whether clients have to show a certificate.
        public var clientAuthentication: ClientAuthentication

        /// See the properties.
        public init(
            certificateFile: String,
            keyFile: String,
            keyPassword: String? = nil,
            trustFile: String? = nil,
            clientAuthentication: ClientAuthentication = .none
        ) {
            self.certificateFile = certificateFile
            self.keyFile = keyFile
            self.keyPassword = keyPassword
            self.trustFile = trustFile
            self.clientAuthentication = clientAuthentication
        }
    }

    /// Kafka's `ssl.client.auth`.
    public enum ClientAuthentication: String, Sendable, CaseIterable {
        /// Clients are not asked for a certificate.
        case none
        /// A certificate that is shown has to be good; none need be shown.
        case requested
        /// Only clients with a good certificate are let in.
        case required
    }

    /// Which mechanisms are offered, and the users there are.
    public struct SASL: Sendable {
        /// The mechanisms a client can choose from.
        public var mechanisms: Set<SASLMechanism>
        /// Passwords by user name.
        public var users: [String: String]

        /// See the properties.
        public init(mechanisms: Set<SASLMechanism> = Set(SASLMechanism.allCases), users: [String: String]) {
            self.mechanisms = mechanisms
            self.users = users
        }
    }
}

/// A way to prove who one is, by its registered name.
public enum SASLMechanism: String, Sendable, CaseIterable {
    /// The password itself (RFC 4616); fit for TLS listeners only.
    case plain = "PLAIN"
    /// A proof of knowing the password, with SHA-256 (RFC 5802, RFC 7677).
    case scramSHA256 = "SCRAM-SHA-256"
    /// The same with SHA-512.
    case scramSHA512 = "SCRAM-SHA-512"
}
