import NIOCore
import Testing

@testable import EmbeddedBroker

@Suite("Wire")
struct WireTests {
    /// Encodes at a version, decodes, and answers with what came out.
    private func roundTrip<Message: WireMessage>(_ message: Message, version: Int16, isFlexible: Bool) throws -> Message
    {
        var encoder = WireEncoder(version: version, isFlexible: isFlexible)
        try message.encode(into: &encoder)
        var decoder = WireDecoder(encoder.joined(), version: version, isFlexible: isFlexible)
        let result = try Message.decode(from: &decoder)
        try decoder.finish()
        return result
    }

    @Test("a fetch survives every version, less the fields that a version has not")
    func fetch() throws {
        var partition = FetchRequest.FetchTopic.FetchPartition(
            partition: 3,
            fetchOffset: 77,
            partitionMaxBytes: 1 << 20
        )
        partition.currentLeaderEpoch = 5
        partition.logStartOffset = 9
        var request = FetchRequest(maxWaitMs: 500, minBytes: 1, maxBytes: 1 << 24, isolationLevel: 1)
        request.topics = [.init(topic: "orders", topicID: UUID128(high: 1, low: 2), partitions: [partition])]
        request.rackID = "r1"
        for version in FetchRequest.versions {
            let result = try roundTrip(request, version: version, isFlexible: version >= FetchRequest.flexibleSince)
            #expect(result.topics[0].topic == (version <= 12 ? "orders" : ""))
            #expect(result.topics[0].topicID == (version >= 13 ? UUID128(high: 1, low: 2) : .zero))
            #expect(result.topics[0].partitions[0].fetchOffset == 77)
            #expect(result.topics[0].partitions[0].currentLeaderEpoch == (version >= 9 ? 5 : -1))
            #expect(result.topics[0].partitions[0].logStartOffset == (version >= 5 ? 9 : -1))
            #expect(result.rackID == (version >= 11 ? "r1" : ""))
        }
    }

    /// Bytes of a Metadata request, version 9, as the protocol guide lays them out: two topics, one with a tagged field.
    @Test("compact lengths and unknown tagged fields are read as KIP-482 has them")
    func taggedFields() throws {
        let bytes: [UInt8] = [
            3,  // two topics
            2, UInt8(ascii: "a"), 0,  // "a", no tags
            2, UInt8(ascii: "b"), 1, 7, 2, 0xaa, 0xbb,  // "b", tag 7 of two bytes
            1, 0, 0,  // three booleans
            0,
        ]
        var decoder = WireDecoder(ByteBuffer(bytes: bytes), version: 9, isFlexible: true)
        let request = try MetadataRequest.decode(from: &decoder)
        try decoder.finish()
        #expect(request.topics?.map(\.name) == ["a", "b"])
        #expect(request.allowAutoTopicCreation)
    }

    @Test("lengths and counts beyond the bytes are refused before anything is made for them")
    func lies() {
        var count = ByteBuffer()
        count.writeInteger(Int32.max)
        #expect(throws: WireError.badLength(Int(Int32.max))) {
            var decoder = WireDecoder(count, version: 1, isFlexible: false)
            _ = try [Int32].decode(from: &decoder)
        }
        var length = ByteBuffer()
        length.writeInteger(Int16(-2))
        #expect(throws: WireError.badLength(-2)) {
            var decoder = WireDecoder(length, version: 1, isFlexible: false)
            _ = try String.decode(from: &decoder)
        }
        #expect(throws: WireError.badVariableInteger) {
            var decoder = WireDecoder(ByteBuffer(bytes: [0xff, 0xff, 0xff, 0xff, 0x1f]), version: 9, isFlexible: true)
            _ = try String.decode(from: &decoder)
        }
        #expect(throws: WireError.badString) {
            var decoder = WireDecoder(ByteBuffer(bytes: [0, 1, 0xff]), version: 1, isFlexible: false)
            _ = try String.decode(from: &decoder)
        }
        #expect(throws: WireError.unexpectedNull) {
            var decoder = WireDecoder(ByteBuffer(bytes: [0xff, 0xff]), version: 1, isFlexible: false)
            _ = try String.decode(from: &decoder)
        }
    }

    @Test("large bytes are handed on without a copy, in their place")
    func pieces() throws {
        let records = ByteBuffer(repeating: 7, count: WireEncoder.pieceThreshold)
        var response = FetchResponse()
        response.responses = [.init(topic: "t", partitions: [.init(records: records), .init(records: records)])]
        var encoder = WireEncoder(version: 4, isFlexible: false)
        try response.encode(into: &encoder)
        let whole = encoder.joined()
        let pieces = encoder.pieces()
        #expect(pieces.count == 4)
        #expect(pieces[1] == records)
        var rejoined = ByteBuffer()
        for piece in pieces { rejoined.writeImmutableBuffer(piece) }
        #expect(rejoined == whole)
    }

    @Test("a topic id prints as Kafka's tools print it")
    func topicID() {
        #expect(UUID128.zero.description == "AAAAAAAAAAAAAAAAAAAAAA")
        #expect(UUID128(high: 0, low: 1).description == "AAAAAAAAAAAAAAAAAAAAAQ")
        #expect(UUID128(high: .max, low: .max).description == "_____________________w")
    }

    @Test("every request decodes its own defaults at every version")
    func defaults() throws {
        func check<Request: RequestMessage>(_: Request.Type) throws {
            for version in Request.versions {
                _ = try roundTrip(Request(), version: version, isFlexible: version >= Request.flexibleSince)
                _ = try roundTrip(Request.Response(), version: version, isFlexible: version >= Request.flexibleSince)
            }
        }
        try check(ProduceRequest.self)
        try check(FetchRequest.self)
        try check(MetadataRequest.self)
        try check(JoinGroupRequest.self)
        try check(OffsetFetchRequest.self)
        try check(CreateTopicsRequest.self)
        try check(InitProducerIdRequest.self)
    }
}
