internal import Engine

extension MappingBuilder {
    /// The rules about TLS, when `security.protocol` asks for it.
    ///
    /// Source: `DefaultSslEngineFactory`, KIP-651 (PEM stores).
    mutating func mapTLS() throws {
        try mapTruststore()
        try mapKeystore()
        try mapEndpointIdentification()
        try mapCipherSuites()
        mapProtocols()
        let factory = text("ssl.engine.factory.class")
        guard factory == nil || factory?.hasSuffix(".DefaultSslEngineFactory") == true else {
            throw error(
                "The \(kind.rawValue)'s key 'ssl.engine.factory.class' cannot be used: Java classes cannot run here."
            )
        }
    }

    // MARK: Stores

    private mutating func mapTruststore() throws {
        let isPEM = value("ssl.truststore.type")?.uppercased() == "PEM"
        let hasPassword = text("ssl.truststore.password") != nil
        if let certificates = text("ssl.truststore.certificates") {
            guard isPEM else { throw storeError("ssl.truststore.certificates", "needs 'ssl.truststore.type=PEM'.") }
            guard text("ssl.truststore.location") == nil else {
                throw storeError(
                    "ssl.truststore.certificates",
                    "and 'ssl.truststore.location' are both set; remove one."
                )
            }
            guard let blocks = PEMText(certificates)?.certificates, !blocks.isEmpty else {
                throw storeError(
                    "ssl.truststore.certificates",
                    "is not PEM; expected '-----BEGIN CERTIFICATE-----', base 64, '-----END CERTIFICATE-----'."
                )
            }
            set("ssl.ca.pem", blocks.map(\.text).joined())
        } else if let location = text("ssl.truststore.location") {
            guard isPEM else { throw storeError("ssl.truststore.location", truststoreAdvice(location)) }
            set("ssl.ca.location", location)
        } else if hasPassword {
            throw storeError("ssl.truststore.password", "is set without 'ssl.truststore.location'.")
        }
        guard !(isPEM && hasPassword) else {
            throw storeError("ssl.truststore.password", "cannot be used with 'ssl.truststore.type=PEM'; remove it.")
        }
    }

    private func truststoreAdvice(_ location: String) -> String {
        let type = value("ssl.truststore.type")?.uppercased() ?? "JKS"
        let file = Self.shellQuoted(location)
        if location.lowercased().hasSuffix(".pem") {
            return "names a PEM file, but 'ssl.truststore.type' is \(type): set 'ssl.truststore.type=PEM'."
        }
        let isPKCS12 = type == "PKCS12" || Self.isPKCS12File(location)
        let command =
            isPKCS12
            ? "openssl pkcs12 -in \(file) -nokeys -out truststore.pem"
            : "keytool -list -rfc -keystore \(file) > truststore.pem"
        return
            "names a store of type \(isPKCS12 ? "PKCS12" : type), which OpenSSL does not read as truststore. Convert it with "
            + "`\(command)`, then set 'ssl.truststore.type=PEM' and 'ssl.truststore.location' to the new file, and remove "
            + "'ssl.truststore.password'."
    }

    private mutating func mapKeystore() throws {
        let type = value("ssl.keystore.type")?.uppercased() ?? "JKS"
        let location = text("ssl.keystore.location")
        let password = text("ssl.keystore.password")
        let keyPassword = text("ssl.key.password")
        if let key = text("ssl.keystore.key") {
            try mapInlineKey(key, type: type)
        } else if text("ssl.keystore.certificate.chain") != nil {
            throw storeError("ssl.keystore.certificate.chain", "is set without 'ssl.keystore.key'.")
        } else if let location {
            switch type {
            case "PEM":
                set("ssl.certificate.location", location)
                set("ssl.key.location", location)
            case "PKCS12":
                try mapPKCS12(location, password)
            case "JKS" where given["ssl.keystore.type"] == nil && Self.isPKCS12File(location):
                // Java reads PKCS12 files under the type JKS too (keystore.type.compat).
                note("ssl.keystore.location", "Taken for a PKCS12 store by its name.")
                try mapPKCS12(location, password)
            default:
                throw storeError("ssl.keystore.location", keystoreAdvice(location, type))
            }
        } else if password != nil {
            throw storeError("ssl.keystore.password", "is set without 'ssl.keystore.location'.")
        }
        guard type == "PEM" else { return }
        guard password == nil else {
            throw storeError(
                "ssl.keystore.password",
                "cannot be used with 'ssl.keystore.type=PEM'; 'ssl.key.password' is the password of the key."
            )
        }
        if let keyPassword { set("ssl.key.password", keyPassword, isSecret: true) }
    }

