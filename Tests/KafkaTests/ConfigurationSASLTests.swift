import Engine
import Testing

@testable import Kafka

/// SASL keys.
@Suite struct ConfigurationSASLTests {
    static let secret = "s3cr3t-canary"
    static let plainModule = "org.apache.kafka.common.security.plain.PlainLoginModule"
    static let scramModule = "org.apache.kafka.common.security.scram.ScramLoginModule"
    static let kerberosModule = "com.sun.security.auth.module.Krb5LoginModule"
    static let bearerModule = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule"
    static let withOIDC = ClientLibrary(version: "2.3.0", features: ["ssl", "sasl_oauthbearer", "oidc"])

    static func sasl(_ mechanism: String, _ jaas: String? = nil, _ more: [String: String] = [:]) -> [String: String] {
        var java = ["security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": mechanism]
        java["sasl.jaas.config"] = jaas
        return java.merging(more) { _, new in new }
    }

    // MARK: Passwords

    @Test(
        arguments: [("PLAIN", plainModule), ("SCRAM-SHA-256", scramModule), ("SCRAM-SHA-512", scramModule)],
        ClientKind.allCases
    )
    func nameAndPassword(mechanism: (name: String, module: String), kind: ClientKind) throws {
        let jaas = "\(mechanism.module) required username=\"alice\" password=\"\(Self.secret)\";"
        let result = try mapped(Self.sasl(mechanism.name, jaas), kind)
        #expect(result["security.protocol"] == "sasl_plaintext")
        #expect(result["sasl.mechanisms"] == mechanism.name)
        #expect(result["sasl.username"] == "alice")
        #expect(result["sasl.password"] == Self.secret)
        #expect(result["sasl.jaas.config"] == nil)
        #expect(result.notices == [])
        #expect(try tryOut(result) == [])
    }

    @Test func shadedModuleAndLowerCaseMechanism() throws {
        let result = try mapped(
            Self.sasl("plain", "shaded.\(Self.plainModule) required username=a password=b extra=c;")
        )
        #expect(result["sasl.mechanisms"] == "PLAIN")
        #expect(result.messages("sasl.jaas.config") == ["Options that have no meaning here: extra."])
    }

    @Test func librdkafkasOwnKeysWillDo() throws {
        let java = [
            "security.protocol": "SASL_SSL", "sasl.mechanisms": "PLAIN", "sasl.username": "a",
            "sasl.password": Self.secret,
        ]
        let result = try mapped(java)
        #expect(result["sasl.mechanisms"] == "PLAIN")
        #expect(result["sasl.password"] == Self.secret)
        #expect(try tryOut(result) == [])
    }

    @Test(
        arguments: [
            ("PLAIN", nil, "'sasl.jaas.config' is missing"),
            ("PLAIN", "\(plainModule) required username=a;", "lacks password"),
            ("PLAIN", "\(plainModule) required password=a;", "lacks username"),
            ("PLAIN", "\(scramModule) required username=a password=b;", "names the login module ScramLoginModule"),
            ("SCRAM-SHA-512", "\(plainModule) required username=a password=b;", "expected \(scramModule)"),
            ("PLAIN", "\(plainModule) required username=a password=b", "must end with ';'"),
            ("PLAIN", "\(plainModule) required; \(plainModule) required;", "names 2 login modules"),
            ("SCRAM-SHA-256", "\(scramModule) required username=a password=b tokenauth=true;", "delegation token"),
            ("DIGEST-MD5", nil, "one of GSSAPI, PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER"),
            ("OAUTHBEARER", nil, "'sasl.oauthbearer.token.endpoint.url'"), ("GSSAPI", nil, "expected for GSSAPI"),
        ] as [(String, String?, String)]
    )
    func mistakes(mechanism: String, jaas: String?, expected: String) {
        #expect(mappingError(Self.sasl(mechanism, jaas)).contains(expected))
    }

