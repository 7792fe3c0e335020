import NIOCore

/// Fetch request, versions 4 to 16.
struct FetchRequest: RequestMessage {
    static let apiKey = APIKey.fetch
    static let versions: ClosedRange<Int16> = 4...16
    static let flexibleSince: Int16 = 12
    typealias Response = FetchResponse

    var replicaID: Int32 = -1
    var maxWaitMs: Int32 = 0
    var minBytes: Int32 = 0
    var maxBytes: Int32 = 0x7fffffff
    var isolationLevel: Int8 = 0
    var sessionID: Int32 = 0
    var sessionEpoch: Int32 = -1
    var topics: [FetchTopic] = []
    var forgottenTopicsData: [ForgottenTopic] = []
    var rackID: String = ""

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&replicaID, until: 14)
        try coder.field(&maxWaitMs)
        try coder.field(&minBytes)
        try coder.field(&maxBytes)
        try coder.field(&isolationLevel)
        try coder.field(&sessionID, since: 7)
        try coder.field(&sessionEpoch, since: 7)
        try coder.field(&topics)
        try coder.field(&forgottenTopicsData, since: 7)
        try coder.field(&rackID, since: 11)
    }

    struct FetchTopic: WireStruct {
        var topic: String = ""
        var topicID: UUID128 = .zero
        var partitions: [FetchPartition] = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&topic, until: 12)
            try coder.field(&topicID, since: 13)
            try coder.field(&partitions)
        }

        struct FetchPartition: WireStruct {
            var partition: Int32 = 0
            var currentLeaderEpoch: Int32 = -1
            var fetchOffset: Int64 = 0
            var lastFetchedEpoch: Int32 = -1
            var logStartOffset: Int64 = -1
            var partitionMaxBytes: Int32 = 0

            mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                try coder.field(&partition)
                try coder.field(&currentLeaderEpoch, since: 9)
                try coder.field(&fetchOffset)
                try coder.field(&lastFetchedEpoch, since: 12)
                try coder.field(&logStartOffset, since: 5)
                try coder.field(&partitionMaxBytes)
            }
        }
    }

    struct ForgottenTopic: WireStruct {
        var topic: String = ""
        var topicID: UUID128 = .zero
        var partitions: [Int32] = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&topic, since: 7, until: 12)
            try coder.field(&topicID, since: 13)
            try coder.field(&partitions, since: 7)
        }
    }
}

/// Fetch response, versions 4 to 16.
struct FetchResponse: WireMessage {
    var throttleTimeMs: Int32 = 0
    var errorCode: Int16 = 0
    var sessionID: Int32 = 0
    var responses: [FetchableTopicResponse] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&throttleTimeMs)
        try coder.field(&errorCode, since: 7)
        try coder.field(&sessionID, since: 7)
        try coder.field(&responses)
    }

    struct FetchableTopicResponse: WireStruct {
        var topic: String = ""
        var topicID: UUID128 = .zero
        var partitions: [PartitionData] = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&topic, until: 12)
            try coder.field(&topicID, since: 13)
            try coder.field(&partitions)
        }

        struct PartitionData: WireStruct {
            var partitionIndex: Int32 = 0
            var errorCode: Int16 = 0
            var highWatermark: Int64 = 0
            var lastStableOffset: Int64 = -1
            var logStartOffset: Int64 = -1
            var abortedTransactions: [AbortedTransaction]? = []
            var preferredReadReplica: Int32 = -1
            var records: ByteBuffer? = ByteBuffer()

            mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                try coder.field(&partitionIndex)
                try coder.field(&errorCode)
                try coder.field(&highWatermark)
                try coder.field(&lastStableOffset)
                try coder.field(&logStartOffset, since: 5)
                try coder.field(&abortedTransactions)
                try coder.field(&preferredReadReplica, since: 11)
                try coder.field(&records)
            }

            struct AbortedTransaction: WireStruct {
                var producerID: Int64 = 0
                var firstOffset: Int64 = 0

                mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                    try coder.field(&producerID)
                    try coder.field(&firstOffset)
                }
            }
        }
    }
}
