/// OffsetForLeaderEpoch request, versions 2 to 4.
struct OffsetForLeaderEpochRequest: RequestMessage {
    static let apiKey = APIKey.offsetForLeaderEpoch
    static let versions: ClosedRange<Int16> = 2...4
    static let flexibleSince: Int16 = 4
    typealias Response = OffsetForLeaderEpochResponse

    var replicaID: Int32 = -2
    var topics: [OffsetForLeaderTopic] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&replicaID, since: 3)
        try coder.field(&topics)
    }

    struct OffsetForLeaderTopic: WireStruct {
        var topic: String = ""
        var partitions: [OffsetForLeaderPartition] = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&topic)
            try coder.field(&partitions)
        }

        struct OffsetForLeaderPartition: WireStruct {
            var partition: Int32 = 0
            var currentLeaderEpoch: Int32 = -1
            var leaderEpoch: Int32 = 0

            mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                try coder.field(&partition)
                try coder.field(&currentLeaderEpoch)
                try coder.field(&leaderEpoch)
            }
        }
    }
}

/// OffsetForLeaderEpoch response, versions 2 to 4.
struct OffsetForLeaderEpochResponse: WireMessage {
    var throttleTimeMs: Int32 = 0
    var topics: [OffsetForLeaderTopicResult] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&throttleTimeMs)
        try coder.field(&topics)
    }

    struct OffsetForLeaderTopicResult: WireStruct {
        var topic: String = ""
        var partitions: [EpochEndOffset] = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&topic)
            try coder.field(&partitions)
        }

        struct EpochEndOffset: WireStruct {
            var errorCode: Int16 = 0
            var partition: Int32 = 0
            var leaderEpoch: Int32 = -1
            var endOffset: Int64 = -1

            mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                try coder.field(&errorCode)
                try coder.field(&partition)
                try coder.field(&leaderEpoch)
                try coder.field(&endOffset)
            }
        }
    }
}
