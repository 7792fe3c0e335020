internal import Engine
internal import Glibc

/// Where recorded cases lie: the folder named by the environment variable `CONNECT_GOLDEN` when it is set, else the folder
/// `Fixtures` beside a test file.
public struct GoldenFolder: Sendable {
    /// The folder's path.
    public let path: String

    /// The folder for a test file; call it with the default argument.
    public init(besideTestFile file: String = #filePath) {
        if let set = getenv("CONNECT_GOLDEN"), set.pointee != 0 {
            path = String(cString: set)
        } else {
            let folder = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
            path = folder + "/Fixtures"
        }
    }

    /// The cases of a `.jsonl` file, in order. Throws ``GoldenError`` when the file cannot be read.
    public func cases(_ name: String) throws -> [GoldenCase] {
        try bytes(name).split(separator: UInt8(ascii: "\n")).enumerated().map { index, line in
            do {
                return GoldenCase(file: name, line: index + 1, json: try JSONValue.parse(Array(line)))
            } catch {
                throw GoldenError("\(name), line \(index + 1): \(error)")
            }
        }
    }

    /// The bytes of a file. Throws ``GoldenError`` when it cannot be read.
    public func bytes(_ name: String) throws -> [UInt8] {
        let full = path + "/" + name
        let descriptor = open(full, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw GoldenError("cannot open \(full): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 256 * 1024)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            guard count >= 0 else { throw GoldenError("cannot read \(full): \(String(cString: strerror(errno)))") }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
    }
}

/// A recorded case that cannot be read.
public struct GoldenError: Error, CustomStringConvertible {
    /// What is wrong with it.
    public let description: String

    /// An error with its text.
    public init(_ description: String) {
        self.description = description
    }
}

/// A recorded case that this program cannot have, such as a value of an arbitrary Java class.
public struct GoldenNotApplicable: Error {
    /// Why.
    public let reason: String

    /// A reason.
    public init(_ reason: String) {
        self.reason = reason
    }
}
