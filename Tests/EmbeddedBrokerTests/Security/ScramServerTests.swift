import Crypto
import NIOCore
import Testing

@testable import EmbeddedBroker

@Suite("SCRAM, the broker's side")
struct ScramServerTests {
    static let salt256: [UInt8] = Base64.decode("W22ZaJ0SNY7soEsUEjb6gQ==".utf8) ?? []

    /// RFC 7677, section 3.
    @Test("has the exchange of RFC 7677")
    func rfc7677() {
        var server = ScramServer<SHA256>(
            mechanism: .scramSHA256,
            users: users(salt: Self.salt256),
            nonce: "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
        )
        #expect(
            server.step("n,,n=user,r=rOprNGfwEbeRWgbNEkqO")
                == .says(
                    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
                )
        )
        #expect(
            server.step(
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                    + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
            ) == .letsIn("user", saying: "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")
        )
    }

    /// Computed with another implementation of the hashes (Python's hashlib).
    @Test("has the exchange of SHA-512 as others compute it")
    func sha512() {
        var server = ScramServer<SHA512>(
            mechanism: .scramSHA512,
            users: users(salt: Array(0..<16)),
            nonce: "3rfcNHYJY1ZVvWVs7j"
        )
        #expect(
            server.step("n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL")
                == .says("r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=AAECAwQFBgcICQoLDA0ODw==,i=4096")
        )
        #expect(
            server.step(
                "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=sczPDWz55v7uD/UgbCbYve2NGcPfTta81NlZ2D8RHfUom"
                    + "EA4mWDhKNLAeMj0b+VY4jiijtTirlPA4lL2+uBCYw=="
            )
                == .letsIn(
                    "user",
                    saying: "v=IjZlPJPD3YUHkwZ7B1RIGQ+oWq0m+rajQGj7xs6bOhKfd/gSAFz4EY1bBliuPZh2pvrC92S5ZLQoWGjdDj8m6g=="
                )
        )
    }

    @Test(
        "lets in whoever knows the password, and proves that it knows it too",
        arguments: ["user", "o=ne,two", "ünïcøde"]
    )
    func goodClient(name: String) throws {
        let users = SASLUsers(.init(users: [name: "pass,word="]))
        var client = ScramClient<SHA256>(user: name, password: "pass,word=", nonce: "abc")
        var server = users.server(for: .scramSHA256)
        let answer = try client.final(to: text(server.step(client.first)))
        let last = server.step(answer)
        #expect(last == .success(user: name, ByteBuffer(string: client.expectedServerFinal)))
    }

    @Test("lets in a client that repeats its nonce before the one of both sides, as librdkafka does")
    func repeatedNonce() throws {
        let users = SASLUsers(.init(users: ["user": "pencil"]))
        var client = ScramClient<SHA256>(user: "user", password: "pencil", nonce: "abc", repeatsNonce: true)
        var server = users.server(for: .scramSHA256)
        let answer = try client.final(to: text(server.step(client.first)))
        #expect(answer.hasPrefix("c=biws,r=abcabc"))
        #expect(server.step(answer) == .letsIn("user", saying: client.expectedServerFinal))
    }

    @Test("refuses a wrong password and an unknown user alike, in as many steps, with the same words")
    func badCredentials() throws {
        let users = SASLUsers(.init(users: ["user": "pencil"]))
        var failures: [SASLStep] = []
        for (name, password) in [("user", "pen"), ("nobody", "pencil")] {
            var client = ScramClient<SHA512>(user: name, password: password, nonce: "abc")
            var server = users.server(for: .scramSHA512)
            let answer = try client.final(to: text(server.step(client.first)))
            failures.append(server.step(answer))
        }
        #expect(failures[0] == .failure(.badCredentials(.scramSHA512)))
        #expect(failures[1] == failures[0])
    }

    @Test("gives one unknown user one salt, another one another")
    func pretence() {
        let users = SASLUsers(.init(users: [:]))
        let first = users.credential(of: "x", mechanism: .scramSHA256, SHA256.self)
        #expect(first == users.credential(of: "x", mechanism: .scramSHA256, SHA256.self))
        #expect(first.salt != users.credential(of: "y", mechanism: .scramSHA256, SHA256.self).salt)
        #expect(first.salt.count == 16)
    }

    @Test(
        "refuses what is no first message",
        arguments: [
            "", "n", "n,,", "n,,n=user", "n,,r=abc", "n,,r=abc,n=user", "n,,n=,r=abc", "n,,n=user,r=",
            "n,,n=us=er,r=abc", "n,,n=us=3,r=abc", "n,x,n=user,r=abc", "q,,n=user,r=abc", "p=tls-unique,,n=user,r=abc",
            "n,,m=must,n=user,r=abc", "n,a=other,n=user,r=abc", "n,,n=user,r=a\u{7f}c", "n,,n=user,r=a c",
        ]
    )
    func badFirst(message: String) {
        var server = users(salt: Self.salt256).server(for: .scramSHA256)
        guard case .failure = server.step(Array(message.utf8)) else {
            Issue.record("\(message) was taken for a first message")
            return
        }
        // And there is no second try on the same exchange.
        guard case .failure = server.step("n,,n=user,r=abc") else {
            Issue.record("went on after a failure")
            return
        }
    }

    @Test("takes an authorization id that is the user's name, and extensions that may be left alone")
    func authorization() {
        var server = users(salt: Self.salt256).server(for: .scramSHA256)
        guard case .challenge = server.step("y,a=user,n=user,r=abc,tokenauth=true") else {
            Issue.record("refused")
            return
        }
    }

    @Test("refuses a last message with another nonce, another header, no proof, or one of another length")
    func badFinal() throws {
        let nonce = "abcdef"
        for message in [
            "c=biws,r=abc,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            "c=eSws,r=\(nonce),p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            "c=biws,r=\(nonce)", "c=biws,r=\(nonce),p=", "c=biws,r=\(nonce),p=AAAA", "c=biws,r=\(nonce),p=?", "", "c=",
        ] {
            var server = ScramServer<SHA256>(
                mechanism: .scramSHA256,
                users: users(salt: Self.salt256),
                nonce: "def"
            )
            _ = server.step("n,,n=user,r=abc")
            guard case .failure = server.step(message) else {
                Issue.record("\(message) was taken for a proof")
                return
            }
        }
    }

    private func users(salt: [UInt8]) -> SASLUsers {
        SASLUsers(.init(users: ["user": "pencil"])) { salt }
    }
}

extension SASLServerMechanism {
    mutating func step(_ message: String) -> SASLStep { step(Array(message.utf8)) }
}

extension SASLStep {
    static func says(_ text: String) -> SASLStep { .challenge(ByteBuffer(string: text)) }
    static func letsIn(_ user: String, saying text: String) -> SASLStep {
        .success(user: user, ByteBuffer(string: text))
    }
}

/// The text of a challenge.
func text(_ step: SASLStep) throws -> String {
    guard case .challenge(let bytes) = step else { throw UnexpectedStep(step: step) }
    return String(buffer: bytes)
}

struct UnexpectedStep: Error {
    let step: SASLStep
}
