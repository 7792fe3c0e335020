import Engine

/// What goes through the channels between the actors of a task: a batch, and on the sink path what must keep its place among
/// the batches.
struct Parcel: Sendable {
    /// The records. May be empty when only the rest matters.
    var batch: RecordBatch
    /// Sink: the offset of the next record by partition, after this batch as it was read; transformations and tolerance may
    /// take records out of the batch, but the offsets move on all the same.
    var positions: [TopicPartition: Int64] = [:]
    /// Sink: a change of the assignment, effective after all earlier parcels.
    var marker: AssignmentMarker?

    var cost: FlowCost { FlowCost(records: batch.count, bytes: batch.byteCount) }
}

/// A change of a sink task's partitions, travelling in band.
enum AssignmentMarker: Sendable {
    /// The partitions are this task's from here on.
    case opened([TopicPartition])
    /// They are no longer: finish and commit what came before (unless they are lost), then call `done`.
    case closed([TopicPartition], lost: Bool, done: @Sendable () -> Void)
}
