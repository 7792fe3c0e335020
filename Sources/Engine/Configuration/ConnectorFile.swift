import OrderedCollections

/// A connector file that a standalone worker is started with: a name, a configuration, and perhaps the state to start in.
///
/// The content decides on the form: a JSON object of keys and values, a JSON object with `name` and `config` (what the REST API
/// takes to create a connector), or properties.
///
/// Source: `org.apache.kafka.connect.cli.ConnectStandalone.parseConnectorConfigurationFile`.
public struct ConnectorFile: Sendable, Hashable {
    /// The state a connector is created in.
    ///
    /// Source: `org.apache.kafka.connect.runtime.rest.entities.CreateConnectorRequest.InitialState`, KIP-980.
    public enum InitialState: String, Sendable, Hashable, CaseIterable {
        case running = "RUNNING"
        case paused = "PAUSED"
        case stopped = "STOPPED"
    }

    /// The connector's name.
    public var name: String
    /// Its configuration, `name` included.
    public var configuration: RawConfiguration
    /// The state to start in; `nil` when the file does not say, which means running.
    public var initialState: InitialState?

    /// Reads a file's bytes.
    ///
    /// - Parameter file: its name, for messages; one that ends in `.json` is read as JSON whatever it holds.
    /// - Throws: ``ConnectError/Code/configuration`` that names file, line (and column for JSON), cause and fix.
    public static func read(_ bytes: [UInt8], file: String) throws(ConnectError) -> ConnectorFile {
        if file.lowercased().hasSuffix(".json") || beginsLikeJSON(bytes) {
            return try ConnectorFileJSON.read(bytes, file: file)
        }
        let configuration = try PropertiesReader.read(bytes, file: file)
        return try ConnectorFile(configuration, initialState: nil)
    }

    /// A configuration that holds its connector's name.
    init(_ configuration: RawConfiguration, initialState: InitialState?) throws(ConnectError) {
        guard let name = configuration[ConnectorKeys.name] else {
            throw ConnectError(
                .configuration,
                "\(configuration.subject): name is missing: add the connector's name, such as name=my-connector"
            )
        }
        self.name = name.trimmingJavaWhitespace()
        self.configuration = configuration
        self.initialState = initialState
    }

    private static func beginsLikeJSON(_ bytes: [UInt8]) -> Bool {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let content = bytes.starts(with: mark) ? bytes[mark.count...] : bytes[...]
        let first = content.first { $0 != 0x20 && !(0x09...0x0D).contains($0) }
        return first == UInt8(ascii: "{") || (content.count < bytes.count && first == UInt8(ascii: "["))
    }
}

/// Connector files in JSON.
private enum ConnectorFileJSON {
    /// A value and the line its name stands on.
    private struct Member {
        var value: JSONValue
        var line: Int
        /// The members of an object, with their lines.
        var members: OrderedDictionary<String, Member>
    }

    static func read(_ bytes: [UInt8], file: String) throws(ConnectError) -> ConnectorFile {
        let members: OrderedDictionary<String, Member>
        do throws(JSONError) {
            members = try parse(bytes)
        } catch {
            throw ConnectError(
                .configuration,
                "\(file):\(error.line):\(error.column): not valid JSON: \(error.message)",
                cause: error
            )
        }
        guard let config = members["config"], case .object = config.value else {
            return try ConnectorFile(try configuration(members, file: file), initialState: nil)
        }
        return try request(members, config: config, file: file)
    }