    private mutating func mapInlineKey(_ key: String, type: String) throws {
        guard type == "PEM" else { throw storeError("ssl.keystore.key", "needs 'ssl.keystore.type=PEM'.") }
        guard text("ssl.keystore.location") == nil else {
            throw storeError("ssl.keystore.key", "and 'ssl.keystore.location' are both set; remove one.")
        }
        guard let chain = text("ssl.keystore.certificate.chain") else {
            throw storeError("ssl.keystore.key", "is set without 'ssl.keystore.certificate.chain'.")
        }
        guard let keyBlock = PEMText(key)?.privateKeys.first else {
            throw storeError(
                "ssl.keystore.key",
                "is not PEM; expected '-----BEGIN PRIVATE KEY-----', base 64, '-----END PRIVATE KEY-----'."
            )
        }
        guard let certificates = PEMText(chain)?.certificates, let first = certificates.first else {
            throw storeError(
                "ssl.keystore.certificate.chain",
                "is not PEM; expected '-----BEGIN CERTIFICATE-----', base 64, '-----END CERTIFICATE-----'."
            )
        }
        if certificates.count > 1 {
            warn(
                "ssl.keystore.certificate.chain",
                "librdkafka 2.0 sends the first certificate alone. If the broker does not have those in between, put key and chain into "
                    + "one file and name it in 'ssl.keystore.location'."
            )
        }
        set("ssl.key.pem", keyBlock.text, isSecret: true)
        set("ssl.certificate.pem", first.text)
    }

    private mutating func mapPKCS12(_ location: String, _ password: String?) throws {
        guard let password else {
            throw storeError("ssl.keystore.location", "is set without 'ssl.keystore.password', which PKCS12 needs.")
        }
        set("ssl.keystore.location", location)
        set("ssl.keystore.password", password, isSecret: true)
        if let keyPassword = text("ssl.key.password"), keyPassword != password {
            warn("ssl.key.password", "OpenSSL opens a PKCS12 store with one password: 'ssl.keystore.password' is used.")
        }
    }

    private func keystoreAdvice(_ location: String, _ type: String) -> String {
        if location.lowercased().hasSuffix(".pem") {
            return "names a PEM file, but 'ssl.keystore.type' is \(type): set 'ssl.keystore.type=PEM'."
        }
        return
            "names a store of type \(type), which OpenSSL does not read. Convert it with `keytool -importkeystore -srckeystore "
            + "\(Self.shellQuoted(location)) -destkeystore keystore.p12 -deststoretype PKCS12`, then set "
            + "'ssl.keystore.type=PKCS12' and 'ssl.keystore.location' to the new file."
    }

    private func storeError(_ key: String, _ rest: String) -> ConnectError {
        error("The \(kind.rawValue)'s key '\(key)' \(rest)")
    }

    private static func isPKCS12File(_ location: String) -> Bool {
        let name = location.lowercased()
        return name.hasSuffix(".p12") || name.hasSuffix(".pfx")
    }

    /// A word for a shell that a person will paste.
    private static func shellQuoted(_ text: String) -> String {
        "'" + text.replacing("'", with: "'\\''") + "'"
    }

    // MARK: Handshake

    private mutating func mapEndpointIdentification() throws {
        let key = "ssl.endpoint.identification.algorithm"
        switch value(key)?.lowercased() ?? "" {
        case "https": set(key, "https")
        case "", "none":
            warn(key, "The broker's name is not checked against its certificate.")
            set(key, "none")
        case let other: throw wrongValue(key, other, expected: "https, or nothing to leave the broker's name unchecked")
        }
    }

    private mutating func mapCipherSuites() throws {
        let key = "ssl.cipher.suites"
        let names = (value(key) ?? "").listEntries().flatMap { $0.split(separator: ":").map(String.init) }
        guard !names.isEmpty else { return }
        var chosen: [String] = []
        var hasNewest = false
        for name in names {
            switch CipherSuiteNames.meaning(of: name) {
            case .openSSL(let suite): chosen.append(suite)
            case .tls13: hasNewest = true
            case .unknown: throw wrongValue(key, name, expected: "a cipher suite that OpenSSL 3 has")
            }
        }
        if hasNewest || chosen.isEmpty {
            note(key, "Suites of TLS 1.3 cannot be chosen in librdkafka: OpenSSL offers its usual ones.")
        }
        if !chosen.isEmpty { set(key, chosen.joined(separator: ":")) }
    }

    private mutating func mapProtocols() {
        let key = "ssl.enabled.protocols"
        guard given[key] != nil else { return }
        let names = Set((value(key) ?? "").listEntries().map { $0.uppercased() })
        guard names != ["TLSV1.2", "TLSV1.3"] else { return }
        warn(
            key,
            "librdkafka leaves TLS versions to OpenSSL, which offers 1.2 and 1.3: choose others in openssl.cnf (MinProtocol, "
                + "MaxProtocol)."
        )
    }
}
