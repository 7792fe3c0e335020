import Engine
import Glibc
import Testing

@testable import FileStream

@Suite(.timeLimit(.minutes(10))) struct SourceStreamTests {
    /// A pipe; the task reads one end.
    private final class Pipe: Sendable {
        let reading: Int32
        let writing: Int32

        init() throws {
            var ends: [Int32] = [0, 0]
            try #require(pipe(&ends) == 0)
            (reading, writing) = (ends[0], ends[1])
        }

        deinit { close(reading) }

        func send(_ text: String) { _ = write(writing, text, text.utf8.count) }
        func end() { close(writing) }
    }

    private func task(_ descriptor: Int32, _ extra: [String: String] = [:]) async throws -> FileStreamSourceTask {
        let task = FileStreamSourceTask(standardInput: descriptor)
        try await task.start(
            configuration: ["topic": "t"].merging(extra) { $1 },
            context: SourceTaskContext(logger: quietLogger, clock: SystemClock()) { _ in
                Issue.record("standard input has no stored offsets")
                return [:]
            }
        )
        return task
    }

    @Test(arguments: [[:], ["file": ""], ["file": "/dev/stdin"]])
    func standardInputIsReadToItsEnd(extra: [String: String]) async throws {
        let pipe = try Pipe()
        let task = try await task(pipe.reading, extra)
        async let first = task.records()
        pipe.send("a\nb")
        let batch = try await first
        #expect(batch.texts == ["a"])
        #expect(batch.sourceOffsets.isEmpty)
        async let second = task.records()
        pipe.send("c\nlast")
        #expect(try await second.texts == ["bc"])
        pipe.end()
        #expect(try await task.records().texts == ["last"])
        #expect(try await task.poll() == nil)
        #expect(try await task.poll() == nil)
        await task.stop()
    }

    @Test func cancellationEndsTheWait() async throws {
        let pipe = try Pipe()
        let task = try await task(pipe.reading)
        for _ in 0..<100 {
            let waiting = Task { try await task.poll() }
            await Task.yield()
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
        }
        pipe.send("still here\n")
        #expect(try await task.records().texts == ["still here"])
        pipe.end()
        await task.stop()
    }

    @Test func regularFileAsStandardInputEnds() async throws {
        let fixture = try FileFixture()
        try fixture.append("a\nb\nc", to: "in.txt")
        let descriptor = open(fixture.path("in.txt"), O_RDONLY | O_CLOEXEC)
        let task = try await task(descriptor)
        #expect(try await task.records().texts == ["a", "b", "c"])
        #expect(try await task.poll() == nil)
        await task.stop()
        close(descriptor)
    }

    @Test func namedPipeIsReadAcrossItsWriters() async throws {
        let fixture = try FileFixture()
        try #require(mkfifo(fixture.path("in.txt"), 0o644) == 0)
        // What is in a pipe is lost while nobody has it open: the test does until the task has.
        let keeper = open(fixture.path("in.txt"), O_RDWR | O_CLOEXEC)
        let task = try await fixture.source()
        for round in 0..<3 {
            async let next = task.records()
            try fixture.append("from writer \(round)\n", to: "in.txt")
            let batch = try await next
            #expect(batch.texts == ["from writer \(round)"])
            #expect(batch.sourceOffsets.isEmpty)
            if round == 0 { close(keeper) }
        }
        await task.stop()
        #expect(fixture.openFiles.isEmpty)
        #expect(fixture.hub.isIdle)
    }

    @Test func unreadableStandardInputIsAnError() async throws {
        let task = try await task(-1)
        let error = await #expect(throws: ConnectError.self) { try await task.poll() }
        #expect(error?.message.hasPrefix("cannot read standard input") == true)
        await task.stop()
    }
}
