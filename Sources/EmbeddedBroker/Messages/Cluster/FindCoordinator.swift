/// FindCoordinator request, versions 0 to 5.
struct FindCoordinatorRequest: RequestMessage {
    static let apiKey = APIKey.findCoordinator
    static let versions: ClosedRange<Int16> = 0...5
    static let flexibleSince: Int16 = 3
    typealias Response = FindCoordinatorResponse

    var key: String = ""
    var keyType: Int8 = 0
    var coordinatorKeys: [String] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&key, until: 3)
        try coder.field(&keyType, since: 1)
        try coder.field(&coordinatorKeys, since: 4)
    }
}

/// FindCoordinator response, versions 0 to 5.
struct FindCoordinatorResponse: WireMessage {
    var throttleTimeMs: Int32 = 0
    var errorCode: Int16 = 0
    var errorMessage: String? = ""
    var nodeID: Int32 = 0
    var host: String = ""
    var port: Int32 = 0
    var coordinators: [Coordinator] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&throttleTimeMs, since: 1)
        try coder.field(&errorCode, until: 3)
        try coder.field(&errorMessage, since: 1, until: 3)
        try coder.field(&nodeID, until: 3)
        try coder.field(&host, until: 3)
        try coder.field(&port, until: 3)
        try coder.field(&coordinators, since: 4)
    }

    struct Coordinator: WireStruct {
        var key: String = ""
        var nodeID: Int32 = 0
        var host: String = ""
        var port: Int32 = 0
        var errorCode: Int16 = 0
        var errorMessage: String? = ""

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&key, since: 4)
            try coder.field(&nodeID, since: 4)
            try coder.field(&host, since: 4)
            try coder.field(&port, since: 4)
            try coder.field(&errorCode, since: 4)
            try coder.field(&errorMessage, since: 4)
        }
    }
}
