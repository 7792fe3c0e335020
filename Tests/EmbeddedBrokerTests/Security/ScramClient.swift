import Crypto

@testable import EmbeddedBroker

/// The client's side of SCRAM, as far as tests need it.
struct ScramClient<Hash: HashFunction> {
    let user: String
    let password: String
    let nonce: String
    let repeatsNonce: Bool
    private(set) var expectedServerFinal = ""

    init(user: String, password: String, nonce: String, repeatsNonce: Bool = false) {
        self.repeatsNonce = repeatsNonce
        self.user = user
        self.password = password
        self.nonce = nonce
    }

    private var bare: String {
        let name = user.map { $0 == "=" ? "=3D" : $0 == "," ? "=2C" : String($0) }.joined()
        return "n=\(name),r=\(nonce)"
    }

    var first: String { "n,,\(bare)" }

    mutating func final(to serverFirst: String) throws -> String {
        let parts = serverFirst.split(separator: ",").map { String($0.dropFirst(2)) }
        guard parts.count == 3, let salt = Base64.decode(parts[1].utf8), let iterations = Int(parts[2]) else {
            throw BadServerMessage(text: serverFirst)
        }
        let salted = SymmetricKey(
            data: ScramCredential.stretch(Array(password.utf8), salt: salt, iterations: iterations, Hash.self)
        )
        let withoutProof = "c=biws,r=\(repeatsNonce ? nonce : "")\(parts[0])"
        let signed = Array("\(bare),\(serverFirst),\(withoutProof)".utf8)
        let clientKey = Array(HMAC<Hash>.authenticationCode(for: Array("Client Key".utf8), using: salted))
        let stored = SymmetricKey(data: Array(Hash.hash(data: clientKey)))
        let signature = Array(HMAC<Hash>.authenticationCode(for: signed, using: stored))
        let serverKey = Array(HMAC<Hash>.authenticationCode(for: Array("Server Key".utf8), using: salted))
        let expected = HMAC<Hash>.authenticationCode(for: signed, using: SymmetricKey(data: serverKey))
        expectedServerFinal = "v=" + Base64.encode(Array(expected))
        return withoutProof + ",p=" + Base64.encode(zip(clientKey, signature).map { $0 ^ $1 })
    }

    struct BadServerMessage: Error {
        let text: String
    }
}
