import NIOCore

extension BrokerCore {
    /// Produce: appends each partition's batches as they are. When this answers, they are as durable as the topic's flush policy says.
    func produce(_ request: ProduceRequest, _ context: RequestContext) -> ProduceResponse {
        guard [0, 1, -1].contains(request.acks) else { return request.refused(.invalidRequiredAcks) }
        var response = ProduceResponse()
        var written: [PartitionLog] = []
        for topic in request.topicData {
            var answers = ProduceResponse.TopicProduceResponse(name: topic.name)
            for part in topic.partitionData {
                let partition = TopicPartition(topic: topic.name, partition: part.index)
                var answer = ProduceResponse.TopicProduceResponse.PartitionProduceResponse(index: part.index)
                do {
                    let appended = try append(
                        part.records,
                        to: partition,
                        of: request,
                        version: context.version,
                        written: &written
                    )
                    answer.baseOffset = appended.baseOffset
                    answer.logAppendTimeMs = appended.logAppendTime
                    answer.logStartOffset = appended.logStartOffset
                } catch {
                    answer.errorCode = error.rawValue
                    answer.baseOffset = -1
                    if let refusal = refusal(of: error, by: partition) { answer.explain(refusal) }
                }
                answers.partitionResponses.append(answer)
            }
            response.responses.append(answers)
        }
        for log in written {
            do {
                try log.flushIfDue()
            } catch {
                response.refuse(log.partition, error)
            }
        }
        return response
    }

    private func append(
        _ records: ByteBuffer?,
        to partition: TopicPartition,
        of request: ProduceRequest,
        version: Int16,
        written: inout [PartitionLog]
    ) throws(ErrorCode) -> Appended {
        guard let topic = topics.topic(partition.topic) else { throw .unknownTopicOrPartition }
        // Only the coordinators write here.
        guard !topic.isInternal else { throw .invalidTopic }
        guard let records, records.readableBytes > 0 else { throw .invalidRecord }
        let log = try topics.log(partition.partition, of: topic)
        if request.acks == -1, log.configuration.minInSyncReplicas > 1 { throw .notEnoughReplicas }
        guard let head = RecordBatchHeader(records) else { throw .corruptMessage }
        if head.magic == 2, head.isTransactional {
            let error = transactions.mayProduce(
                transactionalID: request.transactionalID,
                producerID: head.producerID,
                epoch: head.producerEpoch,
                partition: partition,
                version: version
            )
            guard error == .none else { throw error }
        }
        let appended = try log.append(records, flush: false)
        written.append(log)
        return appended
    }

    /// What about a batch's records made `partition` answer with `error`.
    private func refusal(of error: ErrorCode, by partition: TopicPartition) -> RecordError? {
        guard topics.exists(partition) else { return nil }
        do {
            let refusal = try topics.log(partition).lastRefusal
            return refusal?.errorCode == error ? refusal : nil
        } catch {
            return nil
        }
    }
}

extension ProduceResponse.TopicProduceResponse.PartitionProduceResponse {
    fileprivate mutating func explain(_ refusal: RecordError) {
        errorMessage = refusal.message
        recordErrors = refusal.records.map {
            BatchIndexAndErrorMessage(batchIndex: $0, batchIndexErrorMessage: refusal.message)
        }
    }
}

extension ProduceResponse {
    /// Whether any partition has an error.
    var hasErrors: Bool {
        responses.contains { $0.partitionResponses.contains { $0.errorCode != 0 } }
    }

    fileprivate mutating func refuse(_ partition: TopicPartition, _ error: ErrorCode) {
        for topic in responses.indices where responses[topic].name == partition.topic {
            for index in responses[topic].partitionResponses.indices
            where responses[topic].partitionResponses[index].index == partition.partition {
                responses[topic].partitionResponses[index].errorCode = error.rawValue
                responses[topic].partitionResponses[index].baseOffset = -1
            }
        }
    }
}
