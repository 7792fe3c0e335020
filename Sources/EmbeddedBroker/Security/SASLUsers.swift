import Crypto

/// The users a broker lets in. Made once per broker; belongs to its event loop.
final class SASLUsers {
    /// The mechanisms clients can choose from.
    let mechanisms: Set<SASLMechanism>

    private let passwords: [String: String]
    private let makeSalt: () -> [UInt8]
    /// Derived from a password on its first use: the derivation is slow on purpose.
    private var credentials: [CredentialKey: ScramCredential] = [:]
    /// What credentials of users that do not exist are made from: the same at every try, as those of users that do.
    private let pretence = SymmetricKey(size: .bits256)

    private struct CredentialKey: Hashable {
        let user: String
        let mechanism: SASLMechanism
    }

    init(_ settings: BrokerSecurity.SASL, makeSalt: @escaping () -> [UInt8] = { randomBytes(16) }) {
        mechanisms = settings.mechanisms
        passwords = settings.users
        self.makeSalt = makeSalt
    }

    /// A new exchange.
    func server(for mechanism: SASLMechanism) -> any SASLServerMechanism {
        switch mechanism {
        case .plain: PlainServer(users: self)
        case .scramSHA256: ScramServer<SHA256>(mechanism: mechanism, users: self)
        case .scramSHA512: ScramServer<SHA512>(mechanism: mechanism, users: self)
        }
    }

    /// Whether this is the user's password. Takes as long for a wrong one as for a right one, user or no user.
    func accepts(password: String, of user: String) -> Bool {
        // Digests have one length, so comparing them tells nothing of the password's.
        let expected = passwords[user].map { HMAC<SHA256>.authenticationCode(for: Array($0.utf8), using: pretence) }
        let given = HMAC<SHA256>.authenticationCode(for: Array(password.utf8), using: pretence)
        let isEqual = constantTimeEquals(Array(expected ?? given), Array(given))
        return isEqual && expected != nil
    }

    /// What proofs of the user are checked with. A user that does not exist gets credentials that nobody can prove.
    func credential<Hash: HashFunction>(of user: String, mechanism: SASLMechanism, _: Hash.Type) -> ScramCredential {
        let key = CredentialKey(user: user, mechanism: mechanism)
        if let known = credentials[key] { return known }
        let made: ScramCredential
        if let password = passwords[user] {
            made = ScramCredential(password: password, salt: makeSalt(), iterations: 4096, Hash.self)
            credentials[key] = made
        } else {
            // Not kept: the names that strangers make up must not fill the memory.
            func invented(_ what: String) -> [UInt8] {
                Array(HMAC<Hash>.authenticationCode(for: Array((what + user).utf8), using: pretence))
            }
            made = ScramCredential(
                salt: Array(invented("salt ").prefix(16)),
                iterations: 4096,
                storedKey: invented("stored "),
                serverKey: invented("server ")
            )
        }
        return made
    }
}

/// Bytes that nobody can guess.
func randomBytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 0...(.max), using: &generator) }
}

/// Compares without telling by its duration where the first difference is.
func constantTimeEquals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for (a, b) in zip(left, right) { difference |= a ^ b }
    return difference == 0
}
