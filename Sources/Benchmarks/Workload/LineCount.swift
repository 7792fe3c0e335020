import Engine
import Glibc

/// What is in a file: how a run into a file is checked.
struct LineCount: Equatable {
    var bytes = 0
    var lines = 0

    /// Reads the whole file.
    static func of(_ path: String) throws -> LineCount {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw SystemError.last("open \(path)") }
        defer { close(file) }
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { block.deallocate() }
        var result = LineCount()
        while true {
            let count = read(file, block.baseAddress, block.count)
            if count == 0 { return result }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw SystemError.last("read \(path)")
            }
            result.bytes += count
            for byte in block[..<count] where byte == UInt8(ascii: "\n") { result.lines += 1 }
        }
    }

    /// The size of a file; 0 when there is none.
    static func size(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }
}
