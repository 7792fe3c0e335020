/// InitProducerId request, versions 0 to 5.
struct InitProducerIdRequest: RequestMessage {
    static let apiKey = APIKey.initProducerID
    static let versions: ClosedRange<Int16> = 0...5
    static let flexibleSince: Int16 = 2
    typealias Response = InitProducerIdResponse

    var transactionalID: String? = ""
    var transactionTimeoutMs: Int32 = 0
    var producerID: Int64 = -1
    var producerEpoch: Int16 = -1

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&transactionalID)
        try coder.field(&transactionTimeoutMs)
        try coder.field(&producerID, since: 3)
        try coder.field(&producerEpoch, since: 3)
    }
}

/// InitProducerId response, versions 0 to 5.
struct InitProducerIdResponse: WireMessage {
    var throttleTimeMs: Int32 = 0
    var errorCode: Int16 = 0
    var producerID: Int64 = -1
    var producerEpoch: Int16 = 0

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&throttleTimeMs)
        try coder.field(&errorCode)
        try coder.field(&producerID)
        try coder.field(&producerEpoch)
    }
}
