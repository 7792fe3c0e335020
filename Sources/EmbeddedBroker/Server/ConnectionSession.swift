/// What the broker knows of one connection.
final class ConnectionSession {
    /// The client's address, as Kafka shows it in group descriptions: `/127.0.0.1`.
    let clientHost: String
    /// The listener it came in by.
    let listener: BoundListener
    /// Where the answers of this connection say the broker is.
    let advertised: AdvertisedAddress
    /// Who the client is, and what it may ask before it has said so.
    var authentication: AuthenticationMachine
    /// Why the connection is closed with the next answer; `nil` when it stays.
    var closing: String?

    init(
        clientHost: String,
        listener: BoundListener,
        advertised: AdvertisedAddress,
        authentication: AuthenticationMachine
    ) {
        self.clientHost = clientHost
        self.listener = listener
        self.advertised = advertised
        self.authentication = authentication
    }
}
