import Crypto
import NIOCore
import Testing

@testable import EmbeddedBroker

@Suite("A connection's authentication")
struct AuthenticationMachineTests {
    private let users = SASLUsers(.init(users: ["user": "pencil"]))

    private func refuses(_ machine: AuthenticationMachine, _ api: APIKey) -> Bool {
        machine.mayServe(api) != .serve
    }

    @Test("asks nothing where nobody has to authenticate")
    func open() {
        var machine = AuthenticationMachine(users: nil)
        #expect(APIKey.allCases.allSatisfy { machine.mayServe($0) == .serve })
        #expect(machine.principal == "ANONYMOUS")
        let reply = machine.handshake(SaslHandshakeRequest(mechanism: "PLAIN"), version: 1)
        #expect(reply.response.errorCode == ErrorCode.illegalSASLState.rawValue)
        #expect(reply.closing == nil)
        let second = machine.authenticate(SaslAuthenticateRequest())
        #expect(second.response.errorCode == ErrorCode.illegalSASLState.rawValue)
    }

    @Test("serves only ApiVersions and SaslHandshake before a mechanism is chosen")
    func before() {
        let machine = AuthenticationMachine(users: users)
        for api in APIKey.allCases {
            #expect(refuses(machine, api) == (api != .apiVersions && api != .saslHandshake))
        }
    }

    @Test("serves only SaslAuthenticate while messages go back and forth, everything once the user is known")
    func scram() throws {
        var machine = AuthenticationMachine(users: users)
        let handshake = machine.handshake(SaslHandshakeRequest(mechanism: "SCRAM-SHA-256"), version: 1)
        #expect(handshake.response.errorCode == 0)
        #expect(handshake.response.mechanisms == ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
        #expect(!machine.expectsBareToken)
        for api in APIKey.allCases { #expect(refuses(machine, api) == (api != .saslAuthenticate)) }

        var client = ScramClient<SHA256>(user: "user", password: "pencil", nonce: "abc")
        let first = machine.authenticate(SaslAuthenticateRequest(authBytes: ByteBuffer(string: client.first)))
        #expect(first.response.errorCode == 0)
        #expect(first.closing == nil)
        #expect(refuses(machine, .produce))
        #expect(machine.principal == "ANONYMOUS")

        let final = try client.final(to: String(buffer: first.response.authBytes))
        let last = machine.authenticate(SaslAuthenticateRequest(authBytes: ByteBuffer(string: final)))
        #expect(last.response.errorCode == 0)
        #expect(String(buffer: last.response.authBytes) == client.expectedServerFinal)
        #expect(machine.isAuthenticated)
        #expect(machine.principal == "user")
        #expect(!refuses(machine, .produce))

        let again = machine.handshake(SaslHandshakeRequest(mechanism: "PLAIN"), version: 1)
        #expect(again.response.errorCode == ErrorCode.illegalSASLState.rawValue)
        #expect(machine.principal == "user")
    }

    @Test("says what is offered to a client that chose something else, then closes")
    func unknownMechanism() {
        let only = SASLUsers(.init(mechanisms: [.scramSHA512], users: ["user": "pencil"]))
        for mechanism in ["PLAIN", "GSSAPI", ""] {
            var machine = AuthenticationMachine(users: only)
            let reply = machine.handshake(SaslHandshakeRequest(mechanism: mechanism), version: 1)
            #expect(reply.response.errorCode == ErrorCode.unsupportedSASLMechanism.rawValue)
            #expect(reply.response.mechanisms == ["SCRAM-SHA-512"])
            #expect(reply.closing != nil)
            #expect(refuses(machine, .apiVersions))
        }
    }

    @Test("answers a wrong password with an error and closes; nothing is served after it")
    func wrongPassword() {
        var machine = AuthenticationMachine(users: users)
        _ = machine.handshake(SaslHandshakeRequest(mechanism: "PLAIN"), version: 1)
        let reply = machine.authenticate(SaslAuthenticateRequest(authBytes: ByteBuffer(string: "\0user\0wrong")))
        #expect(reply.response.errorCode == ErrorCode.saslAuthenticationFailed.rawValue)
        #expect(reply.response.errorMessage == SASLFailure.badCredentials(.plain).message)
        #expect(reply.closing != nil)
        for api in APIKey.allCases { #expect(refuses(machine, api)) }
        let retry = machine.authenticate(SaslAuthenticateRequest(authBytes: ByteBuffer(string: "\0user\0pencil")))
        #expect(retry.response.errorCode == ErrorCode.illegalSASLState.rawValue)
        #expect(!machine.isAuthenticated)
    }

    @Test("takes bare tokens after SaslHandshake version 0")
    func bareTokens() {
        var machine = AuthenticationMachine(users: users)
        _ = machine.handshake(SaslHandshakeRequest(mechanism: "PLAIN"), version: 0)
        #expect(machine.expectsBareToken)
        let wrapped = machine.authenticate(SaslAuthenticateRequest(authBytes: ByteBuffer(string: "\0user\0pencil")))
        #expect(wrapped.response.errorCode == ErrorCode.illegalSASLState.rawValue)
        #expect(machine.token(ByteBuffer(string: "\0user\0pencil")) == .answer(ByteBuffer()))
        #expect(machine.isAuthenticated)
        #expect(!machine.expectsBareToken)

        var other = AuthenticationMachine(users: users)
        _ = other.handshake(SaslHandshakeRequest(mechanism: "PLAIN"), version: 0)
        guard case .close = other.token(ByteBuffer(string: "\0user\0wrong")) else {
            Issue.record("answered a wrong password")
            return
        }
        guard case .close = other.token(ByteBuffer(string: "\0user\0pencil")) else {
            Issue.record("took a token after a failure")
            return
        }
    }
}
