import NIOSSL

extension BrokerSecurity.TLS {
    /// What the connections of a TLS listener are made with. Reads the files; called once, before the listener opens.
    ///
    /// Every connection gets a `NIOSSLServerHandler(context:)` as the first of its handlers.
    func makeContext() throws(BrokerError) -> NIOSSLContext {
        let chain = try certificates(in: certificateFile, meant: "the broker's certificate")
        let key = try privateKey()
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        // Kafka's default since 2.6: nothing below TLS 1.2.
        configuration.minimumTLSVersion = .tlsv12
        switch clientAuthentication {
        case .none: configuration.certificateVerification = .none
        case .requested: configuration.certificateVerification = .optionalVerification
        case .required: configuration.certificateVerification = .noHostnameVerification
        }
        if let trustFile, clientAuthentication != .none {
            let trusted = try certificates(in: trustFile, meant: "what clients' certificates have to lead to")
            configuration.trustRoots = .certificates(trusted)
        }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw BrokerError(
                "TLS cannot be set up with the certificate in \(certificateFile) and the key in \(keyFile): \(error)."
                    + " Does the key belong to the first certificate of the file?"
            )
        }
    }

    private func certificates(in file: String, meant: String) throws(BrokerError) -> [NIOSSLCertificate] {
        do {
            let certificates = try NIOSSLCertificate.fromPEMFile(file)
            if !certificates.isEmpty { return certificates }
        } catch {
            throw BrokerError("\(file), \(meant), cannot be read as PEM certificates: \(error)")
        }
        throw BrokerError("\(file), \(meant), holds no PEM certificate")
    }

    private func privateKey() throws(BrokerError) -> NIOSSLPrivateKey {
        // NIOSSL hands the password on as signed characters and traps on others.
        guard keyPassword?.utf8.allSatisfy({ $0 < 0x80 }) ?? true else {
            throw BrokerError("The password of \(keyFile) has other than ASCII characters, which is not supported")
        }
        do {
            guard let keyPassword else { return try NIOSSLPrivateKey(file: keyFile, format: .pem) }
            return try NIOSSLPrivateKey(file: keyFile, format: .pem) { use in use(Array(keyPassword.utf8)) }
        } catch {
            throw BrokerError(
                "\(keyFile), the broker's private key, cannot be read as a PEM key: \(error)."
                    + " An encrypted key needs its password, a plain one none"
            )
        }
    }
}
