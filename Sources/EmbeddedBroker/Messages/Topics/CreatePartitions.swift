/// CreatePartitions request, versions 0 to 3.
struct CreatePartitionsRequest: RequestMessage {
    static let apiKey = APIKey.createPartitions
    static let versions: ClosedRange<Int16> = 0...3
    static let flexibleSince: Int16 = 2
    typealias Response = CreatePartitionsResponse

    var topics: [CreatePartitionsTopic] = []
    var timeoutMs: Int32 = 0
    var validateOnly: Bool = false

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&topics)
        try coder.field(&timeoutMs)
        try coder.field(&validateOnly)
    }

    struct CreatePartitionsTopic: WireStruct {
        var name: String = ""
        var count: Int32 = 0
        var assignments: [CreatePartitionsAssignment]? = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&name)
            try coder.field(&count)
            try coder.field(&assignments)
        }

        struct CreatePartitionsAssignment: WireStruct {
            var brokerIDs: [Int32] = []

            mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                try coder.field(&brokerIDs)
            }
        }
    }
}

/// CreatePartitions response, versions 0 to 3.
struct CreatePartitionsResponse: WireMessage {
    var throttleTimeMs: Int32 = 0
    var results: [CreatePartitionsTopicResult] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&throttleTimeMs)
        try coder.field(&results)
    }

    struct CreatePartitionsTopicResult: WireStruct {
        var name: String = ""
        var errorCode: Int16 = 0
        var errorMessage: String? = nil

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&name)
            try coder.field(&errorCode)
            try coder.field(&errorMessage)
        }
    }
}
