/// DeleteTopics request, versions 1 to 6.
struct DeleteTopicsRequest: RequestMessage {
    static let apiKey = APIKey.deleteTopics
    static let versions: ClosedRange<Int16> = 1...6
    static let flexibleSince: Int16 = 4
    typealias Response = DeleteTopicsResponse

    var topics: [DeleteTopicState] = []
    var topicNames: [String] = []
    var timeoutMs: Int32 = 0

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&topics, since: 6)
        try coder.field(&topicNames, until: 5)
        try coder.field(&timeoutMs)
    }

    struct DeleteTopicState: WireStruct {
        var name: String? = nil
        var topicID: UUID128 = .zero

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&name, since: 6)
            try coder.field(&topicID, since: 6)
        }
    }
}

/// DeleteTopics response, versions 1 to 6.
struct DeleteTopicsResponse: WireMessage {
    var throttleTimeMs: Int32 = 0
    var responses: [DeletableTopicResult] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&throttleTimeMs)
        try coder.field(&responses)
    }

    struct DeletableTopicResult: WireStruct {
        var name: String? = ""
        var topicID: UUID128 = .zero
        var errorCode: Int16 = 0
        var errorMessage: String? = nil

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&name)
            try coder.field(&topicID, since: 6)
            try coder.field(&errorCode)
            try coder.field(&errorMessage, since: 5)
        }
    }
}
