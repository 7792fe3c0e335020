/// SaslHandshake request, versions 0 to 1.
struct SaslHandshakeRequest: RequestMessage {
    static let apiKey = APIKey.saslHandshake
    static let versions: ClosedRange<Int16> = 0...1
    static let flexibleSince: Int16 = Int16.max
    typealias Response = SaslHandshakeResponse

    var mechanism: String = ""

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&mechanism)
    }
}

/// SaslHandshake response, versions 0 to 1.
struct SaslHandshakeResponse: WireMessage {
    var errorCode: Int16 = 0
    var mechanisms: [String] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&errorCode)
        try coder.field(&mechanisms)
    }
}
