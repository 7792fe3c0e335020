/// OffsetFetch request, versions 1 to 9.
struct OffsetFetchRequest: RequestMessage {
    static let apiKey = APIKey.offsetFetch
    static let versions: ClosedRange<Int16> = 1...9
    static let flexibleSince: Int16 = 6
    typealias Response = OffsetFetchResponse

    var groupID: String = ""
    var topics: [OffsetFetchRequestTopic]? = []
    var groups: [OffsetFetchRequestGroup] = []
    var requireStable: Bool = false

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&groupID, until: 7)
        try coder.field(&topics, until: 7)
        try coder.field(&groups, since: 8)
        try coder.field(&requireStable, since: 7)
    }

    struct OffsetFetchRequestTopic: WireStruct {
        var name: String = ""
        var partitionIndexes: [Int32] = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&name, until: 7)
            try coder.field(&partitionIndexes, until: 7)
        }
    }

    struct OffsetFetchRequestGroup: WireStruct {
        var groupID: String = ""
        var memberID: String? = nil
        var memberEpoch: Int32 = -1
        var topics: [OffsetFetchRequestTopics]? = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&groupID, since: 8)
            try coder.field(&memberID, since: 9)
            try coder.field(&memberEpoch, since: 9)
            try coder.field(&topics, since: 8)
        }

        struct OffsetFetchRequestTopics: WireStruct {
            var name: String = ""
            var partitionIndexes: [Int32] = []

            mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                try coder.field(&name, since: 8)
                try coder.field(&partitionIndexes, since: 8)
            }
        }
    }
}

/// OffsetFetch response, versions 1 to 9.
struct OffsetFetchResponse: WireMessage {
    var throttleTimeMs: Int32 = 0
    var topics: [OffsetFetchResponseTopic] = []
    var errorCode: Int16 = 0
    var groups: [OffsetFetchResponseGroup] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&throttleTimeMs, since: 3)
        try coder.field(&topics, until: 7)
        try coder.field(&errorCode, since: 2, until: 7)
        try coder.field(&groups, since: 8)
    }

    struct OffsetFetchResponseTopic: WireStruct {
        var name: String = ""
        var partitions: [OffsetFetchResponsePartition] = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&name, until: 7)
            try coder.field(&partitions, until: 7)
        }

        struct OffsetFetchResponsePartition: WireStruct {
            var partitionIndex: Int32 = 0
            var committedOffset: Int64 = 0
            var committedLeaderEpoch: Int32 = -1
            var metadata: String? = ""
            var errorCode: Int16 = 0

            mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                try coder.field(&partitionIndex, until: 7)
                try coder.field(&committedOffset, until: 7)
                try coder.field(&committedLeaderEpoch, since: 5, until: 7)
                try coder.field(&metadata, until: 7)
                try coder.field(&errorCode, until: 7)
            }
        }
    }

    struct OffsetFetchResponseGroup: WireStruct {
        var groupID: String = ""
        var topics: [OffsetFetchResponseTopics] = []
        var errorCode: Int16 = 0

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&groupID, since: 8)
            try coder.field(&topics, since: 8)
            try coder.field(&errorCode, since: 8)
        }

        struct OffsetFetchResponseTopics: WireStruct {
            var name: String = ""
            var partitions: [OffsetFetchResponsePartitions] = []

            mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                try coder.field(&name, since: 8)
                try coder.field(&partitions, since: 8)
            }

            struct OffsetFetchResponsePartitions: WireStruct {
                var partitionIndex: Int32 = 0
                var committedOffset: Int64 = 0
                var committedLeaderEpoch: Int32 = -1
                var metadata: String? = ""
                var errorCode: Int16 = 0

                mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                    try coder.field(&partitionIndex, since: 8)
                    try coder.field(&committedOffset, since: 8)
                    try coder.field(&committedLeaderEpoch, since: 8)
                    try coder.field(&metadata, since: 8)
                    try coder.field(&errorCode, since: 8)
                }
            }
        }
    }
}
