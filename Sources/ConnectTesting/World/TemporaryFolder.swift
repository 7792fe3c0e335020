import Glibc

/// A folder for one test, which goes away with its owner.
public final class TemporaryFolder: Sendable {
    /// A system call that failed.
    public struct Failure: Error {
        /// On what.
        public let path: String
        /// `errno`.
        public let code: Int32
    }

    /// The folder.
    public let root: String

    /// Makes one where the system has its temporary files.
    public init() throws {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/connectd-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure(path: parent, code: errno) }
        root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        _ = system("rm -rf '\(root)'")
    }

    /// The path of something in the folder.
    public func path(_ name: String) -> String { "\(root)/\(name)" }

    /// Writes a file, making its folders.
    public func write(_ name: String, _ content: String) throws {
        var folder = root
        for part in name.split(separator: "/").dropLast() {
            folder += "/\(part)"
            mkdir(folder, 0o755)
        }
        guard let file = fopen(path(name), "w") else { throw Failure(path: path(name), code: errno) }
        fputs(content, file)
        fclose(file)
    }

    /// Makes a symbolic link.
    public func link(_ name: String, to target: String) throws {
        guard symlink(target, path(name)) == 0 else { throw Failure(path: path(name), code: errno) }
    }

    /// The content of a file, or `nil` when there is none.
    public func read(_ name: String) -> [UInt8]? { Self.content(of: path(name)) }

    /// The content of any file, or `nil` when there is none.
    public static func content(of path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = fread(&block, 1, block.count, file)
            if count == 0 { return bytes }
            bytes += block.prefix(count)
        }
    }
}