    /// Rule 7: whatever is wrong, no error, notice or description holds the secret.
    @Test(
        arguments: [
            "\(plainModule) required username=a password=\"\(secret)\"", "\(secret)", "\(secret) required;",
            "\(secret);",
            "\(plainModule) \(secret);", "\(plainModule) required \(secret);",
            "\(plainModule) required password=\(secret);",
            "\(scramModule) required username=\(secret) password=\(secret);", "\(plainModule) required a=\"\(secret);",
            "\(plainModule) required username=a password=\"\(secret)\" x=\(secret);", "com.acme.\(secret) required;",
        ]
    )
    func secretsStaySecret(jaas: String) {
        do {
            let result = try mapped(Self.sasl("PLAIN", jaas))
            #expect(!"\(result)".contains(Self.secret))
            #expect(!String(reflecting: result).contains(Self.secret))
            var dumped = ""
            dump(result, to: &dumped)
            #expect(!dumped.contains(Self.secret))
            #expect(!result.notices.contains { $0.message.contains(Self.secret) })
        } catch {
            #expect(!"\(error)".contains(Self.secret))
            #expect(!String(reflecting: error).contains(Self.secret))
        }
    }

    @Test func keysAreNotUsedWithoutSASL() throws {
        let result = try mapped(["sasl.mechanism": "NONSENSE", "sasl.jaas.config": "nonsense", "sasl.login.class": "X"])
        #expect(result["sasl.mechanisms"] == nil)
        #expect(result.notices.count == 3)
        #expect(result.messages("sasl.jaas.config") == ["Not used while 'security.protocol' is PLAINTEXT."])
    }

