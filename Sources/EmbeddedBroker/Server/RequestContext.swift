/// What a handler may want to know beside the request itself.
struct RequestContext {
    /// The version of request and answer.
    var version: Int16
    /// What the client calls itself; empty when it does not say.
    var clientID: String
    /// The client's address, as Kafka shows it: `/127.0.0.1`.
    var clientHost: String
    /// Where clients of this connection's listener reach the broker.
    var advertised: AdvertisedAddress
    /// The user that the connection has authenticated as; `ANONYMOUS` without authentication.
    var principal: String
}

/// A host and port that metadata answers name.
struct AdvertisedAddress: Equatable {
    var host: String
    var port: Int32
}
