import NIOCore

/// DescribeGroups request, versions 0 to 6.
struct DescribeGroupsRequest: RequestMessage {
    static let apiKey = APIKey.describeGroups
    static let versions: ClosedRange<Int16> = 0...6
    static let flexibleSince: Int16 = 5
    typealias Response = DescribeGroupsResponse

    var groups: [String] = []
    var includeAuthorizedOperations: Bool = false

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&groups)
        try coder.field(&includeAuthorizedOperations, since: 3)
    }
}

/// DescribeGroups response, versions 0 to 6.
struct DescribeGroupsResponse: WireMessage {
    var throttleTimeMs: Int32 = 0
    var groups: [DescribedGroup] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&throttleTimeMs, since: 1)
        try coder.field(&groups)
    }

    struct DescribedGroup: WireStruct {
        var errorCode: Int16 = 0
        var errorMessage: String? = nil
        var groupID: String = ""
        var groupState: String = ""
        var protocolType: String = ""
        var protocolData: String = ""
        var members: [DescribedGroupMember] = []
        var authorizedOperations: Int32 = -2147483648

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&errorCode)
            try coder.field(&errorMessage, since: 6)
            try coder.field(&groupID)
            try coder.field(&groupState)
            try coder.field(&protocolType)
            try coder.field(&protocolData)
            try coder.field(&members)
            try coder.field(&authorizedOperations, since: 3)
        }

        struct DescribedGroupMember: WireStruct {
            var memberID: String = ""
            var groupInstanceID: String? = nil
            var clientID: String = ""
            var clientHost: String = ""
            var memberMetadata: ByteBuffer = ByteBuffer()
            var memberAssignment: ByteBuffer = ByteBuffer()

            mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                try coder.field(&memberID)
                try coder.field(&groupInstanceID, since: 4)
                try coder.field(&clientID)
                try coder.field(&clientHost)
                try coder.field(&memberMetadata)
                try coder.field(&memberAssignment)
            }
        }
    }
}
