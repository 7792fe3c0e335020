import NIOCore
import Testing

@testable import EmbeddedBroker

@Suite("Request decoders under fuzzing")
struct RequestFuzzTests {
    static let requests: [any RequestMessage.Type] = [
        AddOffsetsToTxnRequest.self, AddPartitionsToTxnRequest.self, AlterConfigsRequest.self,
        ApiVersionsRequest.self, CreatePartitionsRequest.self, CreateTopicsRequest.self, DeleteGroupsRequest.self,
        DeleteRecordsRequest.self, DeleteTopicsRequest.self, DescribeClusterRequest.self,
        DescribeConfigsRequest.self, DescribeGroupsRequest.self, EndTxnRequest.self, FetchRequest.self,
        FindCoordinatorRequest.self, HeartbeatRequest.self, IncrementalAlterConfigsRequest.self,
        InitProducerIdRequest.self, JoinGroupRequest.self, LeaveGroupRequest.self, ListGroupsRequest.self,
        ListOffsetsRequest.self, MetadataRequest.self, OffsetCommitRequest.self, OffsetDeleteRequest.self,
        OffsetFetchRequest.self, OffsetForLeaderEpochRequest.self, ProduceRequest.self,
        SaslAuthenticateRequest.self, SaslHandshakeRequest.self, SyncGroupRequest.self, TxnOffsetCommitRequest.self,
    ]
    static let seedsPerVersion = 8

    /// What a decoded request may take beside its bytes: per byte of the request, and whatever its size.
    static let footprintPerByte = 64
    static let footprintAtRest = 4096

    @Test("every request of the protocol is fuzzed")
    func complete() {
        #expect(Set(Self.requests.map { $0.apiKey }) == Set(APIKey.allCases))
    }

    @Test("what was encoded is decoded again, in every version")
    func seeds() throws {
        for request in Self.requests {
            var seeds = try Seeds(request, seed: FuzzSettings.seed)
            try seeds.roundTrip()
        }
    }

    @Test("damaged requests are refused or decoded, with memory in proportion to their size")
    func damaged() throws {
        var seeds = try Self.requests.enumerated().map { try Seeds($1, seed: FuzzSettings.seed &+ UInt64($0)) }
        let start = ContinuousClock.now
        var result = Seeds.Result()
        for index in 0..<FuzzSettings.inputs {
            try seeds[index % seeds.count].feed(&result)
        }
        let decoded = result.decoded
        #expect(decoded > 0 && decoded < FuzzSettings.inputs)
        print(
            "fuzzed \(FuzzSettings.inputs) requests in \(ContinuousClock.now - start): \(decoded) decoded, at most",
            "\(result.largestRatio) bytes of memory per byte, peak memory \(FuzzSettings.peakMemory) KiB"
        )
    }
}

/// Good bytes of one request in all its versions, and a way to damage them.
struct Seeds {
    struct Result {
        var decoded = 0
        var largestRatio = 0.0
    }

    private let request: any RequestMessage.Type
    private var mutator: Mutator
    private var samples: [(version: Int16, bytes: [UInt8])] = []

    init(_ request: any RequestMessage.Type, seed: UInt64) throws {
        self.request = request
        mutator = Mutator(generator: FuzzGenerator(seed: seed))
        for version in request.versions {
            for _ in 0..<RequestFuzzTests.seedsPerVersion {
                samples.append((version, try Self.sample(request, version, &mutator)))
            }
        }
    }

    private static func sample<Request: RequestMessage>(
        _: Request.Type,
        _ version: Int16,
        _ mutator: inout Mutator
    ) throws -> [UInt8] {
        var coder = SeedCoder(version: version, mutator: mutator)
        let made = coder.make(Request.self)
        let message = try #require(made)
        mutator = coder.mutator
        var encoder = WireEncoder(version: version, isFlexible: version >= Request.flexibleSince)
        try message.encode(into: &encoder)
        return Array(encoder.joined().readableBytesView)
    }

    /// Damages one sample, decodes it, and checks what came of it.
    mutating func feed(_ result: inout Result) throws {
        let sample = samples[mutator.below(samples.count)]
        var bytes = sample.bytes
        mutator.mutate(&bytes)
        // Now and then as another version than it was written for.
        let version = mutator.below(16) == 0 ? samples[mutator.below(samples.count)].version : sample.version
        try decode(request, version, bytes, &result)
    }

    private func decode<Request: RequestMessage>(
        _: Request.Type,
        _ version: Int16,
        _ bytes: [UInt8],
        _ result: inout Result
    ) throws {
        let isFlexible = version >= Request.flexibleSince
        var decoder = WireDecoder(ByteBuffer(bytes: bytes), version: version, isFlexible: isFlexible)
        guard let message = try? Request.decode(from: &decoder) else { return }
        result.decoded += 1
        var footprint = FootprintCoder(version: version)
        var copy = message
        try copy.fields(&footprint)
        let allowed = RequestFuzzTests.footprintAtRest + RequestFuzzTests.footprintPerByte * bytes.count
        if footprint.bytes > allowed {
            Issue.record("\(Request.self) version \(version): \(footprint.bytes) bytes of memory for \(bytes)")
        }
        if bytes.count >= 64 {
            result.largestRatio = max(result.largestRatio, Double(footprint.bytes) / Double(bytes.count))
        }
        // What was understood can be said again.
        var encoder = WireEncoder(version: version, isFlexible: isFlexible)
        try message.encode(into: &encoder)
        var again = WireDecoder(encoder.joined(), version: version, isFlexible: isFlexible)
        if try Request.decode(from: &again) != message {
            Issue.record("\(Request.self) version \(version) differs when encoded anew: \(bytes)")
        }
    }

    mutating func roundTrip() throws {
        for sample in samples {
            var result = Result()
            try decode(request, sample.version, sample.bytes, &result)
            if result.decoded != 1 { Issue.record("\(request) version \(sample.version): \(sample.bytes)") }
        }
    }
}
