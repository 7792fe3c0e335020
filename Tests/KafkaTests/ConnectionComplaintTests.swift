import CRdKafka
import Engine
import Testing

@testable import Kafka

/// Lets the testing macros call mutating methods.
private final class Filter {
    var value = ComplaintFilter()

    func report(_ code: rd_kafka_resp_err_t, text: String, isFatal: Bool) -> ConnectError? {
        value.report(code, text: text, isFatal: isFatal)
    }

    func answered(by broker: Int32) {
        value.answered(by: broker)
    }
}

/// The texts are librdkafka 2.0.2's, as seen against real listeners.
@Suite struct ConnectionComplaintTests {
    @Test(arguments: [
        (
            "127.0.0.1:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused (after 0ms in state CONNECT)",
            "127.0.0.1:1", ConnectionComplaint.Cause.refused
        ),
        (
            "nosuch.invalid:9092/bootstrap: Failed to resolve 'nosuch.invalid:9092': Name or service not known (after 2ms in state CONNECT)",
            "nosuch.invalid:9092", .unresolvable(reason: "Name or service not known")
        ),
        (
            "127.0.0.1:19093/bootstrap: Disconnected while requesting ApiVersion: might be caused by incorrect security.protocol configuration (connecting to a SSL listener?) or broker version is < 0.10 (see api.version.request) (after 0ms in state APIVERSION_QUERY)",
            "127.0.0.1:19093", .plainTextToTLS
        ),
        (
            "127.0.0.1:19093/1: Receive failed: Invalid response size 352518912 (0..100000000): increase receive.message.max.bytes (after 0ms in state APIVERSION_QUERY)",
            "127.0.0.1:19093", .plainTextToTLS
        ),
        (
            "10.0.0.1:80/bootstrap: Receive failed: Invalid response size 1213486160 (0..100000000): increase receive.message.max.bytes (after 0ms in state APIVERSION_QUERY)",
            "10.0.0.1:80", .notKafka(speaks: "HTTP")
        ),
        (
            "ssl://127.0.0.1:19094/bootstrap: SSL handshake failed: error:0A00010B:SSL routines::wrong version number (after 0ms in state SSL_HANDSHAKE)",
            "127.0.0.1:19094", .tlsToPlainText
        ),
        (
            "ssl://127.0.0.1:19095/bootstrap: SSL handshake failed: Disconnected: connecting to a PLAINTEXT broker listener? (after 55ms in state SSL_HANDSHAKE)",
            "127.0.0.1:19095", .tlsToPlainText
        ),
        (
            "ssl://127.0.0.1:19093/bootstrap: error:0A000086:SSL routines::certificate verify failed (after 2ms in state SSL_HANDSHAKE)",
            "127.0.0.1:19093", .badCertificate
        ),
        (
            "sasl_plaintext://127.0.0.1:40325/bootstrap: Failed to initialize SASL authentication: SASL Handshake not supported by broker (required by mechanism PLAIN) (after 0ms in state AUTH_LEGACY)",
            "127.0.0.1:40325", .saslNotOffered
        ),
        (
            "GroupCoordinator: 127.0.0.1:9092: Disconnected (after 120000ms in state UP)",
            "127.0.0.1:9092", .disconnected
        ),
    ])
    func causesAreToldApart(text: String, broker: String, cause: ConnectionComplaint.Cause) {
        let complaint = ConnectionComplaint(text)
        #expect(complaint.broker == broker)
        #expect(complaint.cause == cause)
        #expect(complaint.message.contains(broker))
    }

    @Test func brokerIDComesFromTheName() {
        #expect(ConnectionComplaint("localhost:9092/3: Disconnected").brokerID == 3)
        #expect(ConnectionComplaint("localhost:9092/bootstrap: Disconnected").brokerID == nil)
        #expect(ConnectionComplaint("Something else: altogether").broker == nil)
    }

    @Test func eachCauseIsSaidOncePerBrokerUntilItWorksAgain() throws {
        let filter = Filter()
        let refused =
            "localhost:9092/1: Connect to ipv4#127.0.0.1:9092 failed: Connection refused (after 1ms in state CONNECT)"
        let again =
            "localhost:9092/1: Connect to ipv4#127.0.0.1:9092 failed: Connection refused (after 7ms in state CONNECT, 9 identical error(s) suppressed)"
        let transport = RD_KAFKA_RESP_ERR__TRANSPORT
        let first = try #require(filter.report(transport, text: refused, isFatal: false))
        #expect(first.code == .kafkaTransient)
        #expect(filter.report(transport, text: again, isFatal: false) == nil)
        // What closes the connection after that is no news, nor is the same cause after it: the two used to alternate for ever.
        let closed = "localhost:9092/1: Disconnected (after 3ms in state UP)"
        #expect(filter.report(transport, text: closed, isFatal: false) == nil)
        #expect(filter.report(transport, text: again, isFatal: false) == nil)
        // Another cause is.
        let late =
            "localhost:9092/1: Failed to resolve 'localhost:9092': Name or service not known (after 1ms in state CONNECT)"
        #expect(filter.report(transport, text: late, isFatal: false) != nil)
        filter.answered(by: 2)
        #expect(filter.report(transport, text: late, isFatal: false) == nil)
        filter.answered(by: 1)
        #expect(filter.report(transport, text: again, isFatal: false) != nil)
    }

    @Test func allBrokersDownNamesTheLastCause() throws {
        let filter = Filter()
        let down = RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN
        #expect(filter.report(down, text: "1/1 brokers are down", isFatal: false) == nil)
        filter.value = ComplaintFilter()
        _ = filter.report(
            RD_KAFKA_RESP_ERR__TRANSPORT,
            text: "localhost:9092/1: Connect to ipv4#127.0.0.1:9092 failed: Connection refused",
            isFatal: false
        )
        let error = try #require(filter.report(down, text: "3/3 brokers are down", isFatal: false))
        #expect(error.message.contains("localhost:9092"))
        #expect(filter.report(down, text: "3/3 brokers are down", isFatal: false) == nil)
    }

    @Test func securityIsItsOwnClass() {
        let filter = Filter()
        let error = filter.report(
            RD_KAFKA_RESP_ERR__TRANSPORT,
            text: "ssl://localhost:9092/1: error:0A000086:SSL routines::certificate verify failed",
            isFatal: false
        )
        #expect(error?.code == .kafkaAuthentication)
        let fatal = filter.report(RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, text: "fenced", isFatal: true)
        #expect(fatal?.code == .kafkaFatal)
    }
}
