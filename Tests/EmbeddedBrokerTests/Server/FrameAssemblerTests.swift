import NIOCore
import Testing

@testable import EmbeddedBroker

@Suite("Frame assembler")
struct FrameAssemblerTests {
    /// Requests with their lengths before them.
    private func stream(_ frames: [[UInt8]]) -> [UInt8] {
        frames.flatMap { frame -> [UInt8] in
            let length = UInt32(frame.count)
            return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> UInt32($0)) } + frame
        }
    }

    @Test("gives back the requests whatever pieces their bytes come in")
    func pieces() throws {
        for _ in 0..<200 {
            let frames = (0..<Int.random(in: 1...8)).map { _ in
                (0..<Int.random(in: 0...200)).map { _ in UInt8.random(in: 0...255) }
            }
            var left = stream(frames)[...]
            var assembler = FrameAssembler(limit: 1000)
            var got: [[UInt8]] = []
            while !left.isEmpty {
                let count = min(left.count, Int.random(in: 1...64))
                assembler.feed(ByteBuffer(bytes: left.prefix(count)))
                left = left.dropFirst(count)
                // Sometimes the reader is busy, and more comes before it takes what is there.
                if Bool.random() { continue }
                while let frame = try assembler.next() { got.append(Array(frame.readableBytesView)) }
            }
            while let frame = try assembler.next() { got.append(Array(frame.readableBytesView)) }
            #expect(got == frames)
            #expect(assembler.heldBytes == 0)
        }
    }

    @Test("refuses a length that is negative or beyond the limit, before any of its bytes")
    func limits() {
        for length: Int32 in [-1, .min, 101, .max] {
            var assembler = FrameAssembler(limit: 100)
            assembler.feed(ByteBuffer(integer: length))
            #expect(throws: FrameAssembler.Failure.badLength(length)) { try assembler.next() }
        }
    }

    @Test("makes no room for what is only claimed")
    func claims() throws {
        var assembler = FrameAssembler(limit: 100 << 20)
        assembler.feed(ByteBuffer(integer: Int32(100 << 20)))
        #expect(try assembler.next() == nil)
        #expect(assembler.heldBytes == 0)
    }
}
