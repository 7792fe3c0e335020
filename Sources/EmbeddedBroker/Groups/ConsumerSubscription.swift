import NIOCore

/// What members of consumer groups say about themselves.
enum ConsumerSubscription {
    /// The protocol type of consumers.
    static let protocolType = "consumer"

    /// The topics of a subscription, as every version of Kafka's ConsumerProtocolSubscription begins; `nil` when the bytes
    /// are something else.
    static func topics(in metadata: ByteBuffer) -> [String]? {
        var decoder = WireDecoder(metadata, version: 0, isFlexible: false)
        var version: Int16 = 0
        var topics: [String] = []
        do {
            try decoder.value(&version)
            try decoder.value(&topics)
        } catch {
            return nil
        }
        return version >= 0 ? topics : nil
    }
}
