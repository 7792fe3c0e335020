/// CreateTopics request, versions 2 to 7.
struct CreateTopicsRequest: RequestMessage {
    static let apiKey = APIKey.createTopics
    static let versions: ClosedRange<Int16> = 2...7
    static let flexibleSince: Int16 = 5
    typealias Response = CreateTopicsResponse

    var topics: [CreatableTopic] = []
    var timeoutMs: Int32 = 60000
    var validateOnly: Bool = false

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&topics)
        try coder.field(&timeoutMs)
        try coder.field(&validateOnly)
    }

    struct CreatableTopic: WireStruct {
        var name: String = ""
        var numPartitions: Int32 = 0
        var replicationFactor: Int16 = 0
        var assignments: [CreatableReplicaAssignment] = []
        var configs: [CreatableTopicConfig] = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&name)
            try coder.field(&numPartitions)
            try coder.field(&replicationFactor)
            try coder.field(&assignments)
            try coder.field(&configs)
        }

        struct CreatableReplicaAssignment: WireStruct {
            var partitionIndex: Int32 = 0
            var brokerIDs: [Int32] = []

            mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                try coder.field(&partitionIndex)
                try coder.field(&brokerIDs)
            }
        }

        struct CreatableTopicConfig: WireStruct {
            var name: String = ""
            var value: String? = ""

            mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                try coder.field(&name)
                try coder.field(&value)
            }
        }
    }
}

/// CreateTopics response, versions 2 to 7.
struct CreateTopicsResponse: WireMessage {
    var throttleTimeMs: Int32 = 0
    var topics: [CreatableTopicResult] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&throttleTimeMs)
        try coder.field(&topics)
    }

    struct CreatableTopicResult: WireStruct {
        var name: String = ""
        var topicID: UUID128 = .zero
        var errorCode: Int16 = 0
        var errorMessage: String? = ""
        var numPartitions: Int32 = -1
        var replicationFactor: Int16 = -1
        var configs: [CreatableTopicConfigs]? = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&name)
            try coder.field(&topicID, since: 7)
            try coder.field(&errorCode)
            try coder.field(&errorMessage)
            try coder.field(&numPartitions, since: 5)
            try coder.field(&replicationFactor, since: 5)
            try coder.field(&configs, since: 5)
        }

        struct CreatableTopicConfigs: WireStruct {
            var name: String = ""
            var value: String? = ""
            var readOnly: Bool = false
            var configSource: Int8 = -1
            var isSensitive: Bool = false

            mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                try coder.field(&name, since: 5)
                try coder.field(&value, since: 5)
                try coder.field(&readOnly, since: 5)
                try coder.field(&configSource, since: 5)
                try coder.field(&isSensitive, since: 5)
            }
        }
    }
}
