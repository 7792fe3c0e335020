import NIOCore

/// Produce request, versions 0 to 11.
struct ProduceRequest: RequestMessage {
    static let apiKey = APIKey.produce
    static let versions: ClosedRange<Int16> = 0...11
    static let flexibleSince: Int16 = 9
    typealias Response = ProduceResponse

    var transactionalID: String? = nil
    var acks: Int16 = 0
    var timeoutMs: Int32 = 0
    var topicData: [TopicProduceData] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&transactionalID, since: 3)
        try coder.field(&acks)
        try coder.field(&timeoutMs)
        try coder.field(&topicData)
    }

    struct TopicProduceData: WireStruct {
        var name: String = ""
        var partitionData: [PartitionProduceData] = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&name)
            try coder.field(&partitionData)
        }

        struct PartitionProduceData: WireStruct {
            var index: Int32 = 0
            var records: ByteBuffer? = ByteBuffer()

            mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                try coder.field(&index)
                try coder.field(&records)
            }
        }
    }
}

/// Produce response, versions 0 to 11.
struct ProduceResponse: WireMessage {
    var responses: [TopicProduceResponse] = []
    var throttleTimeMs: Int32 = 0

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&responses)
        try coder.field(&throttleTimeMs, since: 1)
    }

    struct TopicProduceResponse: WireStruct {
        var name: String = ""
        var partitionResponses: [PartitionProduceResponse] = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&name)
            try coder.field(&partitionResponses)
        }

        struct PartitionProduceResponse: WireStruct {
            var index: Int32 = 0
            var errorCode: Int16 = 0
            var baseOffset: Int64 = 0
            var logAppendTimeMs: Int64 = -1
            var logStartOffset: Int64 = -1
            var recordErrors: [BatchIndexAndErrorMessage] = []
            var errorMessage: String? = nil

            mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                try coder.field(&index)
                try coder.field(&errorCode)
                try coder.field(&baseOffset)
                try coder.field(&logAppendTimeMs, since: 2)
                try coder.field(&logStartOffset, since: 5)
                try coder.field(&recordErrors, since: 8)
                try coder.field(&errorMessage, since: 8)
            }

            struct BatchIndexAndErrorMessage: WireStruct {
                var batchIndex: Int32 = 0
                var batchIndexErrorMessage: String? = nil

                mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                    try coder.field(&batchIndex, since: 8)
                    try coder.field(&batchIndexErrorMessage, since: 8)
                }
            }
        }
    }
}
