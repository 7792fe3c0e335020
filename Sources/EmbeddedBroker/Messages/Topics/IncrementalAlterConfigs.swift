/// IncrementalAlterConfigs request, versions 0 to 1.
struct IncrementalAlterConfigsRequest: RequestMessage {
    static let apiKey = APIKey.incrementalAlterConfigs
    static let versions: ClosedRange<Int16> = 0...1
    static let flexibleSince: Int16 = 1
    typealias Response = IncrementalAlterConfigsResponse

    var resources: [AlterConfigsResource] = []
    var validateOnly: Bool = false

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&resources)
        try coder.field(&validateOnly)
    }

    struct AlterConfigsResource: WireStruct {
        var resourceType: Int8 = 0
        var resourceName: String = ""
        var configs: [AlterableConfig] = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&resourceType)
            try coder.field(&resourceName)
            try coder.field(&configs)
        }

        struct AlterableConfig: WireStruct {
            var name: String = ""
            var configOperation: Int8 = 0
            var value: String? = ""

            mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                try coder.field(&name)
                try coder.field(&configOperation)
                try coder.field(&value)
            }
        }
    }
}

/// IncrementalAlterConfigs response, versions 0 to 1.
struct IncrementalAlterConfigsResponse: WireMessage {
    var throttleTimeMs: Int32 = 0
    var responses: [AlterConfigsResourceResponse] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&throttleTimeMs)
        try coder.field(&responses)
    }

    struct AlterConfigsResourceResponse: WireStruct {
        var errorCode: Int16 = 0
        var errorMessage: String? = ""
        var resourceType: Int8 = 0
        var resourceName: String = ""

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&errorCode)
            try coder.field(&errorMessage)
            try coder.field(&resourceType)
            try coder.field(&resourceName)
        }
    }
}
