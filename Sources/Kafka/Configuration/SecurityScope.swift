/// Which parts of the security configuration are in use: `security.protocol`, and with SASL its mechanism.
struct SecurityScope {
    /// Java's name of the protocol, such as `SASL_SSL`.
    let protocolName: String
    /// The mechanism, `nil` without SASL.
    let mechanism: String?

    static let mechanisms = ["GSSAPI", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"]

    var usesTLS: Bool { protocolName.hasSuffix("SSL") }
    var usesSASL: Bool { mechanism != nil }
    /// The name that librdkafka uses.
    var librdkafkaName: String { protocolName.lowercased() }

    init(_ builder: MappingBuilder) throws {
        protocolName = builder.value("security.protocol") ?? "PLAINTEXT"
        guard protocolName.hasPrefix("SASL") else {
            mechanism = nil
            return
        }
        let written = builder.value("sasl.mechanism") ?? ""
        guard let known = Self.mechanisms.first(where: { $0 == written.uppercased() }) else {
            throw builder.wrongValue(
                "sasl.mechanism",
                written,
                expected: "one of \(Self.mechanisms.joined(separator: ", "))"
            )
        }
        mechanism = known
    }

    /// Why a key about TLS or SASL is not used, `nil` when it is, or when it is about neither.
    func reasonUnused(_ name: String) -> String? {
        if name.hasPrefix("ssl.") || name == "security.providers" {
            return usesTLS ? nil : "Not used while 'security.protocol' is \(protocolName)."
        }
        guard name.hasPrefix("sasl.") else { return nil }
        guard let mechanism else { return "Not used while 'security.protocol' is \(protocolName)." }
        let mine: String?
        if name.hasPrefix("sasl.kerberos.") {
            mine = "GSSAPI"
        } else if name.hasPrefix("sasl.oauthbearer.") || name.hasPrefix("sasl.login.") && name != "sasl.login.class" {
            mine = "OAUTHBEARER"
        } else {
            mine = nil
        }
        guard let mine, mine != mechanism else { return nil }
        return "Not used while 'sasl.mechanism' is \(mechanism)."
    }
}
