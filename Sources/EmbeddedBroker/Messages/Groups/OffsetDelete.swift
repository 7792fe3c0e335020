/// OffsetDelete request, versions 0 to 0.
struct OffsetDeleteRequest: RequestMessage {
    static let apiKey = APIKey.offsetDelete
    static let versions: ClosedRange<Int16> = 0...0
    static let flexibleSince: Int16 = Int16.max
    typealias Response = OffsetDeleteResponse

    var groupID: String = ""
    var topics: [OffsetDeleteRequestTopic] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&groupID)
        try coder.field(&topics)
    }

    struct OffsetDeleteRequestTopic: WireStruct {
        var name: String = ""
        var partitions: [OffsetDeleteRequestPartition] = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&name)
            try coder.field(&partitions)
        }

        struct OffsetDeleteRequestPartition: WireStruct {
            var partitionIndex: Int32 = 0

            mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                try coder.field(&partitionIndex)
            }
        }
    }
}

/// OffsetDelete response, versions 0 to 0.
struct OffsetDeleteResponse: WireMessage {
    var errorCode: Int16 = 0
    var throttleTimeMs: Int32 = 0
    var topics: [OffsetDeleteResponseTopic] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&errorCode)
        try coder.field(&throttleTimeMs)
        try coder.field(&topics)
    }

    struct OffsetDeleteResponseTopic: WireStruct {
        var name: String = ""
        var partitions: [OffsetDeleteResponsePartition] = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&name)
            try coder.field(&partitions)
        }

        struct OffsetDeleteResponsePartition: WireStruct {
            var partitionIndex: Int32 = 0
            var errorCode: Int16 = 0

            mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                try coder.field(&partitionIndex)
                try coder.field(&errorCode)
            }
        }
    }
}