    @Test func javaClassesCannotRun() {
        let jaas = "\(Self.plainModule) required username=a password=b;"
        for key in ["sasl.login.class", "sasl.client.callback.handler.class"] {
            #expect(mappingError(Self.sasl("PLAIN", jaas, [key: "com.acme.Login"])).contains("'\(key)' cannot be used"))
        }
        #expect(
            mappingError(Self.sasl("OAUTHBEARER", nil, ["sasl.login.callback.handler.class": "com.acme.Handler"]))
                .contains("'com.acme.Handler'")
        )
    }

    // MARK: Kerberos

    @Test func keytab() throws {
        let jaas = """
            \(Self.kerberosModule) required useKeyTab=true storeKey=true keyTab="/etc/security/kafka client.keytab"
            principal="kafka-client/host.example.com@EXAMPLE.COM" serviceName="kafka1";
            """
        let result = try mapped(Self.sasl("GSSAPI", jaas))
        #expect(result["sasl.kerberos.keytab"] == "/etc/security/kafka client.keytab")
        #expect(result["sasl.kerberos.principal"] == "kafka-client/host.example.com@EXAMPLE.COM")
        #expect(result["sasl.kerberos.service.name"] == "kafka1")
        #expect(
            result["sasl.kerberos.kinit.cmd"]
                == #"kinit -R -t "%{sasl.kerberos.keytab}" -k %{sasl.kerberos.principal} || kinit -t "%{sasl.kerberos.keytab}" -k %{sasl.kerberos.principal}"#
        )
        #expect(result["sasl.kerberos.min.time.before.relogin"] == "60000")
        #expect(result.notices == [])
        try tryOut(result, makesClient: false)
    }

    @Test func ticketCache() throws {
        let jaas = "\(Self.kerberosModule) required useTicketCache=true renewTGT=true;"
        let result = try mapped(Self.sasl("GSSAPI", jaas, ["sasl.kerberos.kinit.cmd": "/opt/krb5/bin/kinit"]))
        #expect(result["sasl.kerberos.kinit.cmd"] == "/opt/krb5/bin/kinit -R")
        #expect(result["sasl.kerberos.service.name"] == "kafka")
        #expect(result["sasl.kerberos.keytab"] == nil)
        let named = try mapped(
            Self.sasl("GSSAPI", "\(Self.kerberosModule) required useTicketCache=true ticketCache=\"/tmp/c\";")
        )
        #expect(named.messages("sasl.jaas.config", .warning).first?.contains("KRB5CCNAME") == true)
    }

    /// librdkafka gives these values to a shell: nothing in them may act there.
    @Test(
        arguments: [
            "a@B;id", "a@B`id`", "$(id)@B", "a@B|id", "a@B&id", "a b@B", "a@B\nid", "a@B>x", "'a'@B",
            "a@B%{ssl.key.password}", "-S x",
            "a\\@B", "a@B*", "ä@B", "a@B#", "a@B{x}", "a@B!x", "~root",
        ]
    )
    func principalsThatAShellWouldActOn(principal: String) {
        let escaped = principal.replacing("\\", with: "\\\\")
        let jaas = "\(Self.kerberosModule) required useKeyTab=true keyTab=\"/k\" principal=\"\(escaped)\";"
        #expect(mappingError(Self.sasl("GSSAPI", jaas)).contains("a shell would act on"))
        let native = ["sasl.kerberos.principal": principal, "sasl.kerberos.keytab": "/k"]
        #expect(mappingError(Self.sasl("GSSAPI", nil, native)).contains("'sasl.kerberos.principal'"))
    }

    @Test(arguments: ["/k\"; id; \"", "/k$(id)", "/k`id`", "/k\\", "/k\nid", "/k%{x}", "-k"])
    func keytabsThatAShellWouldActOn(keytab: String) {
        let native = ["sasl.kerberos.principal": "a@B", "sasl.kerberos.keytab": keytab]
        #expect(mappingError(Self.sasl("GSSAPI", nil, native)).contains("'sasl.kerberos.keytab'"))
        // Also where SASL is not used: librdkafka keeps the value all the same.
        #expect(mappingError(native).contains("'sasl.kerberos.keytab'"))
    }

    @Test(arguments: [
        "kinit", "/bin/sh -c id", "/usr/bin/kinit;id", "/usr/bin/kinit $(id)", "kinit -k %{sasl.kerberos.principal}",
    ])
    func kinitIsAPathOnly(command: String) {
        let jaas = "\(Self.kerberosModule) required useTicketCache=true;"
        let message = mappingError(Self.sasl("GSSAPI", jaas, ["sasl.kerberos.kinit.cmd": command]))
        #expect(message.contains("absolute path of kinit"))
    }

    @Test(
        arguments: [
            ("useKeyTab=true principal=\"a@B\"", "needs keyTab"), ("useKeyTab=true keyTab=\"/k\"", "principal"),
            ("principal=\"a@B\"", "useKeyTab=true or useTicketCache=true"),
        ]
    )
    func incompleteKerberos(options: String, expected: String) {
        #expect(mappingError(Self.sasl("GSSAPI", "\(Self.kerberosModule) required \(options);")).contains(expected))
    }

    @Test func serviceNamesMustAgree() {
        let jaas = "\(Self.kerberosModule) required useTicketCache=true serviceName=a;"
        #expect(mappingError(Self.sasl("GSSAPI", jaas, ["sasl.kerberos.service.name": "b"])).contains("differs"))
    }

    // MARK: OAUTHBEARER

    @Test func clientCredentials() throws {
        let jaas = """
            \(Self.bearerModule) required clientId="worker" clientSecret="\(Self.secret)" scope="kafka all"
            extension_logicalCluster="lkc-1" extension_pool="p";
            """
        let java = Self.sasl(
            "OAUTHBEARER",
            jaas,
            [
                "sasl.oauthbearer.token.endpoint.url": "https://idp.example/token",
                "sasl.login.callback.handler.class":
                    "org.apache.kafka.common.security.oauthbearer.secured.OAuthBearerLoginCallbackHandler",
            ]
        )
        let result = try mapped(java, .producer, library: Self.withOIDC)
        #expect(result["sasl.oauthbearer.method"] == "oidc")
        #expect(result["sasl.oauthbearer.token.endpoint.url"] == "https://idp.example/token")
        #expect(result["sasl.oauthbearer.client.id"] == "worker")
        #expect(result["sasl.oauthbearer.client.secret"] == Self.secret)
        #expect(result["sasl.oauthbearer.scope"] == "kafka all")
        #expect(result["sasl.oauthbearer.extensions"] == "logicalCluster=lkc-1,pool=p")
        #expect(!"\(result)".contains(Self.secret))
        let keys = java.merging([
            "sasl.oauthbearer.client.credentials.client.id": "other",
            "sasl.oauthbearer.client.credentials.client.secret": "x", "sasl.oauthbearer.scope": "s",
        ]) { _, new in new }
        let byKeys = try mapped(keys, .consumer, library: Self.withOIDC)
        #expect(byKeys["sasl.oauthbearer.client.id"] == "other")
        #expect(byKeys["sasl.oauthbearer.client.secret"] == "x")
        #expect(byKeys["sasl.oauthbearer.scope"] == "s")
    }

    @Test func clientCredentialsThatCannotWork() {
        func message(_ jaas: String, _ more: [String: String], _ library: ClientLibrary = Self.withOIDC) -> String {
            mappingError(
                Self.sasl("OAUTHBEARER", "\(Self.bearerModule) required \(jaas);", more),
                .producer,
                library: library
            )
        }
        let url = ["sasl.oauthbearer.token.endpoint.url": "https://idp.example/token"]
        let without = ClientLibrary(version: "2.0.2", features: ["ssl", "sasl_oauthbearer"])
        #expect(message("clientId=a clientSecret=b", url, without).contains("built with libcurl"))
        #expect(message("clientId=a", url).contains("clientSecret"))
        #expect(message("clientSecret=a", url).contains("clientId"))
        #expect(message("clientId=a clientSecret=b extension_auth=x", url).contains("extension"))
        #expect(message("clientId=a clientSecret=b extension_a='x,y'", url).contains("extension"))
        #expect(
            message("clientId=a clientSecret=b", ["sasl.oauthbearer.token.endpoint.url": "file:///t"]).contains(
                "https://"
            )
        )
        #expect(
            message("clientId=a clientSecret=b", url.merging(["sasl.oauthbearer.assertion.file": "/f"]) { $1 })
                .contains("assertion")
        )
    }

    @Test func unsecuredToken() throws {
        let jaas = """
            \(Self.bearerModule) required unsecuredLoginStringClaim_sub="alice" unsecuredLoginListClaim_scope=",a,b"
            unsecuredLoginLifetimeSeconds="60" unsecuredLoginExtension_traceId="7" unsecuredLoginNumberClaim_x="1";
            """
        let result = try mapped(Self.sasl("OAUTHBEARER", jaas))
        #expect(result["enable.sasl.oauthbearer.unsecure.jwt"] == "true")
        #expect(
            result["sasl.oauthbearer.config"]
                == "principalClaimName=sub principal=alice scopeClaimName=scope scope=a,b lifeSeconds=60 extension_traceId=7"
        )
        #expect(result.messages("sasl.jaas.config", .warning).count == 1)
        #expect(result.messages("sasl.jaas.config", .note).first?.contains("unsecuredLoginNumberClaim_x") == true)
        #expect(try tryOut(result) == [])
        for options in [
            "unsecuredLoginLifetimeSeconds=60", "unsecuredLoginStringClaim_sub='a b'",
            "unsecuredLoginStringClaim_sub=a unsecuredLoginLifetimeSeconds=soon",
        ] {
            #expect(!mappingError(Self.sasl("OAUTHBEARER", "\(Self.bearerModule) required \(options);")).isEmpty)
        }
    }
}
