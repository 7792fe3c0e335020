import Engine
import Glibc

/// The folder of one run, with the files that it reads and writes.
struct WorkFolder: Sendable {
    let path: String

    /// Makes a new folder inside another.
    init(in parent: String) throws {
        var template = Array("\(parent)/benchmark-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw SystemError.last("make a folder in \(parent) (name one that exists with --dir)")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The system's folder for temporary files.
    static var temporary: String {
        getenv("TMPDIR").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    }

    /// The path of a file in the folder.
    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes files of generated lines, `records` in all, and returns their paths.
    func writeInput(files: Int, records: Int, generator: inout LineGenerator, lineByteCount: Int) throws -> [String] {
        var paths: [String] = []
        for index in 0..<files {
            let path = file("input-\(index).txt")
            let share = records / files + (index < records % files ? 1 : 0)
            try Self.write(path, lines: share, generator: &generator, stride: lineByteCount + 1)
            paths.append(path)
        }
        return paths
    }

    /// Removes a file, or a folder with everything in it; it may be missing.
    func remove(_ name: String) {
        Self.removeTree(file(name))
    }

    /// Removes the folder with everything in it.
    func remove() {
        Self.removeTree(path)
    }

    private static func removeTree(_ path: String) {
        if unlink(path) == 0 || errno == ENOENT { return }
        if let directory = opendir(path) {
            while let entry = readdir(directory) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != ".", name != ".." { removeTree("\(path)/\(name)") }
            }
            closedir(directory)
        }
        rmdir(path)
    }

    private static func write(_ path: String, lines: Int, generator: inout LineGenerator, stride: Int) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw SystemError.last("make \(path)") }
        defer { close(file) }
        let linesPerBlock = max(1, (1 << 20) / stride)
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: linesPerBlock * stride, alignment: 16)
        defer { block.deallocate() }
        var rest = lines
        while rest > 0 {
            let count = min(rest, linesPerBlock)
            let part = UnsafeMutableRawBufferPointer(rebasing: block[..<(count * stride)])
            generator.fill(part)
            try SystemError.writeAll(UnsafeRawBufferPointer(part), to: file, path: path)
            rest -= count
        }
    }
}
