extension BrokerCore {
    /// TxnOffsetCommit: offsets that become valid with the producer's transaction, of which their partition must be a part.
    func commitOffsets(_ request: TxnOffsetCommitRequest) -> TxnOffsetCommitResponse {
        let error = transactions.mayCommitOffsets(
            transactionalID: request.transactionalID,
            producerID: request.producerID,
            epoch: request.producerEpoch,
            group: request.groupID
        )
        guard error == .none else { return request.refused(error) }
        return groups.commitTransactionalOffsets(request)
    }
}
