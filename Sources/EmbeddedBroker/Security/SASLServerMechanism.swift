import NIOCore

/// The broker's side of one SASL exchange: a pure machine, one message in, one out.
protocol SASLServerMechanism {
    /// Takes the client's next message.
    mutating func step(_ message: [UInt8]) -> SASLStep
}

/// What follows a message of the client.
enum SASLStep: Equatable {
    /// This goes back, and another message is expected.
    case challenge(ByteBuffer)
    /// The client has proved to be this user; this goes back.
    case success(user: String, ByteBuffer)
    case failure(SASLFailure)
}

/// Why a client is not let in. Messages tell the client no more than it may know: not whether a user exists.
struct SASLFailure: Error, Equatable {
    var message: String

    /// The user does not exist or the password is wrong.
    static func badCredentials(_ mechanism: SASLMechanism) -> SASLFailure {
        SASLFailure(
            message: "Authentication failed with SASL mechanism \(mechanism.rawValue): invalid user name or password"
        )
    }

    /// The bytes are no message of the mechanism.
    static func malformed(_ mechanism: SASLMechanism, _ what: String) -> SASLFailure {
        SASLFailure(message: "Authentication failed with SASL mechanism \(mechanism.rawValue): \(what)")
    }
}
