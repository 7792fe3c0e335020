import NIOCore

extension BrokerCore {
    /// Fetch: whole batches from each partition. With too little to read it waits, up to the request's `maxWaitMs`, for more.
    ///
    /// There are no fetch sessions (KIP-227): every answer has the session id 0, so clients name all partitions each time.
    func fetch(_ request: FetchRequest, reply: @escaping (FetchResponse) -> Void) {
        guard request.sessionID == 0 else {
            return reply(FetchResponse(errorCode: ErrorCode.fetchSessionIDNotFound.rawValue))
        }
        let first = read(request)
        if first.isEnough || request.maxWaitMs <= 0 { return reply(first.response) }

        var waiting: WaitingFetch?
        var deadline: BrokerTimers.ID?
        let partitions = fetchedPartitions(request)
        let finish = { [unowned self] (response: FetchResponse) -> Void in
            guard let fetch = waiting else { return }
            waiting = nil
            fetches.remove(fetch)
            if let deadline { timers.cancel(deadline) }
            reply(response)
        }
        let fetch = WaitingFetch(partitions: partitions) { [unowned self] in
            let result = read(request)
            if result.isEnough { finish(result.response) }
        }
        waiting = fetch
        fetches.add(fetch)
        deadline = timers.schedule(at: clock.monotonic + Int64(request.maxWaitMs)) { [unowned self] in
            finish(read(request).response)
        }
    }

    private func fetchedPartitions(_ request: FetchRequest) -> [TopicPartition] {
        request.topics.flatMap { topic in
            let name = topic.topicID == .zero ? topic.topic : topics.name(of: topic.topicID) ?? ""
            return topic.partitions.map { TopicPartition(topic: name, partition: $0.partition) }
        }
    }

    /// Reads once. Enough: `minBytes` are there, or something cannot be read at all.
    private func read(_ request: FetchRequest) -> (response: FetchResponse, isEnough: Bool) {
        var response = FetchResponse()
        var bytes = 0
        var hasErrors = false
        let limit = max(0, Int(request.maxBytes))
        for topic in request.topics {
            var answer = FetchResponse.FetchableTopicResponse(topic: topic.topic, topicID: topic.topicID)
            for part in topic.partitions {
                do {
                    let data = try read(
                        part,
                        of: topic,
                        isolation: request.isolationLevel,
                        left: limit - bytes,
                        isFirst: bytes == 0
                    )
                    bytes += data.records?.readableBytes ?? 0
                    answer.partitions.append(data)
                } catch {
                    hasErrors = true
                    answer.partitions.append(.failed(part.partition, error))
                }
            }
            response.responses.append(answer)
        }
        return (response, hasErrors || bytes >= Int(request.minBytes))
    }

    private func read(
        _ part: FetchRequest.FetchTopic.FetchPartition,
        of topic: FetchRequest.FetchTopic,
        isolation: Int8,
        left: Int,
        isFirst: Bool
    ) throws(ErrorCode) -> FetchResponse.FetchableTopicResponse.PartitionData {
        let log = try log(part.partition, of: topic)
        try checkLeaderEpoch(part.currentLeaderEpoch)
        let result = try log.read(
            from: part.fetchOffset,
            // Once the answer is full, a partition still gets its watermarks.
            maxBytes: min(max(0, Int(part.partitionMaxBytes)), max(0, left)),
            minOne: isFirst,
            isolation: isolation == 1 ? .readCommitted : .readUncommitted
        )
        return FetchResponse.FetchableTopicResponse.PartitionData(
            partitionIndex: part.partition,
            highWatermark: result.highWatermark,
            lastStableOffset: result.lastStableOffset,
            logStartOffset: result.logStartOffset,
            abortedTransactions: result.abortedTransactions?.map {
                .init(producerID: $0.producerID, firstOffset: $0.firstOffset)
            },
            records: result.records
        )
    }

    private func log(_ partition: Int32, of topic: FetchRequest.FetchTopic) throws(ErrorCode) -> PartitionLog {
        if topic.topicID != .zero {
            guard let named = topics.topic(topic.topicID) else { throw .unknownTopicID }
            return try topics.log(partition, of: named)
        }
        return try topics.log(TopicPartition(topic: topic.topic, partition: partition))
    }

    /// A client that knows of a later leader than there ever was has talked to another cluster.
    func checkLeaderEpoch(_ epoch: Int32) throws(ErrorCode) {
        if epoch > Self.leaderEpoch { throw .unknownLeaderEpoch }
    }
}

extension FetchResponse.FetchableTopicResponse.PartitionData {
    /// A partition of a fetch that has no records but an error.
    static func failed(_ partition: Int32, _ error: ErrorCode) -> Self {
        Self(partitionIndex: partition, errorCode: error.rawValue, highWatermark: -1, abortedTransactions: nil)
    }
}
