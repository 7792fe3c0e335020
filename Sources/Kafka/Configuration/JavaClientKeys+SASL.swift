internal import Engine

extension JavaClientKeys {
    /// Keys about SASL.
    static let sasl: [JavaClientKey] =
        [
            JavaClientKey(
                "sasl.mechanism",
                .all,
                .string,
                default: "GSSAPI",
                .rule("sasl.mechanisms"),
                "GSSAPI, PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER."
            ),
            JavaClientKey(
                "sasl.jaas.config",
                .all,
                .password,
                .rule(
                    "sasl.username",
                    "sasl.password",
                    "sasl.kerberos.principal",
                    "sasl.kerberos.keytab",
                    "sasl.oauthbearer.config",
                    "enable.sasl.oauthbearer.unsecure.jwt",
                    "sasl.oauthbearer.extensions"
                ),
                "One login module: `PlainLoginModule`, `ScramLoginModule`, `Krb5LoginModule` or `OAuthBearerLoginModule`."
            ),
            JavaClientKey(
                "sasl.client.callback.handler.class",
                .all,
                .className,
                .unsupported,
                "Java classes cannot run here."
            ),
            JavaClientKey(
                "sasl.login.callback.handler.class",
                .all,
                .className,
                .rule([]),
                "Java classes cannot run here: an error except for Kafka's own handlers of OAUTHBEARER."
            ),
            JavaClientKey("sasl.login.class", .all, .className, .unsupported, "Java classes cannot run here."),
            JavaClientKey(
                "sasl.kerberos.service.name",
                .all,
                .string,
                .rule("sasl.kerberos.service.name"),
                "`kafka` when neither it nor the login module's `serviceName` is set."
            ),
            JavaClientKey(
                "sasl.kerberos.kinit.cmd",
                .all,
                .string,
                default: "/usr/bin/kinit",
                own: .library,
                .rule("sasl.kerberos.kinit.cmd"),
                workerOnly: true,
                "The path of `kinit`, as in Java; librdkafka's key of that name is a shell command, which is built around the path. When it "
                    + "is not set, `kinit` is found by the worker's `PATH`."
            ),
            JavaClientKey(
                "sasl.kerberos.min.time.before.relogin",
                .all,
                .long,
                default: "60000",
                .rule("sasl.kerberos.min.time.before.relogin"),
                "librdkafka renews the ticket every so many ms; at least 1000."
            ),
            JavaClientKey(
                "sasl.kerberos.ticket.renew.window.factor",
                .all,
                .double,
                default: "0.8",
                .noEffect(.note),
                "librdkafka renews the ticket every `sasl.kerberos.min.time.before.relogin`."
            ),
            JavaClientKey(
                "sasl.kerberos.ticket.renew.jitter",
                .all,
                .double,
                default: "0.05",
                .noEffect(.note),
                "librdkafka renews the ticket every `sasl.kerberos.min.time.before.relogin`."
            ),
            JavaClientKey(
                "sasl.oauthbearer.token.endpoint.url",
                .all,
                .string,
                .rule("sasl.oauthbearer.method", "sasl.oauthbearer.token.endpoint.url"),
                "Asks for tokens with client credentials. Needs a librdkafka built with libcurl (feature `oidc`); `file:` is an error."
            ),
            JavaClientKey(
                "sasl.oauthbearer.client.credentials.client.id",
                .all,
                .string,
                .rule("sasl.oauthbearer.client.id"),
                "Comes before the login module's `clientId`."
            ),
            JavaClientKey(
                "sasl.oauthbearer.client.credentials.client.secret",
                .all,
                .password,
                .rule("sasl.oauthbearer.client.secret"),
                "Comes before the login module's `clientSecret`."
            ),
            JavaClientKey(
                "sasl.oauthbearer.scope",
                .all,
                .string,
                .rule("sasl.oauthbearer.scope"),
                "Comes before the login module's `scope`."
            ),
            JavaClientKey(
                "sasl.oauthbearer.header.urlencode",
                .all,
                .boolean,
                default: "false",
                .unsupported,
                "librdkafka 2.0 does not encode the credentials that it sends."
            ),
            JavaClientKey(
                "sasl.oauthbearer.jwt.retriever.class",
                .all,
                .className,
                default: "org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever",
                .rule([]),
                "Java classes cannot run here: an error except for Kafka's own `DefaultJwtRetriever` and "
                    + "`ClientCredentialsJwtRetriever`."
            ),
            JavaClientKey(
                "sasl.oauthbearer.jwt.validator.class",
                .all,
                .className,
                default: "org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator",
                .noEffect(.note),
                "librdkafka checks the form of a token and its time of expiry itself."
            ),
        ] + assertionKeys + loginKeys + validationKeys

    private static let assertionReason =
        "Tokens by assertion (jwt-bearer) are not in librdkafka 2.0: use client credentials."

