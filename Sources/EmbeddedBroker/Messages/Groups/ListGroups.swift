/// ListGroups request, versions 0 to 5.
struct ListGroupsRequest: RequestMessage {
    static let apiKey = APIKey.listGroups
    static let versions: ClosedRange<Int16> = 0...5
    static let flexibleSince: Int16 = 3
    typealias Response = ListGroupsResponse

    var statesFilter: [String] = []
    var typesFilter: [String] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&statesFilter, since: 4)
        try coder.field(&typesFilter, since: 5)
    }
}

/// ListGroups response, versions 0 to 5.
struct ListGroupsResponse: WireMessage {
    var throttleTimeMs: Int32 = 0
    var errorCode: Int16 = 0
    var groups: [ListedGroup] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&throttleTimeMs, since: 1)
        try coder.field(&errorCode)
        try coder.field(&groups)
    }

    struct ListedGroup: WireStruct {
        var groupID: String = ""
        var protocolType: String = ""
        var groupState: String = ""
        var groupType: String = ""

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&groupID)
            try coder.field(&protocolType)
            try coder.field(&groupState, since: 4)
            try coder.field(&groupType, since: 5)
        }
    }
}
