/// What flows through the engine: records as plain slots, their bytes in memories that the batch keeps alive, and whatever is
/// not plain bytes in a side table of values.
///
/// A source makes one in `poll`, the converter pool turns its cells into serialised bytes, the producer hands those bytes to
/// librdkafka without a copy; the sink path runs the other way. A value type: hand it on with `consume` and nothing is copied.
public struct RecordBatch: Sendable {
    /// The records, in order.
    public var records: ContiguousArray<RecordSlot> = []
    /// Headers of all records; each record owns a run of them.
    public var headers: ContiguousArray<HeaderSlot> = []
    /// The topics that records name by index. Few: usually one.
    public private(set) var topics: [String] = []
    /// The schemas that cells name by index. Few: usually one or two.
    public private(set) var schemas: [Schema] = []
    /// Values that are not plain bytes, named by `object` cells.
    public private(set) var objects: ContiguousArray<Value> = []
    /// Source batches: where each source partition stands once every record of the batch is acknowledged.
    public private(set) var sourceOffsets: [(partition: OffsetMap, offset: OffsetMap)] = []
    /// Bytes of keys, values and headers, object trees estimated: what permits are counted in.
    public var byteCount: Int { @inlinable get { countedBytes } }
    @usableFromInline
    var countedBytes = 0

    /// What keeps the cells' bytes alive.
    public private(set) var memories: [any BatchMemory] = []

    /// An empty batch.
    public init() {}

    /// The number of records.
    @inlinable
    public var count: Int { records.count }
    /// True when there is no record. An empty batch may still carry source offsets.
    @inlinable
    public var isEmpty: Bool { records.isEmpty }

    // MARK: Building

    /// Keeps a memory alive as long as the batch. Once per memory, before cells point into it.
    public mutating func retain(_ memory: any BatchMemory) {
        if let last = memories.last, last === memory { return }
        memories.append(memory)
    }

    /// The index of a topic, added when new.
    public mutating func topicIndex(_ topic: String) -> Int32 {
        if let index = topics.lastIndex(of: topic) { return Int32(index) }
        topics.append(topic)
        return Int32(topics.count - 1)
    }

    /// The index of a schema, added when new; -1 for `nil`.
    public mutating func schemaIndex(_ schema: Schema?) -> Int32 {
        guard let schema else { return -1 }
        if let index = schemas.lastIndex(where: { $0 === schema }) { return Int32(index) }
        if let index = schemas.lastIndex(of: schema) { return Int32(index) }
        schemas.append(schema)
        return Int32(schemas.count - 1)
    }

    /// Adds a record whose cells point into retained memories.
    @inlinable
    public mutating func append(_ record: RecordSlot) {
        countedBytes += record.key.byteCount + record.value.byteCount
        records.append(record)
    }

    /// Adds a record given as values. Strings and bytes are copied into `arena`, other values kept as objects.
    public mutating func append(_ record: ConnectRecord, offset: Int64 = -1, arena: Arena) {
        let firstHeader = Int32(headers.count)
        for header in record.headers { appendHeader(header, arena: arena) }
        append(
            RecordSlot(
                topic: topicIndex(record.topic),
                partition: record.partition ?? -1,
                timestamp: record.timestamp ?? RecordSlot.noTimestamp,
                offset: offset,
                key: cell(for: record.key, arena: arena),
                value: cell(for: record.value, arena: arena),
                firstHeader: firstHeader,
                headerCount: Int32(headers.count) - firstHeader
            )
        )
    }

    /// Adds a source record and moves its partition's offset on.
    public mutating func append(_ record: SourceRecord, arena: Arena) {
        append(record.record, arena: arena)
        setSourceOffset(record.sourceOffset, partition: record.sourcePartition)
    }

    /// Adds one header to the end of ``headers``; the record appended next owns it.
    public mutating func appendHeader(_ header: Header, arena: Arena) {
        retain(arena)
        var key = header.key
        let keyBytes = key.withUTF8 { arena.copy(UnsafeRawBufferPointer($0)) }
        appendHeader(HeaderSlot(key: .text(keyBytes), value: cell(for: header.value, arena: arena)))
    }

