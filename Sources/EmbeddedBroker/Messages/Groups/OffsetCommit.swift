/// OffsetCommit request, versions 2 to 9.
struct OffsetCommitRequest: RequestMessage {
    static let apiKey = APIKey.offsetCommit
    static let versions: ClosedRange<Int16> = 2...9
    static let flexibleSince: Int16 = 8
    typealias Response = OffsetCommitResponse

    var groupID: String = ""
    var generationIDOrMemberEpoch: Int32 = -1
    var memberID: String = ""
    var groupInstanceID: String? = nil
    var retentionTimeMs: Int64 = -1
    var topics: [OffsetCommitRequestTopic] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&groupID)
        try coder.field(&generationIDOrMemberEpoch)
        try coder.field(&memberID)
        try coder.field(&groupInstanceID, since: 7)
        try coder.field(&retentionTimeMs, until: 4)
        try coder.field(&topics)
    }

    struct OffsetCommitRequestTopic: WireStruct {
        var name: String = ""
        var partitions: [OffsetCommitRequestPartition] = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&name)
            try coder.field(&partitions)
        }

        struct OffsetCommitRequestPartition: WireStruct {
            var partitionIndex: Int32 = 0
            var committedOffset: Int64 = 0
            var committedLeaderEpoch: Int32 = -1
            var committedMetadata: String? = ""

            mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                try coder.field(&partitionIndex)
                try coder.field(&committedOffset)
                try coder.field(&committedLeaderEpoch, since: 6)
                try coder.field(&committedMetadata)
            }
        }
    }
}

/// OffsetCommit response, versions 2 to 9.
struct OffsetCommitResponse: WireMessage {
    var throttleTimeMs: Int32 = 0
    var topics: [OffsetCommitResponseTopic] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&throttleTimeMs, since: 3)
        try coder.field(&topics)
    }

    struct OffsetCommitResponseTopic: WireStruct {
        var name: String = ""
        var partitions: [OffsetCommitResponsePartition] = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&name)
            try coder.field(&partitions)
        }

        struct OffsetCommitResponsePartition: WireStruct {
            var partitionIndex: Int32 = 0
            var errorCode: Int16 = 0

            mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                try coder.field(&partitionIndex)
                try coder.field(&errorCode)
            }
        }
    }
}
