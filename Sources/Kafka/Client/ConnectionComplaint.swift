/// What librdkafka says about a connection to a broker, taken apart into address and cause, and put into words that name the fix.
///
/// librdkafka has one error code for most of these ("transport") and tells the causes apart in its texts only; the texts are
/// those of 2.0.2. A text that is not recognised is passed on as it is.
struct ConnectionComplaint: Sendable, Hashable {
    /// Why a connection does not work.
    enum Cause: Sendable, Hashable {
        case refused
        case unresolvable(reason: String)
        case unreachable(reason: String)
        case timedOut(while: String)
        case plainTextToTLS
        case tlsToPlainText
        case badCertificate
        case tlsHandshake(reason: String)
        case saslExpected
        case saslNotOffered
        case saslFailed(reason: String)
        case notKafka(speaks: String?)
        case disconnected
        case other(text: String)
    }

    /// Host and port; `nil` when the text names none.
    let broker: String?
    /// The broker's id; `nil` for an address out of `bootstrap.servers`.
    let brokerID: Int32?
    /// Why.
    let cause: Cause

    init(_ text: String) {
        var rest = Substring(text)
        var broker: String?
        var brokerID: Int32?
        // "127.0.0.1:9092/1: cause", "sasl_ssl://host:9093/bootstrap: cause", "GroupCoordinator: host:9092: cause".
        while let end = rest.firstRange(of: ": "), let name = Self.brokerName(rest[..<end.lowerBound]) {
            if let address = name.address { broker = address }
            if let id = name.id { brokerID = id }
            rest = rest[end.upperBound...]
        }
        if let tail = rest.firstRange(of: " (after ") { rest = rest[..<tail.lowerBound] }
        self.broker = broker
        self.brokerID = brokerID
        cause = Self.cause(String(rest))
    }

    private static func brokerName(_ text: Substring) -> (address: String?, id: Int32?)? {
        guard !text.contains(" ") else { return nil }
        if text == "GroupCoordinator" || text == "TxnCoordinator" { return (nil, nil) }
        var name = text
        if let scheme = name.firstRange(of: "://") { name = name[scheme.upperBound...] }
        let parts = name.split(separator: "/", maxSplits: 1)
        guard let address = parts.first, let colon = address.lastIndex(of: ":"),
            UInt16(address[address.index(after: colon)...]) != nil
        else { return nil }
        return (String(address), parts.count == 2 ? Int32(parts[1]) : nil)
    }

    private static func cause(_ text: String) -> Cause {
        if text.contains("Connection refused") { return .refused }
        if text.hasPrefix("Failed to resolve") {
            return .unresolvable(reason: text.firstRange(of: "': ").map { String(text[$0.upperBound...]) } ?? text)
        }
        if text.contains("connecting to a SSL listener?") { return .plainTextToTLS }
        if text.contains("connecting to a PLAINTEXT broker listener?") || text.contains("wrong version number") {
            return .tlsToPlainText
        }
        // 2.0.2 does not say which of the checks failed.
        if text.contains("certificate verify failed") { return .badCertificate }
        if text.hasPrefix("SSL ") || text.contains("SSL handshake failed") || text.contains("SSL routines") {
            return .tlsHandshake(reason: text)
        }
        if text.contains("broker might require SASL authentication") { return .saslExpected }
        if text.contains("SASL Handshake not supported") { return .saslNotOffered }
        if text.contains("SASL") { return .saslFailed(reason: text) }
        if let size = text.firstRange(of: "Invalid response size ") {
            let digits = text[size.upperBound...].prefix { $0.isNumber || $0 == "-" }
            return whoAnswered(Int32(digits))
        }
        if text.hasPrefix("Connect to "), let reason = text.firstRange(of: " failed: ") {
            return .unreachable(reason: String(text[reason.upperBound...]))
        }
        if text.hasPrefix("ApiVersionRequest failed") { return .notKafka(speaks: nil) }
        if text.lowercased().contains("timed out") { return .timedOut(while: text) }
        if text == "Disconnected" { return .disconnected }
        return .other(text: text)
    }

