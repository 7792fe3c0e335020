public import Logging

/// Whose client it is: for logs and client ids.
public struct ClientContext: Sendable {
    /// Logs with the owner's fields (connector, task).
    public var logger: Logger
    /// The default `client.id`.
    public var clientID: String

    /// Makes one of its parts.
    public init(logger: Logger, clientID: String) {
        self.logger = logger
        self.clientID = clientID
    }
}
