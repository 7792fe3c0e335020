/// Heartbeat request, versions 0 to 4.
struct HeartbeatRequest: RequestMessage {
    static let apiKey = APIKey.heartbeat
    static let versions: ClosedRange<Int16> = 0...4
    static let flexibleSince: Int16 = 4
    typealias Response = HeartbeatResponse

    var groupID: String = ""
    var generationID: Int32 = 0
    var memberID: String = ""
    var groupInstanceID: String? = nil

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&groupID)
        try coder.field(&generationID)
        try coder.field(&memberID)
        try coder.field(&groupInstanceID, since: 3)
    }
}

/// Heartbeat response, versions 0 to 4.
struct HeartbeatResponse: WireMessage {
    var throttleTimeMs: Int32 = 0
    var errorCode: Int16 = 0

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&throttleTimeMs, since: 1)
        try coder.field(&errorCode)
    }
}
