import NIOCore

/// Cuts a connection's bytes into requests: each has its length, four bytes, before it.
///
/// A request that arrived whole in one read is handed on without a copy. A length is a claim until the bytes are there: memory
/// follows what has arrived.
struct FrameAssembler {
    /// Up to this size room for a whole request is made at once, in bytes.
    static let eagerReservation = 1 << 20

    /// Why a connection's bytes make no request.
    enum Failure: Error, Equatable {
        /// Negative, or above the limit.
        case badLength(Int32)
    }

    private let limit: Int
    private var chunk = ByteBuffer()
    private var partial: ByteBuffer?
    private var missing = 0
    private var lengthBytes = ByteBuffer()

    /// - Parameter limit: the largest request, in bytes (Kafka's `socket.request.max.bytes`).
    init(limit: Int) {
        self.limit = limit
    }

    /// Bytes held that are not handed out yet.
    var heldBytes: Int { chunk.readableBytes + (partial?.readableBytes ?? 0) }

    /// Takes what a read brought. What the last read brought must have been taken out with ``next()`` before, or is kept.
    mutating func feed(_ bytes: ByteBuffer) {
        if chunk.readableBytes == 0 {
            chunk = bytes
        } else {
            chunk.writeImmutableBuffer(bytes)
        }
    }

    /// The next whole request, without its length; `nil` when more bytes are needed.
    mutating func next() throws(Failure) -> ByteBuffer? {
        if partial == nil {
            guard let length = takeLength() else { return nil }
            guard length >= 0, Int(length) <= limit else { throw .badLength(length) }
            let size = Int(length)
            if let whole = chunk.readSlice(length: size) {
                releaseChunkIfEmpty()
                return whole
            }
            var started = ByteBuffer()
            started.reserveCapacity(min(size, max(Self.eagerReservation, 2 * chunk.readableBytes)))
            partial = started
            missing = size
        }
        let taken = min(missing, chunk.readableBytes)
        if let part = chunk.readSlice(length: taken) {
            partial?.writeImmutableBuffer(part)
            missing -= taken
        }
        releaseChunkIfEmpty()
        guard missing == 0 else { return nil }
        defer { partial = nil }
        return partial
    }

    /// The four bytes before a request, which may come in pieces like everything else.
    private mutating func takeLength() -> Int32? {
        if lengthBytes.readableBytes == 0, let length = chunk.readInteger(as: Int32.self) { return length }
        if let part = chunk.readSlice(length: min(4 - lengthBytes.readableBytes, chunk.readableBytes)) {
            lengthBytes.writeImmutableBuffer(part)
        }
        releaseChunkIfEmpty()
        guard let length = lengthBytes.getInteger(at: lengthBytes.readerIndex, as: Int32.self) else { return nil }
        lengthBytes.clear()
        return length
    }

    /// Lets the buffer of the read go, so that the next read can use its memory again.
    private mutating func releaseChunkIfEmpty() {
        if chunk.readableBytes == 0 { chunk = ByteBuffer() }
    }
}
