extension MetadataRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> MetadataResponse {
        MetadataResponse(
            topics: (topics ?? []).map { .init(errorCode: error.rawValue, name: $0.name ?? "", topicID: $0.topicID) }
        )
    }
}

extension ApiVersionsRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> ApiVersionsResponse {
        ApiVersionsResponse(errorCode: error.rawValue)
    }
}

extension DescribeClusterRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> DescribeClusterResponse {
        DescribeClusterResponse(errorCode: error.rawValue)
    }
}

extension FindCoordinatorRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> FindCoordinatorResponse {
        FindCoordinatorResponse(
            errorCode: error.rawValue,
            errorMessage: nil,
            nodeID: -1,
            port: -1,
            coordinators: coordinatorKeys.map {
                .init(key: $0, nodeID: -1, port: -1, errorCode: error.rawValue, errorMessage: nil)
            }
        )
    }
}

extension SaslHandshakeRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> SaslHandshakeResponse {
        SaslHandshakeResponse(errorCode: error.rawValue)
    }
}

extension SaslAuthenticateRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> SaslAuthenticateResponse {
        SaslAuthenticateResponse(errorCode: error.rawValue, errorMessage: nil)
    }
}
