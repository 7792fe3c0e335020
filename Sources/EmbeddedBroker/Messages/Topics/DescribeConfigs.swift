/// DescribeConfigs request, versions 1 to 4.
struct DescribeConfigsRequest: RequestMessage {
    static let apiKey = APIKey.describeConfigs
    static let versions: ClosedRange<Int16> = 1...4
    static let flexibleSince: Int16 = 4
    typealias Response = DescribeConfigsResponse

    var resources: [DescribeConfigsResource] = []
    var includeSynonyms: Bool = false
    var includeDocumentation: Bool = false

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&resources)
        try coder.field(&includeSynonyms)
        try coder.field(&includeDocumentation, since: 3)
    }

    struct DescribeConfigsResource: WireStruct {
        var resourceType: Int8 = 0
        var resourceName: String = ""
        var configurationKeys: [String]? = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&resourceType)
            try coder.field(&resourceName)
            try coder.field(&configurationKeys)
        }
    }
}

/// DescribeConfigs response, versions 1 to 4.
struct DescribeConfigsResponse: WireMessage {
    var throttleTimeMs: Int32 = 0
    var results: [DescribeConfigsResult] = []

    mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
        try coder.field(&throttleTimeMs)
        try coder.field(&results)
    }

    struct DescribeConfigsResult: WireStruct {
        var errorCode: Int16 = 0
        var errorMessage: String? = ""
        var resourceType: Int8 = 0
        var resourceName: String = ""
        var configs: [DescribeConfigsResourceResult] = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&errorCode)
            try coder.field(&errorMessage)
            try coder.field(&resourceType)
            try coder.field(&resourceName)
            try coder.field(&configs)
        }

        struct DescribeConfigsResourceResult: WireStruct {
            var name: String = ""
            var value: String? = ""
            var readOnly: Bool = false
            var configSource: Int8 = -1
            var isSensitive: Bool = false
            var synonyms: [DescribeConfigsSynonym] = []
            var configType: Int8 = 0
            var documentation: String? = ""

            mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                try coder.field(&name)
                try coder.field(&value)
                try coder.field(&readOnly)
                try coder.field(&configSource)
                try coder.field(&isSensitive)
                try coder.field(&synonyms)
                try coder.field(&configType, since: 3)
                try coder.field(&documentation, since: 3)
            }

            struct DescribeConfigsSynonym: WireStruct {
                var name: String = ""
                var value: String? = ""
                var source: Int8 = 0

                mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                    try coder.field(&name)
                    try coder.field(&value)
                    try coder.field(&source)
                }
            }
        }
    }
}
