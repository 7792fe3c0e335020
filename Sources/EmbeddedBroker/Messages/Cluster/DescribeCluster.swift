/// DescribeCluster request, versions 0 to 1.
struct DescribeClusterRequest: RequestMessage {
    static let apiKey = APIKey.describeCluster
    static let versions: ClosedRange<Int16> = 0...1
    static let flexibleSince: Int16 = 0
    typealias Response = DescribeClusterResponse

    var includeClusterAuthorizedOperations: Bool = false
    var endpointType: Int8 = 1

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&includeClusterAuthorizedOperations)
        try coder.field(&endpointType, since: 1)
    }
}

/// DescribeCluster response, versions 0 to 1.
struct DescribeClusterResponse: WireMessage {
    var throttleTimeMs: Int32 = 0
    var errorCode: Int16 = 0
    var errorMessage: String? = nil
    var endpointType: Int8 = 1
    var clusterID: String = ""
    var controllerID: Int32 = -1
    var brokers: [DescribeClusterBroker] = []
    var clusterAuthorizedOperations: Int32 = -2147483648

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&throttleTimeMs)
        try coder.field(&errorCode)
        try coder.field(&errorMessage)
        try coder.field(&endpointType, since: 1)
        try coder.field(&clusterID)
        try coder.field(&controllerID)
        try coder.field(&brokers)
        try coder.field(&clusterAuthorizedOperations)
    }

    struct DescribeClusterBroker: WireStruct {
        var brokerID: Int32 = 0
        var host: String = ""
        var port: Int32 = 0
        var rack: String? = nil

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&brokerID)
            try coder.field(&host)
            try coder.field(&port)
            try coder.field(&rack)
        }
    }
}
