/// Kafka's broker settings for transactions, with Kafka's defaults.
struct TransactionConfiguration: Equatable, Sendable {
    /// `transaction.max.timeout.ms`: the longest time a producer may ask for.
    var maximumTimeout: Int32 = 900_000

    /// `transactional.id.expiration.ms`: an unused transactional ID is forgotten after this time.
    var idExpiration: Int64 = 604_800_000

    /// `transaction.remove.expired.transaction.cleanup.interval.ms`.
    var expirationCheckInterval: Int64 = 3_600_000

    /// How long to wait before markers that could not be written are tried again, in ms.
    var markerRetryInterval: Int64 = 100
}
