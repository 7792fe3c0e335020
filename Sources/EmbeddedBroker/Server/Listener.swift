import NIOCore

/// Where clients of the broker come in, and what is asked of them.
public struct BrokerListener: Sendable {
    /// The address to listen on. Loopback unless told.
    public var host: String
    /// The port; 0 lets the system choose.
    public var port: Int
    /// The host that metadata answers name; `nil` is the address that the client came in by.
    public var advertisedHost: String?
    /// What clients have to prove, and whether the connection is encrypted.
    public var security: BrokerSecurity

    /// A listener; see the properties.
    public init(
        host: String = "127.0.0.1",
        port: Int = 0,
        advertisedHost: String? = nil,
        security: BrokerSecurity = .none
    ) {
        self.host = host
        self.port = port
        self.advertisedHost = advertisedHost
        self.security = security
    }
}

/// A listener whose port is open.
struct BoundListener {
    let listener: BrokerListener
    let address: SocketAddress
    /// Whom to let in; `nil` lets in everybody.
    let users: SASLUsers?

    /// Where a client that came in by `local` is told to come back: a listener on all addresses has no address of its own.
    func advertised(to local: SocketAddress?) -> AdvertisedAddress {
        let port = Int32(truncatingIfNeeded: address.port ?? 0)
        if let host = listener.advertisedHost { return AdvertisedAddress(host: host, port: port) }
        let isWildcard = listener.host == "0.0.0.0" || listener.host == "::"
        let host = isWildcard ? local?.ipAddress ?? listener.host : listener.host
        return AdvertisedAddress(host: host, port: port)
    }
}