    private static let assertionKeys: [JavaClientKey] = [
        JavaClientKey(
            "sasl.oauthbearer.assertion.algorithm",
            .all,
            .choice(["ES256", "RS256"], ignoringCase: true),
            default: "RS256",
            .noEffect(.note),
            assertionReason
        ),
        JavaClientKey("sasl.oauthbearer.assertion.claim.aud", .all, .string, .noEffect(.note), assertionReason),
        JavaClientKey(
            "sasl.oauthbearer.assertion.claim.exp.seconds",
            .all,
            .int(0...86_400),
            default: "300",
            .noEffect(.note),
            assertionReason
        ),
        JavaClientKey("sasl.oauthbearer.assertion.claim.iss", .all, .string, .noEffect(.note), assertionReason),
        JavaClientKey(
            "sasl.oauthbearer.assertion.claim.jti.include",
            .all,
            .boolean,
            default: "false",
            .noEffect(.note),
            assertionReason
        ),
        JavaClientKey(
            "sasl.oauthbearer.assertion.claim.nbf.seconds",
            .all,
            .int(0...3600),
            default: "60",
            .noEffect(.note),
            assertionReason
        ),
        JavaClientKey("sasl.oauthbearer.assertion.claim.sub", .all, .string, .noEffect(.note), assertionReason),
        JavaClientKey("sasl.oauthbearer.assertion.file", .all, .string, .unsupported, assertionReason),
        JavaClientKey("sasl.oauthbearer.assertion.private.key.file", .all, .string, .unsupported, assertionReason),
        JavaClientKey(
            "sasl.oauthbearer.assertion.private.key.passphrase",
            .all,
            .password,
            .noEffect(.note),
            assertionReason
        ),
        JavaClientKey("sasl.oauthbearer.assertion.template.file", .all, .string, .unsupported, assertionReason),
    ]

    private static let loginReason = "librdkafka asks for a new token at 80 % of the old one's life."
    private static let retrieverReason = "librdkafka's limits for the token endpoint are fixed."

    private static let loginKeys: [JavaClientKey] = [
        JavaClientKey("sasl.login.connect.timeout.ms", .all, .int, .noEffect(.note), retrieverReason),
        JavaClientKey("sasl.login.read.timeout.ms", .all, .int, .noEffect(.note), retrieverReason),
        JavaClientKey("sasl.login.retry.backoff.ms", .all, .long, default: "100", .noEffect(.note), retrieverReason),
        JavaClientKey(
            "sasl.login.retry.backoff.max.ms",
            .all,
            .long,
            default: "10000",
            .noEffect(.note),
            retrieverReason
        ),
        JavaClientKey(
            "sasl.login.refresh.buffer.seconds",
            .all,
            .short(0...3600),
            default: "300",
            .noEffect(.note),
            loginReason
        ),
        JavaClientKey(
            "sasl.login.refresh.min.period.seconds",
            .all,
            .short(0...900),
            default: "60",
            .noEffect(.note),
            loginReason
        ),
        JavaClientKey(
            "sasl.login.refresh.window.factor",
            .all,
            .double(0.5...1.0),
            default: "0.8",
            .noEffect(.note),
            loginReason
        ),
        JavaClientKey(
            "sasl.login.refresh.window.jitter",
            .all,
            .double(0.0...0.25),
            default: "0.05",
            .noEffect(.note),
            loginReason
        ),
    ]

    private static let validationReason = "Checking tokens is the broker's work; a client only sends them."

    private static let validationKeys: [JavaClientKey] = [
        JavaClientKey(
            "sasl.oauthbearer.clock.skew.seconds",
            .all,
            .int,
            default: "30",
            .noEffect(.note),
            validationReason
        ),
        JavaClientKey(
            "sasl.oauthbearer.expected.audience",
            .all,
            .list,
            default: "",
            .noEffect(.note),
            validationReason
        ),
        JavaClientKey("sasl.oauthbearer.expected.issuer", .all, .string, .noEffect(.note), validationReason),
        JavaClientKey(
            "sasl.oauthbearer.jwks.endpoint.refresh.ms",
            .all,
            .long,
            default: "3600000",
            .noEffect(.note),
            validationReason
        ),
        JavaClientKey(
            "sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms",
            .all,
            .long,
            default: "10000",
            .noEffect(.note),
            validationReason
        ),
        JavaClientKey(
            "sasl.oauthbearer.jwks.endpoint.retry.backoff.ms",
            .all,
            .long,
            default: "100",
            .noEffect(.note),
            validationReason
        ),
        JavaClientKey("sasl.oauthbearer.jwks.endpoint.url", .all, .string, .noEffect(.note), validationReason),
        JavaClientKey(
            "sasl.oauthbearer.scope.claim.name",
            .all,
            .string,
            default: "scope",
            .noEffect(.note),
            validationReason
        ),
        JavaClientKey(
            "sasl.oauthbearer.sub.claim.name",
            .all,
            .string,
            default: "sub",
            .noEffect(.note),
            validationReason
        ),
    ]
}
