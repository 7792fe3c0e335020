import NIOCore

/// SyncGroup request, versions 0 to 5.
struct SyncGroupRequest: RequestMessage {
    static let apiKey = APIKey.syncGroup
    static let versions: ClosedRange<Int16> = 0...5
    static let flexibleSince: Int16 = 4
    typealias Response = SyncGroupResponse

    var groupID: String = ""
    var generationID: Int32 = 0
    var memberID: String = ""
    var groupInstanceID: String? = nil
    var protocolType: String? = nil
    var protocolName: String? = nil
    var assignments: [SyncGroupRequestAssignment] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&groupID)
        try coder.field(&generationID)
        try coder.field(&memberID)
        try coder.field(&groupInstanceID, since: 3)
        try coder.field(&protocolType, since: 5)
        try coder.field(&protocolName, since: 5)
        try coder.field(&assignments)
    }

    struct SyncGroupRequestAssignment: WireStruct {
        var memberID: String = ""
        var assignment: ByteBuffer = ByteBuffer()

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&memberID)
            try coder.field(&assignment)
        }
    }
}

/// SyncGroup response, versions 0 to 5.
struct SyncGroupResponse: WireMessage {
    var throttleTimeMs: Int32 = 0
    var errorCode: Int16 = 0
    var protocolType: String? = nil
    var protocolName: String? = nil
    var assignment: ByteBuffer = ByteBuffer()

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&throttleTimeMs, since: 1)
        try coder.field(&errorCode)
        try coder.field(&protocolType, since: 5)
        try coder.field(&protocolName, since: 5)
        try coder.field(&assignment)
    }
}
