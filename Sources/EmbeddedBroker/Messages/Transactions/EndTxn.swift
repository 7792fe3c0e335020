/// EndTxn request, versions 0 to 4.
struct EndTxnRequest: RequestMessage {
    static let apiKey = APIKey.endTxn
    static let versions: ClosedRange<Int16> = 0...4
    static let flexibleSince: Int16 = 3
    typealias Response = EndTxnResponse

    var transactionalID: String = ""
    var producerID: Int64 = 0
    var producerEpoch: Int16 = 0
    var committed: Bool = false

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&transactionalID)
        try coder.field(&producerID)
        try coder.field(&producerEpoch)
        try coder.field(&committed)
    }
}

/// EndTxn response, versions 0 to 4.
struct EndTxnResponse: WireMessage {
    var throttleTimeMs: Int32 = 0
    var errorCode: Int16 = 0

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&throttleTimeMs)
        try coder.field(&errorCode)
    }
}