    // The first four bytes of the answer, which Kafka would have made a length: a TLS record begins with its type (20 to 23) and
    // version 3, and text is text.
    private static func whoAnswered(_ size: Int32?) -> Cause {
        guard let size else { return .notKafka(speaks: nil) }
        let bytes = (0..<4).map { UInt8(truncatingIfNeeded: size >> Int32(24 - 8 * $0)) }
        if (20...23).contains(bytes[0]), bytes[1] == 3 { return .plainTextToTLS }
        if bytes == Array("HTTP".utf8) { return .notKafka(speaks: "HTTP") }
        return .notKafka(speaks: nil)
    }

    /// True when credentials, certificates or the choice of TLS and SASL are to blame, whatever code librdkafka gave.
    var isAboutSecurity: Bool {
        switch cause {
        case .badCertificate, .tlsHandshake, .tlsToPlainText, .saslNotOffered, .saslFailed: true
        // A broker that goes down looks the same as these.
        case .plainTextToTLS, .saslExpected: false
        case .refused, .unresolvable, .unreachable, .timedOut, .notKafka, .disconnected, .other: false
        }
    }

    /// The complaint for people: the address, the cause, the fix.
    var message: String {
        let place = broker.map { "Kafka at \($0)" } ?? "Kafka"
        let origin =
            brokerID == nil
            ? "bootstrap.servers" : "the address that the cluster announces for this broker (its advertised.listeners)"
        switch cause {
        case .refused:
            return "Cannot connect to \(place): connection refused, nothing listens on that port. "
                + "Check host and port in \(origin), and that the broker is running."
        case .unresolvable(let reason):
            return "Cannot connect to \(place): the host name cannot be resolved (\(reason)). "
                + "Check \(origin) for a typing error, and this machine's name service."
        case .unreachable(let reason):
            return "Cannot connect to \(place): \(reason). Check host and port in \(origin), the network and firewalls."
        case .timedOut(let activity):
            return "\(place) does not answer in time (\(activity)). "
                + "Check \(origin), that the port is a Kafka listener, the network and firewalls."
        case .plainTextToTLS:
            return
                "\(place) closes the connection on the first plain-text request: the port looks like a TLS listener. "
                + "Set security.protocol=SSL (or SASL_SSL), or use the broker's plain-text port."
        case .tlsToPlainText:
            return "\(place) does not answer in TLS: the port looks like a plain-text listener. "
                + "Set security.protocol=PLAINTEXT (or SASL_PLAINTEXT), or use the broker's TLS port."
        case .badCertificate:
            return
                "TLS handshake with \(place) failed: the broker's certificate does not verify. Either its authority is not "
                + "trusted (name it in ssl.truststore.location, PEM), or it has expired, or it is made for another host name than "
                + "the one in \(origin)."
        case .tlsHandshake(let reason):
            return "TLS handshake with \(place) failed: \(reason). "
                + "Check security.protocol and the ssl.* settings: protocols, ciphers and, where the broker asks for it, "
                + "the client's certificate in ssl.keystore.*."
        case .saslExpected:
            return
                "\(place) closed the connection right after it was made: the listener probably asks for SASL authentication. "
                + "Set security.protocol=SASL_PLAINTEXT (or SASL_SSL), sasl.mechanism and sasl.jaas.config."
        case .saslNotOffered:
            return "\(place) offers no SASL login on this port. "
                + "Set security.protocol=PLAINTEXT (or SSL), or use the broker's SASL port."
        case .saslFailed(let reason):
            return
                "\(place) refused the login: \(reason). Check sasl.mechanism, sasl.jaas.config and the user's password."
        case .notKafka(let protocolName):
            return
                "\(place) takes connections but does not speak Kafka's protocol\(protocolName.map { ", it speaks \($0)" } ?? ""). "
                + "Check the port in \(origin)."
        case .disconnected:
            return "\(place) closed the connection. It is opened again by itself; "
                + "if this goes on, look into the broker's log."
        case .other(let text):
            return "\(place): \(text)."
        }
    }
}
