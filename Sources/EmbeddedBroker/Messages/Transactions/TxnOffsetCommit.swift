/// TxnOffsetCommit request, versions 0 to 4.
struct TxnOffsetCommitRequest: RequestMessage {
    static let apiKey = APIKey.txnOffsetCommit
    static let versions: ClosedRange<Int16> = 0...4
    static let flexibleSince: Int16 = 3
    typealias Response = TxnOffsetCommitResponse

    var transactionalID: String = ""
    var groupID: String = ""
    var producerID: Int64 = 0
    var producerEpoch: Int16 = 0
    var generationID: Int32 = -1
    var memberID: String = ""
    var groupInstanceID: String? = nil
    var topics: [TxnOffsetCommitRequestTopic] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&transactionalID)
        try coder.field(&groupID)
        try coder.field(&producerID)
        try coder.field(&producerEpoch)
        try coder.field(&generationID, since: 3)
        try coder.field(&memberID, since: 3)
        try coder.field(&groupInstanceID, since: 3)
        try coder.field(&topics)
    }

    struct TxnOffsetCommitRequestTopic: WireStruct {
        var name: String = ""
        var partitions: [TxnOffsetCommitRequestPartition] = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&name)
            try coder.field(&partitions)
        }

        struct TxnOffsetCommitRequestPartition: WireStruct {
            var partitionIndex: Int32 = 0
            var committedOffset: Int64 = 0
            var committedLeaderEpoch: Int32 = -1
            var committedMetadata: String? = ""

            mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                try coder.field(&partitionIndex)
                try coder.field(&committedOffset)
                try coder.field(&committedLeaderEpoch, since: 2)
                try coder.field(&committedMetadata)
            }
        }
    }
}

/// TxnOffsetCommit response, versions 0 to 4.
struct TxnOffsetCommitResponse: WireMessage {
    var throttleTimeMs: Int32 = 0
    var topics: [TxnOffsetCommitResponseTopic] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&throttleTimeMs)
        try coder.field(&topics)
    }

    struct TxnOffsetCommitResponseTopic: WireStruct {
        var name: String = ""
        var partitions: [TxnOffsetCommitResponsePartition] = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&name)
            try coder.field(&partitions)
        }

        struct TxnOffsetCommitResponsePartition: WireStruct {
            var partitionIndex: Int32 = 0
            var errorCode: Int16 = 0

            mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                try coder.field(&partitionIndex)
                try coder.field(&errorCode)
            }
        }
    }
}
