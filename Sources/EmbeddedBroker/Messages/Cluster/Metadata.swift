/// Metadata request, versions 0 to 12.
struct MetadataRequest: RequestMessage {
    static let apiKey = APIKey.metadata
    static let versions: ClosedRange<Int16> = 0...12
    static let flexibleSince: Int16 = 9
    typealias Response = MetadataResponse

    var topics: [MetadataRequestTopic]? = []
    var allowAutoTopicCreation: Bool = true
    var includeClusterAuthorizedOperations: Bool = false
    var includeTopicAuthorizedOperations: Bool = false

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&topics)
        try coder.field(&allowAutoTopicCreation, since: 4)
        try coder.field(&includeClusterAuthorizedOperations, since: 8, until: 10)
        try coder.field(&includeTopicAuthorizedOperations, since: 8)
    }

    struct MetadataRequestTopic: WireStruct {
        var topicID: UUID128 = .zero
        var name: String? = ""

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&topicID, since: 10)
            try coder.field(&name)
        }
    }
}

/// Metadata response, versions 0 to 12.
struct MetadataResponse: WireMessage {
    var throttleTimeMs: Int32 = 0
    var brokers: [MetadataResponseBroker] = []
    var clusterID: String? = nil
    var controllerID: Int32 = -1
    var topics: [MetadataResponseTopic] = []
    var clusterAuthorizedOperations: Int32 = -2147483648

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&throttleTimeMs, since: 3)
        try coder.field(&brokers)
        try coder.field(&clusterID, since: 2)
        try coder.field(&controllerID, since: 1)
        try coder.field(&topics)
        try coder.field(&clusterAuthorizedOperations, since: 8, until: 10)
    }

    struct MetadataResponseBroker: WireStruct {
        var nodeID: Int32 = 0
        var host: String = ""
        var port: Int32 = 0
        var rack: String? = nil

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&nodeID)
            try coder.field(&host)
            try coder.field(&port)
            try coder.field(&rack, since: 1)
        }
    }

    struct MetadataResponseTopic: WireStruct {
        var errorCode: Int16 = 0
        var name: String? = ""
        var topicID: UUID128 = .zero
        var isInternal: Bool = false
        var partitions: [MetadataResponsePartition] = []
        var topicAuthorizedOperations: Int32 = -2147483648

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&errorCode)
            try coder.field(&name)
            try coder.field(&topicID, since: 10)
            try coder.field(&isInternal, since: 1)
            try coder.field(&partitions)
            try coder.field(&topicAuthorizedOperations, since: 8)
        }

        struct MetadataResponsePartition: WireStruct {
            var errorCode: Int16 = 0
            var partitionIndex: Int32 = 0
            var leaderID: Int32 = 0
            var leaderEpoch: Int32 = -1
            var replicaNodes: [Int32] = []
            var isrNodes: [Int32] = []
            var offlineReplicas: [Int32] = []

            mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                try coder.field(&errorCode)
                try coder.field(&partitionIndex)
                try coder.field(&leaderID)
                try coder.field(&leaderEpoch, since: 7)
                try coder.field(&replicaNodes)
                try coder.field(&isrNodes)
                try coder.field(&offlineReplicas, since: 5)
            }
        }
    }
}
