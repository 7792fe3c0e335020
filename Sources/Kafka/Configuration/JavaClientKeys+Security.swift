internal import Engine

extension JavaClientKeys {
    /// Keys about TLS.
    static let security: [JavaClientKey] = [
        JavaClientKey(
            "ssl.truststore.type",
            .all,
            .string,
            default: "JKS",
            .rule([]),
            "`PEM`. Stores of type JKS and PKCS12 are an error that names the command to convert them."
        ),
        JavaClientKey(
            "ssl.truststore.location",
            .all,
            .string,
            .rule("ssl.ca.location"),
            "A PEM file with the trusted certificates."
        ),
        JavaClientKey(
            "ssl.truststore.certificates",
            .all,
            .password,
            .rule("ssl.ca.pem"),
            "Certificates in PEM form; blanks in place of line ends are mended."
        ),
        JavaClientKey(
            "ssl.truststore.password",
            .all,
            .password,
            .rule([]),
            "PEM has none: an error with type `PEM`, as in Java."
        ),
        JavaClientKey(
            "ssl.keystore.type",
            .all,
            .string,
            default: "JKS",
            .rule([]),
            "`PEM` or `PKCS12`. JKS is an error that names the command to convert it, unless the file's name ends in `.p12` or "
                + "`.pfx`."
        ),
        JavaClientKey(
            "ssl.keystore.location",
            .all,
            .string,
            .rule("ssl.certificate.location", "ssl.key.location", "ssl.keystore.location"),
            "With `PEM` one file that holds private key and certificates, with `PKCS12` the store."
        ),
        JavaClientKey(
            "ssl.keystore.key",
            .all,
            .password,
            .rule("ssl.key.pem"),
            "The private key in PEM form."
        ),
        JavaClientKey(
            "ssl.keystore.certificate.chain",
            .all,
            .password,
            .rule("ssl.certificate.pem"),
            "The certificates in PEM form. librdkafka 2.0 sends the first alone: for a chain use a file and `ssl.keystore.location`."
        ),
        JavaClientKey(
            "ssl.keystore.password",
            .all,
            .password,
            .rule("ssl.keystore.password"),
            "The password of a PKCS12 store."
        ),
        JavaClientKey(
            "ssl.key.password",
            .all,
            .password,
            .rule("ssl.key.password"),
            "The password of a private key in PEM form."
        ),
        JavaClientKey(
            "ssl.endpoint.identification.algorithm",
            .all,
            .string,
            default: "https",
            .rule("ssl.endpoint.identification.algorithm"),
            "`https`, or empty, which becomes `none`: the broker's name is then not checked."
        ),
        JavaClientKey(
            "ssl.cipher.suites",
            .all,
            .list,
            default: "",
            .rule("ssl.cipher.suites"),
            "Java's names become OpenSSL's. TLS 1.3 suites cannot be chosen in librdkafka: all are offered."
        ),
        JavaClientKey(
            "ssl.enabled.protocols",
            .all,
            .list,
            default: "TLSv1.2,TLSv1.3",
            .rule([]),
            "librdkafka leaves TLS versions to OpenSSL: 1.2 and 1.3. Another choice is warned about; make it in `openssl.cnf` "
                + "(`MinProtocol`, `MaxProtocol`)."
        ),
        JavaClientKey(
            "ssl.protocol",
            .all,
            .string,
            default: "TLSv1.3",
            .noEffect(.note),
            "OpenSSL offers TLS 1.3 and 1.2 and takes the newest that the broker knows."
        ),
        JavaClientKey(
            "ssl.provider",
            .all,
            .string,
            .noEffect(.note),
            "It names a Java security provider; TLS is OpenSSL's here."
        ),
        JavaClientKey(
            "ssl.keymanager.algorithm",
            .all,
            .string,
            default: "SunX509",
            .noEffect(.note),
            "It names a Java security service; TLS is OpenSSL's here."
        ),
        JavaClientKey(
            "ssl.trustmanager.algorithm",
            .all,
            .string,
            default: "PKIX",
            .noEffect(.note),
            "It names a Java security service; TLS is OpenSSL's here."
        ),
        JavaClientKey(
            "ssl.secure.random.implementation",
            .all,
            .string,
            .noEffect(.note),
            "It names a Java security service; TLS is OpenSSL's here."
        ),
        JavaClientKey(
            "ssl.engine.factory.class",
            .all,
            .className,
            .rule([]),
            "Java classes cannot run here: an error except for Kafka's own `DefaultSslEngineFactory`."
        ),
        JavaClientKey(
            "security.providers",
            .all,
            .string,
            .noEffect(.warning),
            "It names Java security providers; TLS is OpenSSL's and SASL Cyrus SASL's here."
        ),
    ]
}
