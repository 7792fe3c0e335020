/// Turns Connect data into the bytes of a Kafka key or value, and back.
///
/// One instance serves one side (key or value) of one task; the converter pool calls it from several actors at once, so it holds
/// no mutable state but behind a lock. The two batch methods are what the pool calls; a converter that can work on bytes
/// directly overrides them and allocates nothing per record.
///
/// Source: `org.apache.kafka.connect.storage.Converter`.
public protocol Converter: Sendable {
    /// The keys it takes, with types, defaults and checks (without the `key.converter.` prefix).
    static var configDefinition: ConfigDefinition { get }
    /// Made once per task and side. Throws ``ConnectError/Code/configuration`` for a wrong value.
    init(configuration: [String: String], isKey: Bool) throws

    /// Data to bytes; `nil` is a null key or value (a tombstone).
    func fromConnectData(topic: String, schema: Schema?, value: Value) throws -> [UInt8]?
    /// Bytes to data.
    func toConnectData(topic: String, bytes: UnsafeRawBufferPointer?) throws -> SchemaAndValue

    /// Serialises one column of a batch in place: afterwards its cells are `bytes` or `null`. Records that cannot be converted
    /// keep their cell and are listed.
    func serialize(_ column: RecordBatch.Column, of batch: inout RecordBatch) -> [RecordFailure]
    /// Reads one column of a batch of serialised records in place: afterwards its cells hold data.
    func deserialize(_ column: RecordBatch.Column, of batch: inout RecordBatch) -> [RecordFailure]
}

/// Turns the values of headers into bytes, and back.
///
/// Source: `org.apache.kafka.connect.storage.HeaderConverter`.
public protocol HeaderConverter: Sendable {
    /// The keys it takes (without the `header.converter.` prefix).
    static var configDefinition: ConfigDefinition { get }
    /// Made once per task.
    init(headerConfiguration: [String: String]) throws
    /// Data to bytes; `nil` is a null header value.
    func fromConnectHeader(topic: String, key: String, schema: Schema?, value: Value) throws -> [UInt8]?
    /// Bytes to data.
    func toConnectHeader(topic: String, key: String, bytes: UnsafeRawBufferPointer?) throws -> SchemaAndValue
}

/// A record of a batch that a stage could not handle.
public struct RecordFailure: Sendable {
    /// The index into ``RecordBatch/records``.
    public let index: Int
    /// Why.
    public let error: ConnectError

    /// Makes one of its parts.
    public init(index: Int, error: ConnectError) {
        self.index = index
        self.error = error
    }
}

extension RecordBatch {
    /// The two sides of a record that converters work on.
    public enum Column: Sendable, Hashable {
        case key
        case value

        /// The stage that converting this column belongs to.
        public var stage: Stage {
            switch self {
            case .key: .keyConverter
            case .value: .valueConverter
            }
        }
    }

    /// A ``ConnectError`` from any error, placed at a record of this batch.
    public func failure(at index: Int, stage: Stage, _ error: any Error) -> RecordFailure {
        let slot = records[index]
        var located = (error as? ConnectError) ?? ConnectError(.connect, String(describing: error), cause: error)
        located.location = ErrorLocation(
            stage: stage,
            topic: topic(of: slot),
            partition: slot.partition < 0 ? nil : slot.partition,
            offset: slot.offset < 0 ? nil : slot.offset
        )
        return RecordFailure(index: index, error: located)
    }
}

extension Converter {
    /// Record by record, through `fromConnectData`.
    public func serialize(_ column: RecordBatch.Column, of batch: inout RecordBatch) -> [RecordFailure] {
        serialize(batch.records.indices, column, of: &batch)
    }

    /// Record by record, through `toConnectData`.
    public func deserialize(_ column: RecordBatch.Column, of batch: inout RecordBatch) -> [RecordFailure] {
        deserialize(batch.records.indices, column, of: &batch)
    }

    /// Serialises one column of some records, one value at a time: what a converter falls back on for records that its own batch
    /// method has no faster way for. `indexes` ascend.
    public func serialize(
        _ indexes: some Sequence<Int>,
        _ column: RecordBatch.Column,
        of batch: inout RecordBatch
    ) -> [RecordFailure] {
        var failures: [RecordFailure] = []
        let arena = Arena()
        batch.retain(arena)
        var difference = 0
        for index in indexes {
            let cell = batch.records[index][column]
            let topic = batch.topic(of: batch.records[index])
            do {
                let bytes = try fromConnectData(
                    topic: topic,
                    schema: batch.schema(of: cell),
                    value: batch.value(of: cell)
                )
                let converted = bytes.map { $0.withUnsafeBytes { Cell.bytes(arena.copy($0)) } } ?? .null()
                difference += converted.byteCount - cell.byteCount
                batch.records[index][column] = converted
            } catch {
                failures.append(batch.failure(at: index, stage: column.stage, error))
            }
        }
        batch.noteConvertedBytes(difference)
        return failures
    }

    /// Reads one column of some serialised records, one value at a time. `indexes` ascend.
    public func deserialize(
        _ indexes: some Sequence<Int>,
        _ column: RecordBatch.Column,
        of batch: inout RecordBatch
    ) -> [RecordFailure] {
        var failures: [RecordFailure] = []
        let arena = Arena()
        batch.retain(arena)
        for index in indexes {
            let cell = batch.records[index][column]
            let topic = batch.topic(of: batch.records[index])
            do {
                let datum = try toConnectData(topic: topic, bytes: cell.kind == .null ? nil : cell.buffer)
                batch.records[index][column] = batch.cell(for: datum, arena: arena)
            } catch {
                failures.append(batch.failure(at: index, stage: column.stage, error))
            }
        }
        return failures
    }
}
