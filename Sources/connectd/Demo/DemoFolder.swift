import Engine
import Glibc

/// The demo's folder: the two files, and the configuration files that a user would write for the same.
struct DemoFolder {
    static let topic = "connect-demo"

    let path: String
    var source: String { "\(path)/source.txt" }
    var sink: String { "\(path)/sink.txt" }
    var worker: String { "\(path)/worker.properties" }
    var sourceConnector: String { "\(path)/file-source.properties" }
    var sinkConnector: String { "\(path)/file-sink.properties" }

    /// Makes a new folder inside another. Blocks.
    init(in parent: String) throws {
        var template = Array("\(parent)/connectd-demo-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw ConnectError.systemCall(
                "make a folder in \(parent)",
                fix: "Name a folder that exists and may be written to with --dir."
            )
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The system's folder for temporary files.
    static var temporary: String {
        getenv("TMPDIR").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    }

    /// Writes the worker's and the connectors' configuration. Blocks.
    func writeConfiguration() throws {
        try write(
            worker,
            """
            # The worker of `connectd demo`, with a Kafka broker of its own.
            bootstrap.servers=embedded
            embedded.broker.dir=\(Self.escaped("\(path)/broker"))
            # A free port.
            embedded.broker.listener=127.0.0.1:0
            key.converter=org.apache.kafka.connect.storage.StringConverter
            value.converter=org.apache.kafka.connect.storage.StringConverter
            offset.storage.file.filename=\(Self.escaped("\(path)/connect.offsets"))
            offset.flush.interval.ms=1000

            """
        )
        try write(
            sourceConnector,
            """
            name=demo-source
            connector.class=FileStreamSource
            tasks.max=1
            file=\(Self.escaped(source))
            topic=\(Self.topic)

            """
        )
        try write(
            sinkConnector,
            """
            name=demo-sink
            connector.class=FileStreamSink
            tasks.max=1
            file=\(Self.escaped(sink))
            topics=\(Self.topic)

            """
        )
    }

    /// Removes the folder with everything in it. Blocks.
    func remove() {
        Self.remove(path)
    }

    /// What cannot be removed stays: it is in a folder for temporary files.
    private static func remove(_ folder: String) {
        if let directory = opendir(folder) {
            while let entry = readdir(directory) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name == "." || name == ".." { continue }
                if unlink("\(folder)/\(name)") != 0, errno == EISDIR { remove("\(folder)/\(name)") }
            }
            closedir(directory)
        }
        rmdir(folder)
    }

    private func write(_ path: String, _ text: String) throws {
        try Descriptor(path: path, flags: O_WRONLY | O_CREAT | O_EXCL).write(Array(text.utf8))
    }

    /// A value as a properties file has it: ASCII, with backslashes and what is not ASCII escaped.
    static func escaped(_ value: String) -> String {
        var escaped = ""
        for unit in value.utf16 {
            switch unit {
            case 0x5c: escaped += "\\\\"
            case 0x20 where escaped.isEmpty: escaped += "\\ "
            case 0x20..<0x7f: escaped.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            default:
                let digits = String(unit, radix: 16)
                escaped += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return escaped
    }
}
