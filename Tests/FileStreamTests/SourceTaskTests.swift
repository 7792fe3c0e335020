import Engine
import Glibc
import Testing

@testable import FileStream

@Suite(.timeLimit(.minutes(10))) struct SourceTaskTests {
    let fixture: FileFixture

    init() throws { fixture = try FileFixture() }

    // MARK: Reading

    @Test func recordsAreThoseOfConnect() async throws {
        try fixture.append("a\nbé\n", to: "in.txt")
        let task = try await fixture.source()
        let batch = try await task.records()
        #expect(batch.lines == [Line(text: "a", position: 2), Line(text: "bé", position: 6)])
        let partition: OffsetMap = ["filename": .string(fixture.path("in.txt"))]
        #expect(batch.sourceOffsets.count == 1)
        #expect(batch.sourceOffsets.first?.partition == partition)
        #expect(batch.sourceOffsets.first?.offset == ["position": .int64(6)])
        let record = batch.record(at: 1)
        #expect(record == ConnectRecord(topic: "t", value: SchemaAndValue(schema: .string, value: .string("bé"))))
        await task.stop()
    }

    @Test func batchSizeIsObeyedExactly() async throws {
        try fixture.append((0..<10).map { "\($0)\n" }.joined(), to: "in.txt")
        let task = try await fixture.source(batchSize: 4)
        var batches: [RecordBatch] = []
        for _ in 0..<3 { batches.append(try await task.records()) }
        #expect(batches.map(\.texts) == [["0", "1", "2", "3"], ["4", "5", "6", "7"], ["8", "9"]])
        #expect(batches.map(\.storedPosition) == [8, 16, 20])
        await task.stop()
    }

    @Test func batchesAreBoundedInBytes() async throws {
        let line = String(repeating: "x", count: 9_999) + "\n"
        for _ in 0..<300 { try fixture.append(line, to: "in.txt") }
        let task = try await fixture.source(batchSize: 1_000_000)
        var count = 0
        while count < 300 {
            let batch = try await task.records()
            #expect(batch.byteCount < (1 << 20) + 10_000)
            count += batch.count
        }
        #expect(count == 300)
        await task.stop()
    }

    @Test(arguments: [Value.int64(4), .int32(4)])
    func readingGoesOnAtTheStoredPosition(position: Value) async throws {
        try fixture.append("a\nb\nc\n", to: "in.txt")
        let task = try await fixture.source(position: position)
        #expect(try await task.records().lines == [Line(text: "c", position: 6)])
        await task.stop()
    }

    @Test(arguments: [Value.int64(-1), .string("4"), .boolean(true)])
    func wrongStoredPositionIsAnError(position: Value) async throws {
        let error = await #expect(throws: ConnectError.self) { try await fixture.source(position: position) }
        #expect(error?.message.contains("in.txt is not {\"position\": a number of bytes}") == true)
        #expect(fixture.hub.isIdle)
    }

    @Test func fileShorterThanTheStoredPositionIsReadFromTheStart() async throws {
        try fixture.append("new\n", to: "in.txt")
        let task = try await fixture.source(position: .int64(1000))
        let first = try #require(try await task.poll())
        #expect(first.isEmpty)
        #expect(first.storedPosition == 0)
        #expect(try await task.records().lines == [Line(text: "new", position: 4)])
        await task.stop()
    }

    // MARK: Waiting

    @Test func growthIsNoticed() async throws {
        try fixture.append("a\n", to: "in.txt")
        let task = try await fixture.source()
        #expect(try await task.records().texts == ["a"])
        for round in 0..<50 {
            async let next = task.records()
            try fixture.append("line \(round)\n", to: "in.txt")
            #expect(try await next.texts == ["line \(round)"])
        }
        await task.stop()
    }

    @Test func incompleteLineWaitsForItsEnd() async throws {
        try fixture.append("a\nhal", to: "in.txt")
        let task = try await fixture.source()
        #expect(try await task.records().lines == [Line(text: "a", position: 2)])
        async let next = task.records()
        for piece in ["f", " a", " line"] { try fixture.append(piece, to: "in.txt") }
        try fixture.append("\r", to: "in.txt")
        try fixture.append("\nb\n", to: "in.txt")
        var lines = try await next.lines
        while lines.count < 2 { lines += try await task.records().lines }
        #expect(lines == [Line(text: "half a line", position: 15), Line(text: "b", position: 17)])
        await task.stop()
    }

    @Test func fileThatIsNotThereYetIsWaitedFor() async throws {
        let task = try await fixture.source("deep/er/in.txt")
        async let next = task.records()
        try fixture.makeFolder("deep")
        try fixture.makeFolder("deep/er")
        try fixture.append("late\n", to: "deep/er/in.txt")
        #expect(try await next.texts == ["late"])
        await task.stop()
    }

    @Test func fileMovedIntoPlaceIsRead() async throws {
        try fixture.append("whole\n", to: "elsewhere.txt")
        let task = try await fixture.source()
        async let next = task.records()
        try fixture.rename("elsewhere.txt", to: "in.txt")
        #expect(try await next.texts == ["whole"])
        await task.stop()
    }

    @Test func symbolicLinkIsFollowedAndItsChangeNoticed() async throws {
        try fixture.append("one\n", to: "v1.txt")
        try fixture.append("two\n", to: "v2.txt")
        try #require(symlink("v1.txt", fixture.path("in.txt")) == 0)
        let task = try await fixture.source()
        #expect(try await task.records().texts == ["one"])
        async let next = task.records()
        try fixture.append("more\n", to: "v1.txt")
        #expect(try await next.texts == ["more"])
        async let last = task.records()
        try #require(symlink("v2.txt", fixture.path("new-link")) == 0)
        try fixture.rename("new-link", to: "in.txt")
        #expect(try await last.lines == [Line(text: "two", position: 4)])
        await task.stop()
    }

    @Test func lostEventsAreMadeUpFor() async throws {
        try fixture.append("a\n", to: "in.txt")
        let task = try await fixture.source()
        _ = try await task.records()
        async let next = task.records()
        // As the kernel says it when its queue was full; the task looks again and finds what it was not told of.
        try fixture.append("b\n", to: "in.txt")
        fixture.hub.handle([InotifyEvent(watch: -1, mask: .queueOverflow, name: "")])
        #expect(try await next.texts == ["b"])
        await task.stop()
    }

    @Test func twoTasksMayFollowOneFile() async throws {
        try fixture.append("", to: "in.txt")
        let first = try await fixture.source()
        let second = try await fixture.source()
        for round in 0..<20 {
            async let one = first.records()
            async let two = second.records()
            try fixture.append("\(round)\n", to: "in.txt")
            #expect(try await one.texts == ["\(round)"])
            #expect(try await two.texts == ["\(round)"])
        }
        await first.stop()
        try fixture.append("end\n", to: "in.txt")
        #expect(try await second.records().texts == ["end"])
        await second.stop()
        #expect(fixture.hub.isIdle)
    }

    // MARK: Truncation and rotation

    @Test func truncationStartsOver() async throws {
        try fixture.append("first\nsecond\npart", to: "in.txt")
        let task = try await fixture.source()
        #expect(try await task.records().texts == ["first", "second"])
        async let next = task.poll()
        try fixture.truncate("in.txt", to: 0)
        let start = try #require(try await next)
        #expect(start.isEmpty)
        #expect(start.storedPosition == 0)
        async let again = task.records()
        try fixture.append("new\n", to: "in.txt")
        #expect(try await again.lines == [Line(text: "new", position: 4)])
        await task.stop()
    }

    @Test func truncationWithinTheIncompleteLineRereadsThatLine() async throws {
        try fixture.append("a\nlong tail", to: "in.txt")
        let task = try await fixture.source()
        #expect(try await task.records().texts == ["a"])
        async let next = task.records()
        try fixture.truncate("in.txt", to: 3)
        try fixture.append("\n", to: "in.txt")
        #expect(try await next.texts.first?.first == "l")
        await task.stop()
    }

    @Test func replacedFileIsReadToItsEndFirst() async throws {
        try fixture.append("a\n", to: "in.txt")
        let task = try await fixture.source()
        #expect(try await task.records().texts == ["a"])
        // All of this happens before the task looks again.
        try fixture.append("b\nlast without newline", to: "in.txt")
        try fixture.rename("in.txt", to: "in.txt.1")
        try fixture.append("c\n", to: "in.txt")
        let old = try await task.records()
        #expect(old.lines == [Line(text: "b", position: 4)])
        #expect(old.storedPosition == 4)
        let rest = try await task.records()
        #expect(rest.lines == [Line(text: "last without newline", position: 24)])
        // Nothing is left of the old file: what is stored is the start of the new one.
        #expect(rest.storedPosition == 0)
        let new = try await task.records()
        #expect(new.lines == [Line(text: "c", position: 2)])
        #expect(new.storedPosition == 2)
        await task.stop()
    }

    @Test func writerMayFinishTheOldFileWhileTheNewOneIsEmpty() async throws {
        try fixture.append("a\n", to: "in.txt")
        let task = try await fixture.source()
        #expect(try await task.records().texts == ["a"])
        async let next = task.records()
        try fixture.rename("in.txt", to: "in.txt.1")
        try fixture.append("", to: "in.txt")
        try fixture.append("b\n", to: "in.txt.1")
        #expect(try await next.lines == [Line(text: "b", position: 4)])
        async let last = task.records()
        try fixture.append("c\n", to: "in.txt")
        #expect(try await last.lines == [Line(text: "c", position: 2)])
        await task.stop()
    }

    @Test func noFileIsMissedWhileTheTaskIsBusy() async throws {
        try fixture.append("0\nlast of 0", to: "in.txt")
        let task = try await fixture.source(batchSize: 1)
        #expect(try await task.records().texts == ["0"])
        for round in 1...20 {
            try fixture.rename("in.txt", to: "in.txt.1")
            // Every third stays empty.
            try fixture.append(round.isMultiple(of: 3) ? "" : "\(round)\n", to: "in.txt")
            while task.keptFileCount < round { await Task.yield() }
        }
        var texts: [String] = []
        while texts.last != "20" { texts += try await task.records().texts }
        #expect(texts == ["last of 0"] + (1...20).filter { !$0.isMultiple(of: 3) }.map(String.init))
        async let next = task.records()
        try fixture.append("more\n", to: "in.txt")
        #expect(try await next.lines == [Line(text: "more", position: 8)])
        await task.stop()
        #expect(fixture.openFiles.isEmpty)
    }

    @Test func deletedAndMadeAgainIsReadFromTheStart() async throws {
        let task = try await fixture.source()
        for round in 0..<20 {
            async let next = task.records()
            try fixture.append("a\nb \(round)\n", to: "in.txt")
            var texts = try await next.texts
            while texts.count < 2 { texts += try await task.records().texts }
            #expect(texts == ["a", "b \(round)"])
            try fixture.delete("in.txt")
        }
        await task.stop()
        #expect(fixture.openFiles.isEmpty)
    }

    @Test func folderOfTheFileMayBeMadeAgain() async throws {
        try fixture.makeFolder("logs")
        try fixture.append("a\n", to: "logs/in.txt")
        let task = try await fixture.source("logs/in.txt")
        #expect(try await task.records().texts == ["a"])
        async let next = task.records()
        try fixture.rename("logs", to: "logs.old")
        try fixture.makeFolder("logs")
        try fixture.append("b\n", to: "logs/in.txt")
        #expect(try await next.texts == ["b"])
        await task.stop()
    }

    // MARK: Cancelling and stopping

    @Test(arguments: [true, false])
    func cancellationEndsTheWait(fileExists: Bool) async throws {
        if fileExists { try fixture.append("a\n", to: "in.txt") }
        let task = try await fixture.source()
        if fileExists { _ = try await task.records() }
        for _ in 0..<100 {
            let waiting = Task { try await task.poll() }
            await Task.yield()
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
        }
        // The task is as good as before.
        async let next = task.records()
        try fixture.append("b\n", to: "in.txt")
        #expect(try await next.texts == ["b"])
        await task.stop()
        #expect(fixture.hub.isIdle)
        #expect(fixture.openFiles.isEmpty)
    }

    @Test func nothingIsLeftOpenAfterManyStarts() async throws {
        try fixture.append("a\n", to: "in.txt")
        for _ in 0..<200 {
            let task = try await fixture.source()
            #expect(try await task.records().texts == ["a"])
            let waiting = Task { try await task.poll() }
            waiting.cancel()
            _ = await waiting.result
            await task.stop()
        }
        #expect(fixture.hub.isIdle)
        #expect(fixture.openFiles.isEmpty)
    }

    // MARK: Errors

    @Test func folderIsAnError() async throws {
        try fixture.makeFolder("in.txt")
        let task = try await fixture.source()
        let error = await #expect(throws: ConnectError.self) { try await task.poll() }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("names a folder, \(fixture.path("in.txt"))") == true)
        await task.stop()
    }

    @Test func fileWhereAFolderShouldBeIsAnError() async throws {
        try fixture.append("x", to: "plain")
        let task = try await fixture.source("plain/in.txt")
        let error = await #expect(throws: ConnectError.self) { try await task.poll() }
        #expect(error?.code == .inputOutput)
        #expect(error?.message.contains("plain/in.txt") == true)
        await task.stop()
    }

    @Test(.disabled(if: geteuid() == 0, "root may read everything"))
    func unreadableFileIsAnErrorThatNamesTheFix() async throws {
        try fixture.append("x\n", to: "in.txt")
        try #require(chmod(fixture.path("in.txt"), 0) == 0)
        let task = try await fixture.source()
        let error = await #expect(throws: ConnectError.self) { try await task.poll() }
        #expect(error?.code == .inputOutput)
        #expect(error?.message.contains("give the user that runs connectd the right") == true)
        // Mended, it goes on.
        try #require(chmod(fixture.path("in.txt"), 0o644) == 0)
        #expect(try await task.records().texts == ["x"])
        await task.stop()
    }

    @Test func tooLongLineFailsAndNamesItsPosition() async throws {
        try fixture.append("ok\n" + String(repeating: "y", count: 100_000), to: "in.txt")
        let task = try await fixture.source(maximumLineByteCount: 50_000)
        #expect(try await task.records().texts == ["ok"])
        let error = await #expect(throws: ConnectError.self) { while true { _ = try await task.poll() } }
        #expect(error?.code.name == "line-too-long")
        #expect(error?.message.contains("starts at byte 3 of \(fixture.path("in.txt"))") == true)
        await task.stop()
    }

    // MARK: Anything goes

    /// A writer appends random text in random pieces while the task reads, is stopped and started again at random.
    @Test(arguments: 0..<12)
    func linesArriveWholeAndInOrderAcrossRestarts(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed) &+ 1000)
        var bytes: [UInt8] = []
        while bytes.count < 60_000 { bytes += LineModel.randomText(using: &random) }
        bytes += Array("end\nx".utf8)
        let model = LineModel.lines(bytes)
        let pieces = Self.pieces(of: bytes, using: &random)
        async let writing: Void = write(pieces)

        var lines: [Line] = []
        while lines.count < model.count {
            let task = try await fixture.source(
                batchSize: Int.random(in: 1...200, using: &random),
                position: .int64(lines.last?.position ?? 0)
            )
            let batches = Int.random(in: 1...40, using: &random)
            for _ in 0..<batches where lines.count < model.count {
                let batch = try await task.records()
                #expect(batch.storedPosition == batch.lines.last?.position)
                lines += batch.lines
            }
            await task.stop()
        }
        try await writing
        #expect(lines == model)
    }

    private static func pieces(of bytes: [UInt8], using random: inout some RandomNumberGenerator) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var index = 0
        while index < bytes.count {
            let count = min(bytes.count - index, Int.random(in: 1...3000, using: &random))
            pieces.append(Array(bytes[index..<(index + count)]))
            index += count
        }
        return pieces
    }

    private func write(_ pieces: [[UInt8]]) async throws {
        for piece in pieces {
            try fixture.append(piece, to: "in.txt")
            await Task.yield()
        }
    }
}
