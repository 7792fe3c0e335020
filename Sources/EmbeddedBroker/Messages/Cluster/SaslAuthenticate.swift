import NIOCore

/// SaslAuthenticate request, versions 0 to 2.
struct SaslAuthenticateRequest: RequestMessage {
    static let apiKey = APIKey.saslAuthenticate
    static let versions: ClosedRange<Int16> = 0...2
    static let flexibleSince: Int16 = 2
    typealias Response = SaslAuthenticateResponse

    var authBytes: ByteBuffer = ByteBuffer()

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&authBytes)
    }
}

/// SaslAuthenticate response, versions 0 to 2.
struct SaslAuthenticateResponse: WireMessage {
    var errorCode: Int16 = 0
    var errorMessage: String? = ""
    var authBytes: ByteBuffer = ByteBuffer()
    var sessionLifetimeMs: Int64 = 0

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&errorCode)
        try coder.field(&errorMessage)
        try coder.field(&authBytes)
        try coder.field(&sessionLifetimeMs, since: 1)
    }
}
