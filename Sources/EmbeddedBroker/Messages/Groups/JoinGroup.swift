import NIOCore

/// JoinGroup request, versions 0 to 9.
struct JoinGroupRequest: RequestMessage {
    static let apiKey = APIKey.joinGroup
    static let versions: ClosedRange<Int16> = 0...9
    static let flexibleSince: Int16 = 6
    typealias Response = JoinGroupResponse

    var groupID: String = ""
    var sessionTimeoutMs: Int32 = 0
    var rebalanceTimeoutMs: Int32 = -1
    var memberID: String = ""
    var groupInstanceID: String? = nil
    var protocolType: String = ""
    var protocols: [JoinGroupRequestProtocol] = []
    var reason: String? = nil

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&groupID)
        try coder.field(&sessionTimeoutMs)
        try coder.field(&rebalanceTimeoutMs, since: 1)
        try coder.field(&memberID)
        try coder.field(&groupInstanceID, since: 5)
        try coder.field(&protocolType)
        try coder.field(&protocols)
        try coder.field(&reason, since: 8)
    }

    struct JoinGroupRequestProtocol: WireStruct {
        var name: String = ""
        var metadata: ByteBuffer = ByteBuffer()

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&name)
            try coder.field(&metadata)
        }
    }
}

/// JoinGroup response, versions 0 to 9.
struct JoinGroupResponse: WireMessage {
    var throttleTimeMs: Int32 = 0
    var errorCode: Int16 = 0
    var generationID: Int32 = -1
    var protocolType: String? = nil
    var protocolName: String? = ""
    var leader: String = ""
    var skipAssignment: Bool = false
    var memberID: String = ""
    var members: [JoinGroupResponseMember] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&throttleTimeMs, since: 2)
        try coder.field(&errorCode)
        try coder.field(&generationID)
        try coder.field(&protocolType, since: 7)
        try coder.field(&protocolName)
        try coder.field(&leader)
        try coder.field(&skipAssignment, since: 9)
        try coder.field(&memberID)
        try coder.field(&members)
    }

    struct JoinGroupResponseMember: WireStruct {
        var memberID: String = ""
        var groupInstanceID: String? = nil
        var metadata: ByteBuffer = ByteBuffer()

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&memberID)
            try coder.field(&groupInstanceID, since: 5)
            try coder.field(&metadata)
        }
    }
}
