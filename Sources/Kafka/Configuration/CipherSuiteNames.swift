/// Java's names of TLS cipher suites, and OpenSSL's.
///
/// Source: the IANA registry of TLS cipher suites; OpenSSL's `ciphers(1)`.
enum CipherSuiteNames {
    /// What a name in `ssl.cipher.suites` is.
    enum Meaning: Hashable {
        /// OpenSSL's name of a suite for TLS 1.2 and before.
        case openSSL(String)
        /// A suite of TLS 1.3, which is not chosen by name.
        case tls13
        case unknown
    }

    private static let tls13: Set<String> = [
        "TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256",
        "TLS_AES_128_CCM_8_SHA256",
    ]

    private static let keyExchanges = [
        "ECDHE_ECDSA": "ECDHE-ECDSA-", "ECDHE_RSA": "ECDHE-RSA-", "DHE_RSA": "DHE-RSA-", "DHE_DSS": "DHE-DSS-",
        "RSA": "",
    ]

    private static let ciphers = [
        "AES_256_GCM_SHA384": "AES256-GCM-SHA384", "AES_128_GCM_SHA256": "AES128-GCM-SHA256",
        "CHACHA20_POLY1305_SHA256": "CHACHA20-POLY1305", "AES_256_CBC_SHA384": "AES256-SHA384",
        "AES_256_CBC_SHA256": "AES256-SHA256", "AES_128_CBC_SHA256": "AES128-SHA256", "AES_256_CBC_SHA": "AES256-SHA",
        "AES_128_CBC_SHA": "AES128-SHA", "AES_256_CCM": "AES256-CCM", "AES_128_CCM": "AES128-CCM",
        "AES_256_CCM_8": "AES256-CCM8", "AES_128_CCM_8": "AES128-CCM8",
    ]

    /// What a name means. OpenSSL's own names stay as they are.
    static func meaning(of name: String) -> Meaning {
        let upper = name.uppercased()
        if tls13.contains(upper) { return .tls13 }
        guard upper.hasPrefix("TLS_") || upper.hasPrefix("SSL_") else {
            let isPlain = !name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
            return isPlain ? .openSSL(name) : .unknown
        }
        guard let with = upper.firstRange(of: "_WITH_"),
            let exchange = keyExchanges[String(upper[..<with.lowerBound].dropFirst(4))],
            let cipher = ciphers[String(upper[with.upperBound...])]
        else { return .unknown }
        return .openSSL(exchange + cipher)
    }
}
