import Engine
import Glibc

/// An open file or pipe; closed when it goes.
final class Descriptor {
    let number: Int32
    private let path: String

    /// Takes over an open descriptor.
    init(owning number: Int32, path: String) {
        self.number = number
        self.path = path
    }

    /// Opens a file.
    init(path: String, flags: Int32, mode: mode_t = 0o644) throws {
        number = open(path, flags | O_CLOEXEC, mode)
        self.path = path
        guard number >= 0 else { throw ConnectError.systemCall("open \(path)") }
    }

    deinit {
        if number >= 0 { close(number) }
    }

    /// What one read gives, at most `count` bytes; empty at the end. Blocks.
    func read(count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, length in
            repeat {
                length = Glibc.read(number, buffer.baseAddress, buffer.count)
            } while length < 0 && errno == EINTR
            guard length >= 0 else {
                length = 0
                throw ConnectError.systemCall("read \(path)")
            }
        }
    }

    /// The next `count` bytes, fewer only at the end. Blocks.
    func readFully(count: Int) throws -> [UInt8] {
        var bytes = try read(count: count)
        while bytes.count < count {
            let more = try read(count: count - bytes.count)
            if more.isEmpty { break }
            bytes += more
        }
        return bytes
    }

    /// Writes everything. Blocks.
    func write(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { bytes in
            var rest = bytes
            while !rest.isEmpty {
                let count = Glibc.write(number, rest.baseAddress, rest.count)
                if count >= 0 {
                    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                } else if errno != EINTR {
                    throw ConnectError.systemCall("write \(path)")
                }
            }
        }
    }
}
