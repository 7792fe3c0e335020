extension BrokerCore {
    /// The requests this broker knows, each with its versions.
    static let offeredVersions: [(key: APIKey, versions: ClosedRange<Int16>, flexibleSince: Int16)] = [
        offer(ProduceRequest.self), offer(FetchRequest.self), offer(ListOffsetsRequest.self),
        offer(MetadataRequest.self), offer(OffsetCommitRequest.self), offer(OffsetFetchRequest.self),
        offer(FindCoordinatorRequest.self), offer(JoinGroupRequest.self), offer(HeartbeatRequest.self),
        offer(LeaveGroupRequest.self), offer(SyncGroupRequest.self), offer(DescribeGroupsRequest.self),
        offer(ListGroupsRequest.self), offer(SaslHandshakeRequest.self), offer(ApiVersionsRequest.self),
        offer(CreateTopicsRequest.self), offer(DeleteTopicsRequest.self), offer(DeleteRecordsRequest.self),
        offer(InitProducerIdRequest.self), offer(OffsetForLeaderEpochRequest.self),
        offer(AddPartitionsToTxnRequest.self), offer(AddOffsetsToTxnRequest.self), offer(EndTxnRequest.self),
        offer(TxnOffsetCommitRequest.self), offer(DescribeConfigsRequest.self), offer(AlterConfigsRequest.self),
        offer(SaslAuthenticateRequest.self), offer(CreatePartitionsRequest.self), offer(DeleteGroupsRequest.self),
        offer(IncrementalAlterConfigsRequest.self), offer(OffsetDeleteRequest.self), offer(DescribeClusterRequest.self),
    ]

    private static func offer<Request: RequestMessage>(
        _: Request.Type
    ) -> (key: APIKey, versions: ClosedRange<Int16>, flexibleSince: Int16) {
        (Request.apiKey, Request.versions, Request.flexibleSince)
    }

    /// The versions of one request; `nil` when this broker does not know it.
    static func offered(_ key: Int16) -> (key: APIKey, versions: ClosedRange<Int16>, flexibleSince: Int16)? {
        APIKey(rawValue: key).flatMap { key in offeredVersions.first { $0.key == key } }
    }

    /// ApiVersions: what this broker offers. Asked by every client first.
    func apiVersions(error: ErrorCode = .none) -> ApiVersionsResponse {
        ApiVersionsResponse(
            errorCode: error.rawValue,
            apiKeys: Self.offeredVersions.map {
                .init(apiKey: $0.key.rawValue, minVersion: $0.versions.lowerBound, maxVersion: $0.versions.upperBound)
            }
        )
    }
}
