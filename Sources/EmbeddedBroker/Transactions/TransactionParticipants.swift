/// The partitions that transactions end in. The broker implements it for the ``TransactionCoordinator``.
protocol TransactionParticipants: AnyObject {
    /// Whether there is such a partition. Topics can be deleted while a transaction is open in them.
    func exists(_ partition: TopicPartition) -> Bool

    /// The partition of `__consumer_offsets` that keeps the offsets of `group`.
    func offsetsPartition(group: String) -> TopicPartition

    /// Ends the producer's transaction in one partition: appends the control record, and where the partition keeps
    /// offsets, tells the group coordinator. Durable, as the flush policy has it, when it returns.
    ///
    /// Called again with the same parameters after a crash or a failure: the second marker must change nothing.
    func writeMarker(
        _ partition: TopicPartition,
        producerID: Int64,
        epoch: Int16,
        coordinatorEpoch: Int32,
        commit: Bool
    ) throws(ErrorCode)
}

/// Hands out producer IDs, each one once in the life of the broker's folder.
protocol ProducerIDs: AnyObject {
    func next() throws(ErrorCode) -> Int64
}
