/// AddPartitionsToTxn request, versions 0 to 3.
struct AddPartitionsToTxnRequest: RequestMessage {
    static let apiKey = APIKey.addPartitionsToTxn
    static let versions: ClosedRange<Int16> = 0...3
    static let flexibleSince: Int16 = 3
    typealias Response = AddPartitionsToTxnResponse

    var v3AndBelowTransactionalID: String = ""
    var v3AndBelowProducerID: Int64 = 0
    var v3AndBelowProducerEpoch: Int16 = 0
    var v3AndBelowTopics: [AddPartitionsToTxnTopic] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&v3AndBelowTransactionalID)
        try coder.field(&v3AndBelowProducerID)
        try coder.field(&v3AndBelowProducerEpoch)
        try coder.field(&v3AndBelowTopics)
    }

    struct AddPartitionsToTxnTopic: WireStruct {
        var name: String = ""
        var partitions: [Int32] = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&name)
            try coder.field(&partitions)
        }
    }
}

/// AddPartitionsToTxn response, versions 0 to 3.
struct AddPartitionsToTxnResponse: WireMessage {
    var throttleTimeMs: Int32 = 0
    var resultsByTopicV3AndBelow: [AddPartitionsToTxnTopicResult] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&throttleTimeMs)
        try coder.field(&resultsByTopicV3AndBelow)
    }

    struct AddPartitionsToTxnTopicResult: WireStruct {
        var name: String = ""
        var resultsByPartition: [AddPartitionsToTxnPartitionResult] = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&name)
            try coder.field(&resultsByPartition)
        }
    }

    struct AddPartitionsToTxnPartitionResult: WireStruct {
        var partitionIndex: Int32 = 0
        var partitionErrorCode: Int16 = 0

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&partitionIndex)
            try coder.field(&partitionErrorCode)
        }
    }
}
