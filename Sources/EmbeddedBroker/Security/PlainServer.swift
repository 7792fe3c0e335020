import NIOCore

/// PLAIN (RFC 4616): one message with the user's name and password between NUL bytes.
struct PlainServer: SASLServerMechanism {
    let users: SASLUsers

    mutating func step(_ message: [UInt8]) -> SASLStep {
        let parts = message.split(separator: 0, maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3,
            let authorization = String(validating: parts[0], as: UTF8.self),
            let user = String(validating: parts[1], as: UTF8.self),
            let password = String(validating: parts[2], as: UTF8.self)
        else {
            return .failure(.malformed(.plain, "the message is not an authorization id, a user and a password"))
        }
        guard !user.isEmpty, !password.isEmpty else {
            return .failure(.malformed(.plain, "user name and password must not be empty"))
        }
        guard authorization.isEmpty || authorization == user else {
            return .failure(.malformed(.plain, "the authorization id differs from the user name"))
        }
        guard users.accepts(password: password, of: user) else { return .failure(.badCredentials(.plain)) }
        return .success(user: user, ByteBuffer())
    }
}
