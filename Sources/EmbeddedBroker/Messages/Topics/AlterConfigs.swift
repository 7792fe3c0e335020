/// AlterConfigs request, versions 0 to 2.
struct AlterConfigsRequest: RequestMessage {
    static let apiKey = APIKey.alterConfigs
    static let versions: ClosedRange<Int16> = 0...2
    static let flexibleSince: Int16 = 2
    typealias Response = AlterConfigsResponse

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
            var value: String? = ""

            mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
                try coder.field(&name)
                try coder.field(&value)
            }
        }
    }
}

/// AlterConfigs response, versions 0 to 2.
struct AlterConfigsResponse: WireMessage {
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
