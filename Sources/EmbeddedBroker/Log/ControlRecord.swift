import NIOCore

/// The one record of a control batch: how a transaction ended.
struct ControlRecord: Equatable {
    var commit: Bool
    var coordinatorEpoch: Int32

    /// Nil when the batch holds no marker: other types of control records say nothing here.
    init?(_ batch: ByteBuffer, _ header: RecordBatchHeader) {
        guard header.isControl, var reader = try? RecordBatchContents.reader(of: batch, header),
            let record = try? reader.next(), var key = record.key, key.readInteger(as: Int16.self) != nil,
            let type = key.readInteger(as: Int16.self), type == 0 || type == 1
        else { return nil }
        commit = type == 1
        var value = record.value ?? ByteBuffer()
        _ = value.readInteger(as: Int16.self)
        coordinatorEpoch = value.readInteger(as: Int32.self) ?? -1
    }
}
