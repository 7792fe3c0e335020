import Glibc
import NIOCore

@testable import EmbeddedBroker

/// A client that says exactly what a test wants said, byte for byte, over a socket of its own. Its calls block.
final class RawClient {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let socket: Int32
    private var correlationID: Int32 = 0

    /// - Parameter address: `host:port`.
    init(_ address: String) throws {
        // struct sockaddr_in, byte for byte: family, port, address, padding.
        let parts = address.split { $0 == ":" || $0 == "." }.compactMap { UInt16($0) }
        guard parts.count == 5 else { throw Failure(description: "\(address) is no address") }
        var target = [UInt8](repeating: 0, count: 16)
        target[0] = UInt8(AF_INET)
        target[2] = UInt8(parts[4] >> 8)
        target[3] = UInt8(parts[4] & 0xff)
        for (index, part) in parts.prefix(4).enumerated() { target[4 + index] = UInt8(truncatingIfNeeded: part) }
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let result = target.withUnsafeBytes { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { connect(socket, $0.baseAddress, socklen_t(bytes.count)) }
        }
        guard socket >= 0, result == 0 else { throw Failure(description: "cannot connect to \(address)") }
    }

    deinit {
        close(socket)
    }

    /// Asks and waits for the answer.
    func call<Request: RequestMessage>(_ request: Request, version: Int16) throws -> Request.Response {
        try send(request, version: version)
        return try receive(Request.self, version: version)
    }

    /// Asks, and leaves the answer for later.
    func send<Request: RequestMessage>(_ request: Request, version: Int16) throws {
        let isFlexible = version >= Request.flexibleSince
        correlationID += 1
        var head = WireEncoder(version: version, isFlexible: false)
        head.integer(Request.apiKey.rawValue)
        head.integer(version)
        head.integer(correlationID)
        try "raw".encode(into: &head)
        if isFlexible { head.writeUnsignedVariableInteger(0) }
        var body = WireEncoder(version: version, isFlexible: isFlexible)
        try request.encode(into: &body)
        var frame = ByteBuffer()
        let (first, second) = (head.joined(), body.joined())
        frame.writeInteger(Int32(first.readableBytes + second.readableBytes))
        frame.writeImmutableBuffer(first)
        frame.writeImmutableBuffer(second)
        try send(Array(frame.readableBytesView))
    }

    /// The next answer.
    func receive<Request: RequestMessage>(_: Request.Type, version: Int16) throws -> Request.Response {
        guard var frame = try receiveFrame() else { throw Failure(description: "the connection was closed") }
        let isFlexible = version >= Request.flexibleSince
        _ = frame.readInteger(as: Int32.self)
        var decoder = WireDecoder(frame, version: version, isFlexible: isFlexible)
        if isFlexible, Request.apiKey != .apiVersions { try decoder.skipTaggedFields() }
        let response = try Request.Response.decode(from: &decoder)
        try decoder.finish()
        return response
    }

    /// Bytes as they are.
    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(description: "cannot send: errno \(errno)") }
            sent += count
        }
    }

    /// The next frame without its length; `nil` when the broker has closed the connection.
    func receiveFrame() throws -> ByteBuffer? {
        guard var length = try receive(4), let count = length.readInteger(as: Int32.self) else { return nil }
        return try receive(Int(count))
    }

    private func receive(_ count: Int) throws -> ByteBuffer? {
        var bytes = [UInt8](repeating: 0, count: count)
        var have = 0
        while have < count {
            let got = bytes[have...].withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
            if got == 0 || (got < 0 && errno == ECONNRESET) { return nil }
            guard got > 0 else { throw Failure(description: "cannot receive: errno \(errno)") }
            have += got
        }
        return ByteBuffer(bytes: bytes)
    }
}
