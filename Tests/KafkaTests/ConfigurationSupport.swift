internal import CRdKafka
internal import Engine
internal import Glibc
internal import Synchronization
internal import Testing

@testable internal import Kafka

/// Maps a configuration that has an address.
func mapped(
    _ java: [String: String],
    _ kind: ClientKind = .producer,
    library: ClientLibrary = .installed
) throws -> MappedClientConfiguration {
    try ClientConfigurationMapping.map(
        java.merging(["bootstrap.servers": "127.0.0.1:1"]) { given, _ in given },
        kind: kind,
        library: library
    )
}

/// The message of the configuration error that mapping ends with; fails the test when there is none.
func mappingError(
    _ java: [String: String],
    _ kind: ClientKind = .producer,
    library: ClientLibrary = .installed,
    sourceLocation: SourceLocation = #_sourceLocation
) -> String {
    do {
        let result = try mapped(java, kind, library: library)
        Issue.record("no error, but \(result.properties)", sourceLocation: sourceLocation)
        return ""
    } catch let error as ConnectError {
        #expect(error.code == .configuration, sourceLocation: sourceLocation)
        return error.message
    } catch {
        Issue.record("an error of another kind: \(error)", sourceLocation: sourceLocation)
        return ""
    }
}

extension MappedClientConfiguration {
    /// The messages about one key.
    func messages(_ key: String, _ severity: ConfigurationNotice.Severity? = nil) -> [String] {
        notices.filter { $0.key == key && (severity == nil || $0.severity == severity) }.map(\.message)
    }
}

/// What librdkafka logs while a client is made.
private final class ClientLog: Sendable {
    let lines = Mutex<[String]>([])
}

private func collectLog(
    client: OpaquePointer?,
    level: Int32,
    facility: UnsafePointer<CChar>?,
    message: UnsafePointer<CChar>?
) {
    guard let client, let opaque = rd_kafka_opaque(client), let facility, let message else { return }
    let log = Unmanaged<ClientLog>.fromOpaque(opaque).takeUnretainedValue()
    guard String(cString: facility) == "CONFWARN" else { return }
    log.lines.withLock { $0.append(String(cString: message)) }
}

/// A complaint of librdkafka about a configuration.
struct LibraryRefusal: Error, CustomStringConvertible {
    let description: String
}

/// Gives the configuration to librdkafka, key by key, and with `makesClient` makes a client of it. Throws when librdkafka refuses
/// something; answers with its warnings.
@discardableResult
func tryOut(_ configuration: MappedClientConfiguration, makesClient: Bool = true) throws -> [String] {
    guard let conf = rd_kafka_conf_new() else { throw LibraryRefusal(description: "no memory") }
    var isOwned = true
    defer { if isOwned { rd_kafka_conf_destroy(conf) } }
    return try withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer -> [String] in
        guard let text = buffer.baseAddress else { return [] }
        for property in configuration.properties {
            let result = rd_kafka_conf_set(conf, property.name, property.value, text, buffer.count)
            guard result == RD_KAFKA_CONF_OK else {
                throw LibraryRefusal(description: "\(property): \(String(cString: text))")
            }
        }
        guard makesClient else { return [] }
        let log = ClientLog()
        rd_kafka_conf_set_opaque(conf, Unmanaged.passUnretained(log).toOpaque())
        rd_kafka_conf_set_log_cb(conf, collectLog)
        let type = configuration.kind == .consumer ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER
        guard let client = rd_kafka_new(type, conf, text, buffer.count) else {
            throw LibraryRefusal(description: String(cString: text))
        }
        isOwned = false
        rd_kafka_destroy(client)
        return withExtendedLifetime(log) { log.lines.withLock { $0 } }
    }
}

/// One key of the installed librdkafka, as `rd_kafka_conf_properties_show` prints it.
struct LibraryKey {
    let name: String
    /// `*`, `P` or `C`.
    let scope: String
    /// The range as printed, such as `1 .. 300000`; empty for none.
    let range: String

    var bounds: ClosedRange<Int64>? {
        guard let dots = range.firstRange(of: " .. "), let low = Int64(range[..<dots.lowerBound]),
            let high = Int64(range[dots.upperBound...]), low <= high
        else { return nil }
        return low...high
    }

    /// Every key; some names occur twice, as global and as topic key.
    static func all() throws -> [LibraryKey] {
        var memory: UnsafeMutablePointer<CChar>?
        var size = 0
        guard let stream = open_memstream(&memory, &size) else { throw LibraryRefusal(description: "open_memstream") }
        rd_kafka_conf_properties_show(stream)
        fclose(stream)
        guard let memory else { throw LibraryRefusal(description: "open_memstream") }
        defer { free(memory) }
        return String(cString: memory).split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|", maxSplits: 3, omittingEmptySubsequences: false)
                .map { $0.trimmingWhitespace() }
            guard cells.count == 4, ["*", "P", "C"].contains(cells[1]) else { return nil }
            return LibraryKey(name: cells[0], scope: cells[1], range: cells[2])
        }
    }
}
