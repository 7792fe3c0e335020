extension WorkerKeys {
    /// TLS for the worker's own Kafka clients and, where `listeners.https.` says nothing else, for its REST listeners.
    ///
    /// Source: `org.apache.kafka.common.config.SslConfigs`.
    static let tls: [ConfigKey] = [
        ConfigKey(
            "ssl.protocol",
            .string,
            default: "TLSv1.3",
            importance: .medium,
            documentation: "The newest version of TLS to use: TLSv1.3 or TLSv1.2."
        ),
        ConfigKey(
            "ssl.provider",
            .string,
            default: nil,
            importance: .medium,
            documentation: "The Java security provider for TLS. Accepted and not used: OpenSSL does the work here."
        ),
        ConfigKey(
            "ssl.cipher.suites",
            .list,
            default: [],
            validator: .list(),
            importance: .low,
            documentation: "The cipher suites that may be used; empty means the library's own choice."
        ),
        ConfigKey(
            "ssl.enabled.protocols",
            .list,
            default: ["TLSv1.2", "TLSv1.3"],
            validator: .list(),
            importance: .medium,
            documentation: "The versions of TLS that may be used."
        ),
        ConfigKey(
            "ssl.keystore.type",
            .string,
            default: "JKS",
            importance: .medium,
            documentation:
                "The format of the key store: PEM or PKCS12. JKS is a format of Java alone; convert such a file first."
        ),
        ConfigKey(
            "ssl.keystore.location",
            .string,
            default: nil,
            importance: .high,
            documentation: "The file with the client's own private key and certificate chain."
        ),
        secret("ssl.keystore.password", "The password of the key store file. PEM files need none."),
        secret("ssl.key.password", "The password of the private key in the key store file or in ssl.keystore.key."),
        secret("ssl.keystore.key", "The private key itself, as PEM text (PKCS#8)."),
        secret("ssl.keystore.certificate.chain", "The certificate chain of the private key, as PEM text."),
        secret("ssl.truststore.certificates", "The certificates to trust, as PEM text."),
        ConfigKey(
            "ssl.truststore.type",
            .string,
            default: "JKS",
            importance: .medium,
            documentation:
                "The format of the trust store: PEM. JKS is a format of Java alone; convert such a file first."
        ),
        ConfigKey(
            "ssl.truststore.location",
            .string,
            default: nil,
            importance: .high,
            documentation: "The file with the certificates to trust."
        ),
        secret("ssl.truststore.password", "The password of the trust store file. PEM files need none."),
        ConfigKey(
            "ssl.keymanager.algorithm",
            .string,
            default: "SunX509",
            importance: .low,
            documentation: "The algorithm of Java's key manager. Accepted and not used."
        ),
        ConfigKey(
            "ssl.trustmanager.algorithm",
            .string,
            default: "PKIX",
            importance: .low,
            documentation: "The algorithm of Java's trust manager. Accepted and not used."
        ),
        ConfigKey(
            "ssl.endpoint.identification.algorithm",
            .string,
            default: "https",
            importance: .low,
            documentation: "How a server's name is checked against its certificate: https, or empty for no check."
        ),
        ConfigKey(
            "ssl.secure.random.implementation",
            .string,
            default: nil,
            importance: .low,
            documentation: "Java's source of random numbers for TLS. Accepted and not used."
        ),
        ConfigKey(
            "ssl.engine.factory.class",
            .class,
            default: nil,
            importance: .low,
            documentation: "A Java class that makes TLS engines. Accepted and not used."
        ),
    ]

    private static func secret(_ name: String, _ documentation: String) -> ConfigKey {
        ConfigKey(name, .password, default: nil, importance: .high, documentation: documentation)
    }
}
