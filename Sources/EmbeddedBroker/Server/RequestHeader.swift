import NIOCore

/// What stands before every request (Kafka protocol guide, request header v1 and v2).
struct RequestHeader: Equatable {
    var apiKey: Int16
    var apiVersion: Int16
    var correlationID: Int32
    var clientID: String?

    /// Reads the header; what is left in `frame` is the body.
    ///
    /// - Parameter isFlexible: whether a request of this key and version has a header with tagged fields (v2).
    static func decode(
        from frame: inout ByteBuffer,
        isFlexible: (_ key: Int16, _ version: Int16) -> Bool
    ) throws(WireError) -> RequestHeader {
        // The client id keeps the old length form in both header versions.
        var decoder = WireDecoder(frame, version: 0, isFlexible: false)
        let key: Int16 = try decoder.integer()
        let version: Int16 = try decoder.integer()
        let correlationID: Int32 = try decoder.integer()
        let clientID = try String.decodeNullable(from: &decoder)
        if isFlexible(key, version) { try decoder.skipTaggedFields() }
        frame = decoder.buffer
        return RequestHeader(apiKey: key, apiVersion: version, correlationID: correlationID, clientID: clientID)
    }
}
