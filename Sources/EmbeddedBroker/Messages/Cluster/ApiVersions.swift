/// ApiVersions request, versions 0 to 4.
struct ApiVersionsRequest: RequestMessage {
    static let apiKey = APIKey.apiVersions
    static let versions: ClosedRange<Int16> = 0...4
    static let flexibleSince: Int16 = 3
    typealias Response = ApiVersionsResponse

    var clientSoftwareName: String = ""
    var clientSoftwareVersion: String = ""

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&clientSoftwareName, since: 3)
        try coder.field(&clientSoftwareVersion, since: 3)
    }
}

/// ApiVersions response, versions 0 to 4.
struct ApiVersionsResponse: WireMessage {
    var errorCode: Int16 = 0
    var apiKeys: [ApiVersion] = []
    var throttleTimeMs: Int32 = 0

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&errorCode)
        try coder.field(&apiKeys)
        try coder.field(&throttleTimeMs, since: 1)
    }

    struct ApiVersion: WireStruct {
        var apiKey: Int16 = 0
        var minVersion: Int16 = 0
        var maxVersion: Int16 = 0

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&apiKey)
            try coder.field(&minVersion)
            try coder.field(&maxVersion)
        }
    }
}
