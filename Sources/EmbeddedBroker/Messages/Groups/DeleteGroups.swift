/// DeleteGroups request, versions 0 to 2.
struct DeleteGroupsRequest: RequestMessage {
    static let apiKey = APIKey.deleteGroups
    static let versions: ClosedRange<Int16> = 0...2
    static let flexibleSince: Int16 = 2
    typealias Response = DeleteGroupsResponse

    var groupsNames: [String] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&groupsNames)
    }
}

/// DeleteGroups response, versions 0 to 2.
struct DeleteGroupsResponse: WireMessage {
    var throttleTimeMs: Int32 = 0
    var results: [DeletableGroupResult] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&throttleTimeMs)
        try coder.field(&results)
    }

    struct DeletableGroupResult: WireStruct {
        var groupID: String = ""
        var errorCode: Int16 = 0

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&groupID)
            try coder.field(&errorCode)
        }
    }
}
