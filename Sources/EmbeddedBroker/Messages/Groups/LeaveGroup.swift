/// LeaveGroup request, versions 0 to 5.
struct LeaveGroupRequest: RequestMessage {
    static let apiKey = APIKey.leaveGroup
    static let versions: ClosedRange<Int16> = 0...5
    static let flexibleSince: Int16 = 4
    typealias Response = LeaveGroupResponse

    var groupID: String = ""
    var memberID: String = ""
    var members: [MemberIdentity] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&groupID)
        try coder.field(&memberID, until: 2)
        try coder.field(&members, since: 3)
    }

    struct MemberIdentity: WireStruct {
        var memberID: String = ""
        var groupInstanceID: String? = nil
        var reason: String? = nil

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&memberID, since: 3)
            try coder.field(&groupInstanceID, since: 3)
            try coder.field(&reason, since: 5)
        }
    }
}

/// LeaveGroup response, versions 0 to 5.
struct LeaveGroupResponse: WireMessage {
    var throttleTimeMs: Int32 = 0
    var errorCode: Int16 = 0
    var members: [MemberResponse] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&throttleTimeMs, since: 1)
        try coder.field(&errorCode)
        try coder.field(&members, since: 3)
    }

    struct MemberResponse: WireStruct {
        var memberID: String = ""
        var groupInstanceID: String? = ""
        var errorCode: Int16 = 0

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&memberID, since: 3)
            try coder.field(&groupInstanceID, since: 3)
            try coder.field(&errorCode, since: 3)
        }
    }
}
