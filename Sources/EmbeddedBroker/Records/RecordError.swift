/// Why the records of a batch cannot be read, or may not be kept.
enum RecordError: Error, Equatable {
    /// The codec bits of the attributes name no codec of magic 2.
    case unknownCodec(Int)
    /// The compressed bytes are not what the codec writes, or end too early.
    case corruptCompression(CompressionCodec)
    /// Decompressed, the batch has more bytes than ``RecordReader/defaultLimit``.
    case tooLarge(limit: Int)
    /// The bytes end inside a record, or before the last one that the batch declares.
    case truncated
    /// A length inside a record is below -1, or reaches past the record's end.
    case badLength
    /// A variable-length integer has more bytes than its type.
    case badVariableInteger
    /// Bytes are left in a record after its last header, or in a batch after its last record.
    case trailingBytes
    /// The declared number of records is negative.
    case badCount(Int32)
    /// Offsets inside a batch from a producer count up from zero without gaps; this record's does not.
    case wrongOffset(index: Int32)
    /// These records of a compacted topic have no key; of very many, the first ones are named.
    case missingKeys([Int32])
    /// A codec's library gave up: out of memory.
    case codecFailed(CompressionCodec)

    /// How a produce request that carries such records is answered.
    ///
    /// None of these heals by trying again, so none of them is answered with CORRUPT_MESSAGE, which clients retry.
    var errorCode: ErrorCode {
        switch self {
        case .unknownCodec: .unsupportedCompressionType
        case .tooLarge: .messageTooLarge
        case .codecFailed: .unknownServerError
        case .corruptCompression, .truncated, .badLength, .badVariableInteger, .trailingBytes, .badCount,
            .wrongOffset, .missingKeys:
            .invalidRecord
        }
    }

    /// The records that are refused for themselves, by their places in the batch (KIP-467).
    var records: [Int32] {
        switch self {
        case .missingKeys(let indexes): indexes
        case .wrongOffset(let index): [index]
        default: []
        }
    }

    /// What the producer is told; never anything out of a record.
    var message: String {
        switch self {
        case .unknownCodec(let number): "The batch names compression codec \(number), which does not exist."
        case .corruptCompression(let codec): "The batch's records cannot be decompressed with \(codec)."
        case .tooLarge(let limit): "Decompressed, the batch has more than \(limit) bytes."
        case .truncated: "The batch's records end before the last one it declares."
        case .badLength: "A length inside a record of the batch is impossible."
        case .badVariableInteger: "A variable-length integer inside a record of the batch is too long."
        case .trailingBytes: "The batch has bytes left after its last record."
        case .badCount(let count): "The batch declares \(count) records."
        case .wrongOffset: "A record's offset inside the batch does not follow the one before it."
        case .missingKeys: "A compacted topic accepts no record without a key."
        case .codecFailed(let codec): "The \(codec) library ran out of memory."
        }
    }
}