    /// `{"name": …, "config": {…}, "initial_state": …}`; other members are left alone, as Kafka Connect does.
    private static func request(
        _ members: OrderedDictionary<String, Member>,
        config: Member,
        file: String
    ) throws(ConnectError) -> ConnectorFile {
        var configuration = try configuration(config.members, file: file)
        let name = try members["name"].map { (member) throws(ConnectError) in
            try text(of: member, named: "name", file: file)
        }
        if let name {
            if let inner = configuration[ConnectorKeys.name], inner != name {
                throw ConnectError(
                    .configuration,
                    "\(configuration.place(of: "name")): the name in config, \(inner.quotedForMessage), is not the name beside "
                        + "it, \(name.quotedForMessage): make them equal or remove one"
                )
            }
            if configuration.entries["name"] == nil {
                configuration.entries["name"] = RawConfiguration.Entry(name, line: members["name"]?.line)
            }
        }
        var state: ConnectorFile.InitialState?
        if let member = members["initial_state"], !member.value.isNull {
            let text = try text(of: member, named: "initial_state", file: file)
            state = ConnectorFile.InitialState(rawValue: text.uppercased())
            if state == nil {
                throw ConnectError(
                    .configuration,
                    "\(file):\(member.line): initial_state = \(text.quotedForMessage): expected RUNNING, PAUSED or STOPPED"
                )
            }
        }
        for (key, member) in members where !["name", "config", "initial_state"].contains(key) {
            let nearest = NearestName.suggestion(for: key, among: ["name", "config", "initial_state"])
            configuration.notices.append(
                ConfigurationNotice(
                    .warning,
                    key: key,
                    "\(file):\(member.line): \(key) beside config is ignored: a connector's keys stand within config\(nearest)"
                )
            )
        }
        return try ConnectorFile(configuration, initialState: state)
    }

    private static func configuration(
        _ members: OrderedDictionary<String, Member>,
        file: String
    ) throws(ConnectError) -> RawConfiguration {
        var configuration = RawConfiguration(file: file)
        for (key, member) in members {
            let value = try text(of: member, named: key, file: file)
            configuration.entries[key] = RawConfiguration.Entry(value, line: member.line)
        }
        return configuration
    }

    /// The text of a value: numbers and Booleans as they are written.
    private static func text(of member: Member, named key: String, file: String) throws(ConnectError) -> String {
        switch member.value {
        case .string(let text): return text
        case .number(let number): return number.text
        case .bool(let value): return String(value)
        case .null, .array, .object:
            let hint =
                switch member.value {
                case .array: "; write a list as one text with commas"
                case .object: "; a connector's keys stand side by side, or within config"
                default: "; leave the key out to get its default"
                }
            throw ConnectError(
                .configuration,
                "\(file):\(member.line): \(key) is \(member.value.kindName): expected a text, a number, true or false\(hint)"
            )
        }
    }

    // MARK: Reading

    /// The members of the document's object, and of objects in it, with their lines.
    private static func parse(_ bytes: [UInt8]) throws(JSONError) -> OrderedDictionary<String, Member> {
        try bytes.withUnsafeBufferPointer { (typed) throws(JSONError) in
            let buffer = UnsafeRawBufferPointer(typed)
            var reader = JSONReader(buffer)
            guard case .beginObject = try reader.next() else {
                throw JSONError(.syntax, in: buffer, at: 0, "expected an object that holds the connector's keys")
            }
            var lines = LineCounter()
            let members = try object(&reader, buffer, &lines, depth: 1)
            try reader.finish()
            return members
        }
    }

    /// The members up to the end of an object that has begun.
    private static func object(
        _ reader: inout JSONReader,
        _ buffer: UnsafeRawBufferPointer,
        _ lines: inout LineCounter,
        depth: Int
    ) throws(JSONError) -> OrderedDictionary<String, Member> {
        var members: OrderedDictionary<String, Member> = [:]
        while case .name(let name) = try reader.next() {
            let key = name.string
            let line = lines.line(at: reader.position, in: buffer)
            let first = try reader.next()
            if case .beginObject = first, depth < 2 {
                let inner = try object(&reader, buffer, &lines, depth: depth + 1)
                members[key] = Member(value: .object([:]), line: line, members: inner)
            } else {
                members[key] = Member(value: try JSONValue.read(&reader, first: first), line: line, members: [:])
            }
        }
        return members
    }

    /// Counts lines while a position moves on.
    private struct LineCounter {
        private var position = 0
        private var line = 1

        mutating func line(at end: Int, in buffer: UnsafeRawBufferPointer) -> Int {
            while position < min(end, buffer.count) {
                if buffer[position] == UInt8(ascii: "\n") { line += 1 }
                position += 1
            }
            return line
        }
    }
}
