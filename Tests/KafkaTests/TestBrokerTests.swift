import Testing

@testable import ConnectTesting

@Suite struct TestBrokerTests {
    @Test func securityVariablesBecomeClientKeys() {
        let keys = TestBroker.security(in: [
            "CONNECT_SECURITY_PROTOCOL": "SASL_SSL",
            "CONNECT_SECURITY_SASL_JAAS_CONFIG": "a b=\"c\";",
            "CONNECT_SECURITY_SSL_TRUSTSTORE_LOCATION": "/x/ca.pem",
            "CONNECT_BOOTSTRAP": "localhost:1",
            "PATH": "/bin",
        ])
        #expect(
            keys == [
                "security.protocol": "SASL_SSL", "sasl.jaas.config": "a b=\"c\";",
                "ssl.truststore.location": "/x/ca.pem",
            ]
        )
    }
}
