import NIOCore

/// How far one connection has come in proving who it is, and what it may ask for meanwhile (Kafka's SaslServerAuthenticator).
///
/// The connection asks ``mayServe(_:)`` about every request, hands SaslHandshake and SaslAuthenticate to the methods of that
/// name, and frames to ``token(_:)`` while ``expectsBareToken`` says so.
struct AuthenticationMachine {
    /// What becomes of a request that is not about authentication.
    enum Verdict: Equatable {
        case serve
        /// The connection is closed without an answer; the reason is for the log.
        case close(reason: String)
    }

    /// An answer, and whether the connection is closed once it is sent.
    struct Reply<Response: Equatable>: Equatable {
        var response: Response
        /// Why the connection is closed then, for the log; `nil` when it stays.
        var closing: String?
    }

    /// What answers a token that came without a request around it.
    enum TokenReply: Equatable {
        case answer(ByteBuffer)
        case close(reason: String)
    }

    private enum State {
        /// Nothing was proved; ApiVersions and SaslHandshake are served. Can go to `exchanging`, `failed`.
        case waiting
        /// A mechanism was chosen and its messages go back and forth. Can go to `authenticated`, `failed`.
        case exchanging(any SASLServerMechanism, bare: Bool)
        /// The user is known, or nobody is asked; everything is served.
        case authenticated
        /// The connection is about to be closed.
        case failed
    }

    /// Who the connection belongs to, in Kafka's words: `ANONYMOUS` until it is known.
    private(set) var principal = "ANONYMOUS"

    private let users: SASLUsers?
    private var state: State

    /// - Parameter users: whom to let in; `nil` lets in everybody.
    init(users: SASLUsers?) {
        self.users = users
        state = users == nil ? .authenticated : .waiting
    }

    /// Whether everything is served.
    var isAuthenticated: Bool {
        if case .authenticated = state { true } else { false }
    }

    /// Whether the next frame is a bare token: what follows SaslHandshake version 0.
    var expectsBareToken: Bool {
        if case .exchanging(_, bare: true) = state { true } else { false }
    }

    /// What becomes of a request.
    func mayServe(_ api: APIKey) -> Verdict {
        switch state {
        case .authenticated: .serve
        case .waiting where api == .apiVersions || api == .saslHandshake: .serve
        case .exchanging where api == .saslAuthenticate: .serve
        case .failed: .close(reason: "its authentication failed")
        case .waiting, .exchanging:
            .close(
                reason:
                    "it asked for \(api) before it authenticated; is its security.protocol SASL_PLAINTEXT or SASL_SSL?"
            )
        }
    }

    /// Answers SaslHandshake.
    mutating func handshake(
        _ request: SaslHandshakeRequest,
        version: Int16
    ) -> Reply<SaslHandshakeResponse> {
        guard let users, case .waiting = state else {
            return Reply(response: SaslHandshakeResponse(errorCode: ErrorCode.illegalSASLState.rawValue))
        }
        let offered = users.mechanisms.map(\.rawValue).sorted()
        guard let mechanism = SASLMechanism(rawValue: request.mechanism), users.mechanisms.contains(mechanism) else {
            state = .failed
            return Reply(
                response: SaslHandshakeResponse(
                    errorCode: ErrorCode.unsupportedSASLMechanism.rawValue,
                    mechanisms: offered
                ),
                closing: "it chose a SASL mechanism that is not offered; offered: \(offered.joined(separator: ", "))"
            )
        }
        state = .exchanging(users.server(for: mechanism), bare: version == 0)
        return Reply(response: SaslHandshakeResponse(mechanisms: offered))
    }

    /// Answers SaslAuthenticate.
    mutating func authenticate(_ request: SaslAuthenticateRequest) -> Reply<SaslAuthenticateResponse> {
        guard case .exchanging(let mechanism, bare: false) = state else {
            return Reply(
                response: SaslAuthenticateResponse(
                    errorCode: ErrorCode.illegalSASLState.rawValue,
                    errorMessage: "SaslAuthenticate has to follow a SaslHandshake, once per connection"
                )
            )
        }
        switch step(mechanism, with: request.authBytes, bare: false) {
        case .challenge(let bytes), .success(_, let bytes):
            return Reply(response: SaslAuthenticateResponse(errorMessage: nil, authBytes: bytes))
        case .failure(let failure):
            return Reply(
                response: SaslAuthenticateResponse(
                    errorCode: ErrorCode.saslAuthenticationFailed.rawValue,
                    errorMessage: failure.message
                ),
                closing: failure.message
            )
        }
    }

    /// Answers a bare token.
    mutating func token(_ bytes: ByteBuffer) -> TokenReply {
        guard case .exchanging(let mechanism, bare: true) = state else {
            return .close(reason: "a SASL token came out of turn")
        }
        switch step(mechanism, with: bytes, bare: true) {
        case .challenge(let bytes), .success(_, let bytes): return .answer(bytes)
        case .failure(let failure): return .close(reason: failure.message)
        }
    }

    private mutating func step(
        _ mechanism: any SASLServerMechanism,
        with bytes: ByteBuffer,
        bare: Bool
    ) -> SASLStep {
        var mechanism = mechanism
        let step = mechanism.step(Array(bytes.readableBytesView))
        switch step {
        case .challenge: state = .exchanging(mechanism, bare: bare)
        case .success(let user, _):
            state = .authenticated
            principal = user
        case .failure: state = .failed
        }
        return step
    }
}
