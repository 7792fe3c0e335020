import Crypto
import NIOCore

/// The broker's side of SCRAM (RFC 5802, RFC 7677): two messages of the client, each answered.
struct ScramServer<Hash: HashFunction>: SASLServerMechanism {
    private enum State {
        /// Nothing came yet. Can go to `challenged`, `ended`.
        case fresh
        /// Salt and nonce went out, a proof is expected. Can go to `ended`.
        case challenged(ScramClientFirst, serverFirst: String, nonce: String, ScramCredential)
        /// Proved or refused.
        case ended
    }

    private let mechanism: SASLMechanism
    private let users: SASLUsers
    private let serverNonce: String
    private var state = State.fresh

    /// - Parameter nonce: this side's part of the nonce; printable, without commas, never the same twice.
    init(mechanism: SASLMechanism, users: SASLUsers, nonce: String = Base64.encode(randomBytes(18))) {
        self.mechanism = mechanism
        self.users = users
        serverNonce = nonce
    }

    mutating func step(_ message: [UInt8]) -> SASLStep {
        guard let text = String(validating: message, as: UTF8.self) else { return refuse(.notAMessage) }
        do {
            switch state {
            case .fresh: return challenge(try ScramClientFirst(text))
            case .challenged(let first, let serverFirst, let nonce, let credential):
                return check(try ScramClientFinal(text), first, serverFirst: serverFirst, nonce: nonce, credential)
            case .ended: return refuse(.notAMessage)
            }
        } catch {
            return refuse(error)
        }
    }

    private mutating func challenge(_ first: ScramClientFirst) -> SASLStep {
        guard first.authorizationID.isEmpty || first.authorizationID == first.user else {
            state = .ended
            return .failure(.malformed(mechanism, "the authorization id differs from the user name"))
        }
        let credential = users.credential(of: first.user, mechanism: mechanism, Hash.self)
        let nonce = first.nonce + serverNonce
        let serverFirst = "r=\(nonce),s=\(Base64.encode(credential.salt)),i=\(credential.iterations)"
        state = .challenged(first, serverFirst: serverFirst, nonce: nonce, credential)
        return .challenge(ByteBuffer(string: serverFirst))
    }

    private mutating func check(
        _ final: ScramClientFinal,
        _ first: ScramClientFirst,
        serverFirst: String,
        nonce: String,
        _ credential: ScramCredential
    ) -> SASLStep {
        state = .ended
        // Ends with, as in Kafka: librdkafka 2.0 puts its own nonce before the one of both sides. What counts is that
        // this side's part is in what is signed.
        guard final.nonce.hasSuffix(nonce), final.binding == Array(first.header.utf8) else {
            return refuse(.notAMessage)
        }
        let signed = Array("\(first.bare),\(serverFirst),\(final.withoutProof)".utf8)
        let signature = HMAC<Hash>.authenticationCode(for: signed, using: SymmetricKey(data: credential.storedKey))
        guard final.proof.count == Hash.Digest.byteCount else { return .failure(.badCredentials(mechanism)) }
        let clientKey = zip(final.proof, signature).map { $0 ^ $1 }
        guard constantTimeEquals(Array(Hash.hash(data: clientKey)), credential.storedKey) else {
            return .failure(.badCredentials(mechanism))
        }
        let serverSignature = HMAC<Hash>.authenticationCode(
            for: signed,
            using: SymmetricKey(data: credential.serverKey)
        )
        return .success(user: first.user, ByteBuffer(string: "v=" + Base64.encode(Array(serverSignature))))
    }

    private mutating func refuse(_ error: ScramSyntaxError) -> SASLStep {
        state = .ended
        return .failure(.malformed(mechanism, error.message))
    }
}
