extension CreateTopicsRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> CreateTopicsResponse {
        CreateTopicsResponse(
            topics: topics.map { .init(name: $0.name, errorCode: error.rawValue, errorMessage: nil, configs: nil) }
        )
    }
}

extension DeleteTopicsRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> DeleteTopicsResponse {
        DeleteTopicsResponse(
            responses: topicNames.map { .init(name: $0, errorCode: error.rawValue) }
                + topics.map { .init(name: $0.name, topicID: $0.topicID, errorCode: error.rawValue) }
        )
    }
}

extension CreatePartitionsRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> CreatePartitionsResponse {
        CreatePartitionsResponse(results: topics.map { .init(name: $0.name, errorCode: error.rawValue) })
    }
}

extension DescribeConfigsRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> DescribeConfigsResponse {
        DescribeConfigsResponse(
            results: resources.map {
                .init(
                    errorCode: error.rawValue,
                    errorMessage: nil,
                    resourceType: $0.resourceType,
                    resourceName: $0.resourceName
                )
            }
        )
    }
}

extension AlterConfigsRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> AlterConfigsResponse {
        AlterConfigsResponse(
            responses: resources.map {
                .init(
                    errorCode: error.rawValue,
                    errorMessage: nil,
                    resourceType: $0.resourceType,
                    resourceName: $0.resourceName
                )
            }
        )
    }
}

extension IncrementalAlterConfigsRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> IncrementalAlterConfigsResponse {
        IncrementalAlterConfigsResponse(
            responses: resources.map {
                .init(
                    errorCode: error.rawValue,
                    errorMessage: nil,
                    resourceType: $0.resourceType,
                    resourceName: $0.resourceName
                )
            }
        )
    }
}