    /// Adds one header whose cells point into retained memories.
    public mutating func appendHeader(_ header: HeaderSlot) {
        countedBytes += header.key.byteCount + header.value.byteCount
        headers.append(header)
    }

    /// Says where a source partition stands once every record of this batch is acknowledged. The last call per partition wins.
    public mutating func setSourceOffset(_ offset: OffsetMap, partition: OffsetMap) {
        if let index = sourceOffsets.lastIndex(where: { $0.partition == partition }) {
            sourceOffsets[index].offset = offset
        } else {
            sourceOffsets.append((partition, offset))
        }
    }

    /// A cell for a value: text and bytes copied into `arena`, anything else an object of this batch.
    public mutating func cell(for datum: SchemaAndValue, arena: Arena) -> Cell {
        let schema = schemaIndex(datum.schema)
        switch datum.value {
        case .null:
            return .null(schema: schema)
        case .string(var text):
            retain(arena)
            return .text(text.withUTF8 { arena.copy(UnsafeRawBufferPointer($0)) }, schema: schema)
        case .bytes(let bytes):
            retain(arena)
            return .bytes(bytes.withUnsafeBytes { arena.copy($0) }, schema: schema)
        default:
            countedBytes += datum.value.estimatedByteCount
            objects.append(datum.value)
            return .object(objects.count - 1, schema: schema)
        }
    }

    // MARK: Reading

    /// The topic of a record.
    public func topic(of record: RecordSlot) -> String { topics[Int(record.topic)] }

    /// The schema of a cell.
    public func schema(of cell: Cell) -> Schema? { cell.schema < 0 ? nil : schemas[Int(cell.schema)] }

    /// The value of a cell. Text and bytes are copied out.
    public func value(of cell: Cell) -> Value {
        switch cell.kind {
        case .null: .null
        case .bytes: .bytes(Array(cell.buffer))
        case .text: .string(String(decoding: cell.buffer, as: UTF8.self))
        case .object: objects[cell.count]
        }
    }

    /// A cell's value with its schema.
    public func datum(of cell: Cell) -> SchemaAndValue {
        SchemaAndValue(schema: schema(of: cell), value: value(of: cell))
    }

    /// The headers of a record.
    public func headerSlots(of record: RecordSlot) -> ArraySlice<HeaderSlot> {
        let first = Int(record.firstHeader)
        return ArraySlice(headers[first..<(first + Int(record.headerCount))])
    }

    /// The record as values.
    public func record(at index: Int) -> ConnectRecord {
        let slot = records[index]
        return ConnectRecord(
            topic: topic(of: slot),
            partition: slot.partition < 0 ? nil : slot.partition,
            key: datum(of: slot.key),
            value: datum(of: slot.value),
            timestamp: slot.timestamp == RecordSlot.noTimestamp ? nil : slot.timestamp,
            headers: headerSlots(of: slot).map {
                Header(key: String(decoding: $0.key.buffer, as: UTF8.self), value: datum(of: $0.value))
            }
        )
    }

    // MARK: Changing

    /// Bytes of cells that a stage has put in place of others.
    public mutating func noteConvertedBytes(_ difference: Int) {
        countedBytes += difference
    }

    /// Takes records out by index, in ascending order; the rest keep their order.
    public mutating func removeRecords(at indexes: [Int]) {
        guard !indexes.isEmpty else { return }
        var next = 0
        var kept = ContiguousArray<RecordSlot>()
        kept.reserveCapacity(records.count - indexes.count)
        for (index, record) in records.enumerated() {
            if next < indexes.count, indexes[next] == index {
                countedBytes -= record.key.byteCount + record.value.byteCount
                next += 1
            } else {
                kept.append(record)
            }
        }
        records = kept
    }
}
