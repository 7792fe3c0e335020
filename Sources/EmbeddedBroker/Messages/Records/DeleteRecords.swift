/// DeleteRecords request, versions 0 to 2.
struct DeleteRecordsRequest: RequestMessage {
    static let apiKey = APIKey.deleteRecords
    static let versions: ClosedRange<Int16> = 0...2
    static let flexibleSince: Int16 = 2
    typealias Response = DeleteRecordsResponse

    var topics: [DeleteRecordsTopic] = []
    var timeoutMs: Int32 = 0

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&topics)
        try coder.field(&timeoutMs)
    }

    struct DeleteRecordsTopic: WireStruct {
        var name: String = ""
        var partitions: [DeleteRecordsPartition] = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&name)
            try coder.field(&partitions)
        }

        struct DeleteRecordsPartition: WireStruct {
            var partitionIndex: Int32 = 0
            var offset: Int64 = 0

            mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                try coder.field(&partitionIndex)
                try coder.field(&offset)
            }
        }
    }
}

/// DeleteRecords response, versions 0 to 2.
struct DeleteRecordsResponse: WireMessage {
    var throttleTimeMs: Int32 = 0
    var topics: [DeleteRecordsTopicResult] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&throttleTimeMs)
        try coder.field(&topics)
    }

    struct DeleteRecordsTopicResult: WireStruct {
        var name: String = ""
        var partitions: [DeleteRecordsPartitionResult] = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&name)
            try coder.field(&partitions)
        }

        struct DeleteRecordsPartitionResult: WireStruct {
            var partitionIndex: Int32 = 0
            var lowWatermark: Int64 = 0
            var errorCode: Int16 = 0

            mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                try coder.field(&partitionIndex)
                try coder.field(&lowWatermark)
                try coder.field(&errorCode)
            }
        }
    }
}
