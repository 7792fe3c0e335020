import Engine
import Glibc
import Testing

@testable import FileStream

@Suite(.timeLimit(.minutes(10))) struct SinkTaskTests {
    let fixture: FileFixture

    init() throws { fixture = try FileFixture() }

    @Test func linesAreAppended() async throws {
        try fixture.append("before\n", to: "out.txt")
        let task = try await fixture.sink()
        try await task.put(.texts(["a", "", "é"]))
        try await task.put(RecordBatch())
        try await task.put(.texts(["b"]))
        #expect(try fixture.text("out.txt") == "before\na\n\né\nb\n")
        let offsets = [TopicPartition(topic: "t", partition: 0): Int64(4)]
        #expect(try await task.preCommit(offsets) == offsets)
        await task.stop()
        #expect(fixture.openFiles.isEmpty)

        let next = try await fixture.sink()
        try await next.put(.texts(["c"]))
        await next.stop()
        #expect(try fixture.text("out.txt") == "before\na\n\né\nb\nc\n")
    }

    @Test func newFileIsMadeAndSynced() async throws {
        let task = try await fixture.sink("new.txt")
        #expect(try fixture.text("new.txt") == "")
        try await task.put(.texts(["x"]))
        try await task.flush([:])
        #expect(try fixture.text("new.txt") == "x\n")
        await task.stop()
    }

    @Test func bytesGoInAsTheyAreAndOtherValuesAsText() async throws {
        let task = try await fixture.sink()
        try await task.put(
            .values([
                SchemaAndValue(schema: .bytes, value: .bytes([0xFF, 0x00, 0x41])),
                SchemaAndValue(schema: nil, value: .null),
                SchemaAndValue(schema: .int64, value: .int64(-5)),
            ])
        )
        #expect(try fixture.content("out.txt") == [0xFF, 0x00, 0x41, 0x0A] + Array("null\n-5\n".utf8))
        await task.stop()
    }

    @Test func largeAndSmallBatchesAlternate() async throws {
        let task = try await fixture.sink()
        var expected = ""
        for round in 0..<6 {
            let line = String(repeating: "\(round)", count: round.isMultiple(of: 2) ? 3_000_000 : 10)
            try await task.put(.texts([line, "end"]))
            expected += line + "\nend\n"
        }
        #expect(try fixture.text("out.txt") == expected)
        await task.stop()
    }

    @Test func openFileIsKeptWhenRenamed() async throws {
        let task = try await fixture.sink()
        try await task.put(.texts(["a"]))
        try fixture.rename("out.txt", to: "old.txt")
        try await task.put(.texts(["b"]))
        await task.stop()
        #expect(try fixture.text("old.txt") == "a\nb\n")
        let next = try await fixture.sink()
        try await next.put(.texts(["c"]))
        await next.stop()
        #expect(try fixture.text("out.txt") == "c\n")
    }

    @Test func lineCutByAKillIsEndedFirst() async throws {
        try fixture.append("whole\nhal", to: "out.txt")
        let task = try await fixture.sink()
        try await task.put(.texts(["half no more"]))
        await task.stop()
        #expect(try fixture.text("out.txt") == "whole\nhal\nhalf no more\n")
    }

    @Test func severalTasksAppendToOneFile() async throws {
        let fixture = fixture
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<4 {
                group.addTask {
                    let task = try await fixture.sink()
                    for round in 0..<50 {
                        try await task.put(.texts((0..<20).map { "\(number) \(round) \($0)" }))
                        try await task.flush([:])
                    }
                    await task.stop()
                }
            }
            try await group.waitForAll()
        }
        let lines = try fixture.text("out.txt").split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 4 * 50 * 20 + 1)
        for number in 0..<4 {
            let own = lines.filter { $0.hasPrefix("\(number) ") }
            #expect(own.map(String.init) == (0..<50).flatMap { r in (0..<20).map { "\(number) \(r) \($0)" } })
        }
    }

    @Test func standardOutputSuspendsWhileThePipeIsFull() async throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let (reading, writing) = (ends[0], ends[1])
        let task = FileStreamSinkTask(standardOutput: writing)
        try await task.start(configuration: [:], context: sinkContext)
        let line = String(repeating: "z", count: 300_000)
        async let put: Void = task.put(.texts([line, "end"]))
        var received = 0
        var chunk = [UInt8](repeating: 0, count: 65536)
        while received < 300_005 {
            try await Readiness.wait(reading, .read)
            let count = read(reading, &chunk, chunk.count)
            try #require(count > 0)
            received += count
        }
        try await put
        try await task.flush([:])
        #expect(received == 300_005)

        // Nobody reads any more: the put waits until it is cancelled.
        let stuck = Task { try await task.put(.texts([line])) }
        await Task.yield()
        stuck.cancel()
        await #expect(throws: CancellationError.self) { try await stuck.value }
        await task.stop()
        // Standard output stays open.
        #expect(fcntl(writing, F_GETFD) >= 0)
        close(reading)
        close(writing)
    }

    // MARK: Errors

    @Test func missingFolderIsAnErrorThatNamesTheFix() async throws {
        let error = await #expect(throws: ConnectError.self) { try await fixture.sink("no/such/out.txt") }
        #expect(error?.code == .inputOutput)
        #expect(error?.message.contains("create the folder that is to hold it") == true)
    }

    @Test func folderIsAnError() async throws {
        try fixture.makeFolder("out.txt")
        let error = await #expect(throws: ConnectError.self) { try await fixture.sink() }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains(fixture.path("out.txt")) == true)
    }

    @Test func fullDeviceIsAnErrorToRetry() async throws {
        let task = FileStreamSinkTask()
        try await task.start(configuration: ["file": "/dev/full"], context: sinkContext)
        let error = await #expect(throws: ConnectError.self) { try await task.put(.texts(["a"])) }
        #expect(error?.code.errorClass == .transient)
        #expect(error?.message.contains("/dev/full: No space left on device") == true)
        #expect(error?.message.contains("free space") == true)
        await task.stop()
    }

    /// In a process of its own, for the limit on file sizes counts for all of it: a write stops half way, as on a full disk.
    @Test func partOfABatchIsTakenBackWhenTheRestDoesNotFit() async throws {
        await #expect(processExitsWith: .success) {
            signal(SIGXFSZ, SIG_IGN)
            let fixture = try FileFixture()
            let task = try await fixture.sink()
            try await task.put(.texts(["kept"]))
            setFileSizeLimit(1000)
            let batch = RecordBatch.texts((0..<100).map { "line number \($0)" })
            let error = await #expect(throws: ConnectError.self) { try await task.put(batch) }
            #expect(error?.code == .inputOutput)
            #expect(try fixture.text("out.txt") == "kept\n")
            // The same batch again, once there is room.
            setFileSizeLimit(rlim_t.max)
            try await task.put(batch)
            let expected = "kept\n" + (0..<100).map { "line number \($0)\n" }.joined()
            #expect(try fixture.text("out.txt") == expected)
            await task.stop()
        }
    }
}

private func setFileSizeLimit(_ bytes: rlim_t) {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(1), &limit)
    limit.rlim_cur = min(bytes, limit.rlim_max)
    setrlimit(__rlimit_resource_t(1), &limit)
}
