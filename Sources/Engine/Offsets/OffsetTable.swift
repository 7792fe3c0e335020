internal import OrderedCollections

/// Source offsets of all connectors, and their text form: one line of JSON per source partition.
///
///     {"connectd.offsets":1}
///     {"key":["orders",{"filename":"/srv/orders.txt"}],"offset":{"position":1903}}
///
/// Keys and offsets are Connect's own JSON; a person may edit the file while the worker is stopped.
public struct OffsetTable: Sendable, Equatable {
    private static let header = #"{"connectd.offsets":1}"#

    private var byConnector: [String: [OffsetMap: OffsetMap]] = [:]

    /// An empty table.
    public init() {}

    /// Entries as Connect keeps them: JSON bytes of key and offset; `nil` deletes.
    public init(javaEntries: [(key: [UInt8], value: [UInt8]?)], path: String) throws(ConnectError) {
        for entry in javaEntries {
            do {
                try apply(key: entry.key, value: entry.value)
            } catch {
                throw ConnectError(.data, "\(path): \(error.message)", cause: error)
            }
        }
    }

    /// Reads the text form. Throws a ``ConnectError`` that names file and line.
    public init(text bytes: [UInt8], path: String) throws(ConnectError) {
        for (number, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
        {
            if line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }) { continue }
            do {
                try readLine(Array(line))
            } catch {
                throw ConnectError(
                    .data,
                    """
                    \(path), line \(number + 1): \(error.message). Each line is like \
                    {"key":["connector",{"filename":"/x"}],"offset":{"position":7}}; mend it, or move the file away to start all \
                    sources from their beginning
                    """,
                    cause: error
                )
            }
        }
    }

    /// Number of source partitions.
    public var count: Int { byConnector.values.reduce(0) { $0 + $1.count } }

    /// The offsets of these partitions; one that has none is absent.
    public func offsets(connector: String, partitions: [OffsetMap]) -> [OffsetMap: OffsetMap] {
        guard let known = byConnector[connector] else { return [:] }
        return Dictionary(partitions.compactMap { partition in known[partition].map { (partition, $0) } }) { first, _ in
            first
        }
    }

    /// All offsets of a connector.
    public func offsets(connector: String) -> [OffsetMap: OffsetMap] { byConnector[connector] ?? [:] }

    /// Puts newer offsets over older ones.
    public mutating func merge(connector: String, _ offsets: [OffsetMap: OffsetMap]) {
        byConnector[connector, default: [:]].merge(offsets) { $1 }
    }

    /// Books one entry of a store: JSON bytes of key and offset; `nil` deletes.
    public mutating func apply(key: [UInt8], value: [UInt8]?) throws(ConnectError) {
        let (connector, partition) = try OffsetMap.parseKey(json: key)
        guard let value else {
            byConnector[connector]?[partition] = nil
            return
        }
        byConnector[connector, default: [:]][partition] = try OffsetMap(json: value)
    }

    /// The text form: sorted, so that two tables with the same content give the same bytes.
    public func text() throws(ConnectError) -> [UInt8] {
        var lines: [[UInt8]] = []
        for (connector, offsets) in byConnector {
            for (partition, offset) in offsets {
                var line = Array(#"{"key":"#.utf8)
                line += try OffsetMap.jsonKey(connector: connector, partition: partition)
                line += Array(#","offset":"#.utf8)
                line += try offset.jsonBytes()
                line += Array("}\n".utf8)
                lines.append(line)
            }
        }
        lines.sort { $0.lexicographicallyPrecedes($1) }
        return Array((Self.header + "\n").utf8) + lines.joined()
    }

    private mutating func readLine(_ line: [UInt8]) throws(ConnectError) {
        let tree: JSONValue
        do {
            tree = try JSONValue.parse(line)
        } catch {
            throw ConnectError(.data, "not valid JSON: \(error)", cause: error)
        }
        guard case .object(let members) = tree else { throw ConnectError(.data, "not a JSON object") }
        if let version = members["connectd.offsets"] {
            guard version == 1 else { throw ConnectError(.data, "written by a later version of connectd") }
            return
        }
        guard case .array(let key)? = members["key"], key.count == 2, case .string(let connector) = key[0],
            let offset = members["offset"]
        else { throw ConnectError(.data, "\"key\" or \"offset\" is missing or of another shape") }
        merge(connector: connector, [try OffsetMap(json: key[1]): try OffsetMap(json: offset)])
    }
}
