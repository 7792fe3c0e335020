/// A key, a value or a header's value inside a batch: a plain value that points into the batch's memory, or names one of its
/// objects. Copying one costs nothing; reading one needs its batch.
public struct Cell: BitwiseCopyable, @unchecked Sendable {
    // @unchecked: the address points into memory that the batch keeps alive and that nobody writes once the batch is handed on.

    /// What the cell holds.
    public enum Kind: UInt8, Sendable, BitwiseCopyable {
        /// No value.
        case null
        /// Raw bytes: a `bytes` value, or a serialised key or value.
        case bytes
        /// Valid UTF-8: a `string` value.
        case text
        /// Any other value: an entry of ``RecordBatch/objects``.
        case object
    }

    /// The start of the bytes, for `bytes` and `text`; `nil` is allowed when `count` is 0.
    public let address: UnsafeRawPointer?
    /// The number of bytes, or the index into ``RecordBatch/objects``.
    public let count: Int
    /// The index into ``RecordBatch/schemas``, or -1 for schemaless.
    public let schema: Int32
    /// What the cell holds.
    public let kind: Kind

    @inlinable
    init(address: UnsafeRawPointer?, count: Int, schema: Int32, kind: Kind) {
        self.address = address
        self.count = count
        self.schema = schema
        self.kind = kind
    }

    /// A cell without a value.
    @inlinable
    public static func null(schema: Int32 = -1) -> Cell {
        Cell(address: nil, count: 0, schema: schema, kind: .null)
    }

    /// A cell of raw bytes in one of the batch's memories.
    @inlinable
    public static func bytes(_ bytes: UnsafeRawBufferPointer, schema: Int32 = -1) -> Cell {
        Cell(address: bytes.baseAddress, count: bytes.count, schema: schema, kind: .bytes)
    }

    /// A cell of text in one of the batch's memories. The bytes must be valid UTF-8.
    @inlinable
    public static func text(_ utf8: UnsafeRawBufferPointer, schema: Int32 = -1) -> Cell {
        Cell(address: utf8.baseAddress, count: utf8.count, schema: schema, kind: .text)
    }

    /// A cell that names an entry of the batch's objects.
    @inlinable
    public static func object(_ index: Int, schema: Int32 = -1) -> Cell {
        Cell(address: nil, count: index, schema: schema, kind: .object)
    }

    /// The bytes of a `bytes` or `text` cell; empty for the other kinds. Valid while the batch lives.
    @inlinable
    public var buffer: UnsafeRawBufferPointer {
        switch kind {
        case .bytes, .text: UnsafeRawBufferPointer(start: address, count: count)
        case .null, .object: UnsafeRawBufferPointer(start: nil, count: 0)
        }
    }

    /// The same bytes as another kind, with another schema: how a pass-through converter "converts".
    @inlinable
    public func retagged(_ kind: Kind, schema: Int32) -> Cell {
        Cell(address: address, count: count, schema: schema, kind: kind)
    }

    /// The number of bytes of a `bytes` or `text` cell; 0 for the other kinds.
    @inlinable
    public var byteCount: Int {
        switch kind {
        case .bytes, .text: count
        case .null, .object: 0
        }
    }
}

/// One header of a record inside a batch.
public struct HeaderSlot: BitwiseCopyable, Sendable {
    /// The key, a `text` cell.
    public var key: Cell
    /// The value.
    public var value: Cell

    /// Makes one of its parts.
    public init(key: Cell, value: Cell) {
        self.key = key
        self.value = value
    }
}

/// One record inside a batch: plain numbers and cells, no references.
public struct RecordSlot: BitwiseCopyable, Sendable {
    /// Stands for "no timestamp".
    public static let noTimestamp = Int64.min

    /// The index into ``RecordBatch/topics``.
    public var topic: Int32
    /// The partition of the topic, or -1 for "let the partitioner choose".
    public var partition: Int32
    /// Milliseconds since 1970-01-01T00:00Z, or ``noTimestamp``.
    public var timestamp: Int64
    /// Sink: the offset in Kafka. Source: a position in the source for error reports (a byte, a row), or -1.
    public var offset: Int64
    /// The key.
    public var key: Cell
    /// The value.
    public var value: Cell
    /// The first header in ``RecordBatch/headers``.
    public var firstHeader: Int32
    /// The number of headers.
    public var headerCount: Int32

    /// Makes one of its parts.
    @inlinable
    public init(
        topic: Int32,
        partition: Int32 = -1,
        timestamp: Int64 = RecordSlot.noTimestamp,
        offset: Int64 = -1,
        key: Cell = .null(),
        value: Cell,
        firstHeader: Int32 = 0,
        headerCount: Int32 = 0
    ) {
        self.topic = topic
        self.partition = partition
        self.timestamp = timestamp
        self.offset = offset
        self.key = key
        self.value = value
        self.firstHeader = firstHeader
        self.headerCount = headerCount
    }
}

extension RecordSlot {
    /// The key or the value.
    @inlinable
    public subscript(column: RecordBatch.Column) -> Cell {
        get {
            switch column {
            case .key: key
            case .value: value
            }
        }
        set {
            switch column {
            case .key: key = newValue
            case .value: value = newValue
            }
        }
    }
}
