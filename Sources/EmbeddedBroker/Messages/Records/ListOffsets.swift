/// ListOffsets request, versions 1 to 9.
struct ListOffsetsRequest: RequestMessage {
    static let apiKey = APIKey.listOffsets
    static let versions: ClosedRange<Int16> = 1...9
    static let flexibleSince: Int16 = 6
    typealias Response = ListOffsetsResponse

    var replicaID: Int32 = 0
    var isolationLevel: Int8 = 0
    var topics: [ListOffsetsTopic] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&replicaID)
        try coder.field(&isolationLevel, since: 2)
        try coder.field(&topics)
    }

    struct ListOffsetsTopic: WireStruct {
        var name: String = ""
        var partitions: [ListOffsetsPartition] = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&name)
            try coder.field(&partitions)
        }

        struct ListOffsetsPartition: WireStruct {
            var partitionIndex: Int32 = 0
            var currentLeaderEpoch: Int32 = -1
            var timestamp: Int64 = 0

            mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                try coder.field(&partitionIndex)
                try coder.field(&currentLeaderEpoch, since: 4)
                try coder.field(&timestamp)
            }
        }
    }
}

/// ListOffsets response, versions 1 to 9.
struct ListOffsetsResponse: WireMessage {
    var throttleTimeMs: Int32 = 0
    var topics: [ListOffsetsTopicResponse] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&throttleTimeMs, since: 2)
        try coder.field(&topics)
    }

    struct ListOffsetsTopicResponse: WireStruct {
        var name: String = ""
        var partitions: [ListOffsetsPartitionResponse] = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&name)
            try coder.field(&partitions)
        }

        struct ListOffsetsPartitionResponse: WireStruct {
            var partitionIndex: Int32 = 0
            var errorCode: Int16 = 0
            var timestamp: Int64 = -1
            var offset: Int64 = -1
            var leaderEpoch: Int32 = -1

            mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                try coder.field(&partitionIndex)
                try coder.field(&errorCode)
                try coder.field(&timestamp)
                try coder.field(&offset)
                try coder.field(&leaderEpoch, since: 4)
            }
        }
    }
}
