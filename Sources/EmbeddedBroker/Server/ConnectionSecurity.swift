import NIOCore
import NIOSSL

/// What a listener's security means for its connections, made ready once. Belongs to the broker's event loop.
final class ConnectionSecurity {
    /// Whom to let in; `nil` lets in everybody.
    let users: SASLUsers?
    private let tls: NIOSSLContext?

    init(_ security: BrokerSecurity) throws(BrokerError) {
        users = security.sasl.map { SASLUsers($0) }
        if let settings = security.tls {
            tls = try settings.makeContext()
        } else {
            tls = nil
        }
    }

    /// Puts what encrypts a connection before everything else in its pipeline.
    func addHandlers(to channel: any Channel) throws {
        guard let tls else { return }
        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
    }
}
