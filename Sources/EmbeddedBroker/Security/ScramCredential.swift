import Crypto

/// What a broker keeps of a password (RFC 5802, section 3): enough to check a proof, not enough to make one.
struct ScramCredential: Equatable {
    var salt: [UInt8]
    var iterations: Int
    var storedKey: [UInt8]
    var serverKey: [UInt8]

    init(salt: [UInt8], iterations: Int, storedKey: [UInt8], serverKey: [UInt8]) {
        self.salt = salt
        self.iterations = iterations
        self.storedKey = storedKey
        self.serverKey = serverKey
    }

    /// Derives the keys. Takes some thousand hashes: milliseconds.
    init<Hash: HashFunction>(password: String, salt: [UInt8], iterations: Int, _: Hash.Type) {
        self.salt = salt
        self.iterations = iterations
        // Like Kafka, no normalisation of the password beyond UTF-8.
        let salted = SymmetricKey(
            data: Self.stretch(Array(password.utf8), salt: salt, iterations: iterations, Hash.self)
        )
        let clientKey = HMAC<Hash>.authenticationCode(for: Array("Client Key".utf8), using: salted)
        storedKey = Array(Hash.hash(data: Array(clientKey)))
        serverKey = Array(HMAC<Hash>.authenticationCode(for: Array("Server Key".utf8), using: salted))
    }

    /// `Hi` of RFC 5802: PBKDF2 with HMAC and one block of output.
    static func stretch<Hash: HashFunction>(
        _ password: [UInt8],
        salt: [UInt8],
        iterations: Int,
        _: Hash.Type
    ) -> [UInt8] {
        // Copies of one keyed state save hashing the key at every step.
        let keyed = HMAC<Hash>(key: SymmetricKey(data: password))
        var first = keyed
        first.update(data: salt)
        first.update(data: [0, 0, 0, 1] as [UInt8])
        var last = Array(first.finalize())
        var result = last
        for _ in 1..<max(iterations, 1) {
            var next = keyed
            next.update(data: last)
            last = Array(next.finalize())
            for index in result.indices { result[index] ^= last[index] }
        }
        return result
    }
}
