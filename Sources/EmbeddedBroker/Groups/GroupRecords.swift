import NIOCore

// The records of Kafka's `__consumer_offsets` topic: a version, then the fields.

/// The key of a committed offset.
struct OffsetCommitKey: WireStruct, Hashable {
    static let version: Int16 = 1

    var group = ""
    var topic = ""
    var partition: Int32 = 0

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&group)
        try coder.field(&topic)
        try coder.field(&partition)
    }
}

/// A committed offset.
struct OffsetCommitValue: WireStruct {
    /// What is written, but for offsets with a time limit of their own.
    static let version: Int16 = 3
    /// The one version that has a time limit.
    static let versionWithExpiry: Int16 = 1
    static let flexibleSince: Int16 = 4

    var offset: Int64 = 0
    var leaderEpoch: Int32 = -1
    var metadata = ""
    var commitTimestamp: Int64 = 0
    var expireTimestamp: Int64 = -1

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&offset)
        try coder.field(&leaderEpoch, since: 3)
        try coder.field(&metadata)
        try coder.field(&commitTimestamp)
        try coder.field(&expireTimestamp, since: 1, until: 1)
    }
}

/// The key of a group.
struct GroupMetadataKey: WireStruct, Hashable {
    static let version: Int16 = 2

    var group = ""

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&group)
    }
}

/// A group as it was when its generation became valid.
struct GroupMetadataValue: WireStruct {
    static let version: Int16 = 3
    static let flexibleSince: Int16 = 4

    var protocolType = ""
    var generation: Int32 = 0
    var protocolName: String?
    var leader: String?
    var currentStateTimestamp: Int64 = -1
    var members: [Member] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&protocolType)
        try coder.field(&generation)
        try coder.field(&protocolName)
        try coder.field(&leader)
        try coder.field(&currentStateTimestamp, since: 2)
        try coder.field(&members)
    }

    struct Member: WireStruct {
        var memberID = ""
        var groupInstanceID: String?
        var clientID = ""
        var clientHost = ""
        var rebalanceTimeout: Int32 = -1
        var sessionTimeout: Int32 = 0
        var subscription = ByteBuffer()
        var assignment = ByteBuffer()

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&memberID)
            try coder.field(&groupInstanceID, since: 3)
            try coder.field(&clientID)
            try coder.field(&clientHost)
            try coder.field(&rebalanceTimeout, since: 1)
            try coder.field(&sessionTimeout)
            try coder.field(&subscription)
            try coder.field(&assignment)
        }
    }
}

/// A record of `__consumer_offsets`, understood.
enum GroupRecord: Equatable {
    /// `nil`: the offset is gone.
    case offset(OffsetCommitKey, OffsetCommitValue?)
    /// `nil`: the group is gone.
    case group(String, GroupMetadataValue?)
    /// A kind of record that this broker does not write, such as those of Kafka's newer group types.
    case foreign(keyVersion: Int16)

    init(_ record: CoordinatorRecord) throws(WireError) {
        var key = record.key
        guard let keyVersion = key.readInteger(as: Int16.self) else { throw .truncated }
        switch keyVersion {
        case 0, OffsetCommitKey.version:
            self = .offset(
                try Self.decode(key, version: keyVersion, flexibleSince: .max),
                try Self.value(record.value, flexibleSince: OffsetCommitValue.flexibleSince)
            )
        case GroupMetadataKey.version:
            let decoded: GroupMetadataKey = try Self.decode(key, version: keyVersion, flexibleSince: .max)
            self = .group(
                decoded.group,
                try Self.value(record.value, flexibleSince: GroupMetadataValue.flexibleSince)
            )
        default:
            self = .foreign(keyVersion: keyVersion)
        }
    }

    /// The bytes of this record.
    func encoded() throws(WireError) -> CoordinatorRecord {
        switch self {
        case .offset(let key, let value):
            let version = value?.expireTimestamp == -1 ? OffsetCommitValue.version : OffsetCommitValue.versionWithExpiry
            return CoordinatorRecord(
                key: try Self.encode(key, version: OffsetCommitKey.version),
                value: try Self.encode(value, version: version)
            )
        case .group(let id, let value):
            return CoordinatorRecord(
                key: try Self.encode(GroupMetadataKey(group: id), version: GroupMetadataKey.version),
                value: try Self.encode(value, version: GroupMetadataValue.version)
            )
        case .foreign(let keyVersion):
            return CoordinatorRecord(key: ByteBuffer(integer: keyVersion), value: nil)
        }
    }

    private static func value<Value: WireStruct>(
        _ bytes: ByteBuffer?,
        flexibleSince: Int16
    ) throws(WireError) -> Value? {
        guard var bytes else { return nil }
        guard let version = bytes.readInteger(as: Int16.self) else { throw .truncated }
        return try decode(bytes, version: version, flexibleSince: flexibleSince)
    }

    private static func decode<Value: WireStruct>(
        _ bytes: ByteBuffer,
        version: Int16,
        flexibleSince: Int16
    ) throws(WireError) -> Value {
        var decoder = WireDecoder(bytes, version: version, isFlexible: version >= flexibleSince)
        return try Value.decode(from: &decoder)
    }

    private static func encode(_ value: (some WireStruct)?, version: Int16) throws(WireError) -> ByteBuffer? {
        guard let value else { return nil }
        return try encode(value, version: version) as ByteBuffer
    }

    private static func encode(_ value: some WireStruct, version: Int16) throws(WireError) -> ByteBuffer {
        var encoder = WireEncoder(version: version, isFlexible: false)
        encoder.integer(version)
        try value.encode(into: &encoder)
        return encoder.joined()
    }
}

extension ByteBuffer {
    /// The same bytes without the request or record around them, which a slice would keep in memory.
    var ownCopy: ByteBuffer { ByteBuffer(bytes: readableBytesView) }
}
