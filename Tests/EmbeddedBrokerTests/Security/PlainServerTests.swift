import NIOCore
import Testing

@testable import EmbeddedBroker

@Suite("PLAIN, the broker's side")
struct PlainServerTests {
    private let users = SASLUsers(.init(users: ["user": "pencil", "ünï": "cødé"]))

    @Test(
        "lets in the right password, with the user's name as authorization id or none",
        arguments: [("\0user\0pencil", "user"), ("user\0user\0pencil", "user"), ("\0ünï\0cødé", "ünï")]
    )
    func good(message: String, user: String) {
        var server = PlainServer(users: users)
        #expect(server.step(message) == .success(user: user, ByteBuffer()))
    }

    @Test(
        "refuses a wrong password and an unknown user in the same words",
        arguments: ["\0user\0pen", "\0nobody\0pencil"]
    )
    func bad(message: String) {
        var server = PlainServer(users: users)
        #expect(server.step(message) == .failure(.badCredentials(.plain)))
    }

    @Test(
        "refuses what is no message of PLAIN",
        arguments: ["", "\0", "user\0pencil", "\0user\0", "\0\0pencil", "\0user\0pencil\0", "other\0user\0pencil"]
    )
    func malformed(message: String) {
        var server = PlainServer(users: users)
        guard case .failure(let failure) = server.step(message) else {
            Issue.record("let in")
            return
        }
        #expect(failure != .badCredentials(.plain))
        #expect(!failure.message.contains("pencil"))
    }

    @Test("refuses bytes that are no text")
    func notText() {
        var server = PlainServer(users: users)
        guard case .failure = server.step([0, 0xff, 0, 0x61]) else {
            Issue.record("let in")
            return
        }
    }
}

@Suite("Base64")
struct Base64Tests {
    @Test(
        "encodes and decodes the vectors of RFC 4648",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ]
    )
    func vectors(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded.utf8) == Array(plain.utf8))
    }

    @Test("gives back any bytes")
    func roundTrip() {
        for count in 0..<100 {
            let bytes = randomBytes(count)
            #expect(Base64.decode(Base64.encode(bytes).utf8) == bytes)
        }
    }

    @Test(
        "refuses what is not Base64",
        arguments: ["A", "AA", "AAA", "AA=A", "A===", "====", "AA-_", "AB==", "AAA\n", "AAAA="]
    )
    func bad(text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }
}
