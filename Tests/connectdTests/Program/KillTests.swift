import ConnectTesting
import Engine
import Glibc
import Testing

/// Rule 5 on the real program: SIGKILL at any moment loses nothing.
@Suite("Killed with SIGKILL", .serialized)
struct KillTests {
    /// Fifty by default; `CONNECT_KILLS` says otherwise.
    private static var kills: Int {
        getenv("CONNECT_KILLS").flatMap { Int(String(cString: $0)) } ?? 50
    }

    @Test(
        "A growing file is mirrored through Kafka: every line arrives, in order, at least once",
        .timeLimit(.minutes(20))
    )
    func mirror() async throws {
        let broker = try await TestBroker.start()
        let topic = try await broker.makeTopic("mirror")
        let folder = try TemporaryFolder()
        // A killed consumer keeps its place in the group until its session ends: as short here as the brokers allow.
        try writeFiles(
            folder,
            broker: [("bootstrap.servers", broker.bootstrapServers)] + broker.security.map { ($0.key, $0.value) },
            session: broker.embedded == nil ? (6000, 1000) : (1000, 200),
            topic: topic
        )
        try await mirror(in: folder, kills: Self.kills)
    }

    @Test(
        "So it is with a broker in the worker's own process, which dies with it",
        .timeLimit(.minutes(20))
    )
    func ownBroker() async throws {
        let folder = try TemporaryFolder()
        try writeFiles(
            folder,
            broker: [("bootstrap.servers", "embedded"), ("embedded.broker.listener", "127.0.0.1:0")],
            session: (6000, 1000),
            topic: "mirror"
        )
        // Fewer: the group is durable too, and waits out the session of a member that was killed.
        try await mirror(in: folder, kills: max(1, Self.kills / 5))
    }

    private func mirror(in folder: TemporaryFolder, kills: Int) async throws {
        let source = try GrowingFile(path: folder.path("in.txt"))
        var random = SystemRandomNumberGenerator()
        let clock = SystemClock()
        var arrived = 0

        for kill in 0..<kills {
            let program = try start(folder)
            source.append(lines: Int.random(in: 20...120, using: &random))
            if kill.isMultiple(of: 3) {
                // In the middle of its work: something has come through since the last kill.
                try await waitForGrowth(folder, beyond: arrived, clock)
                source.append(lines: Int.random(in: 1...200, using: &random))
            }
            // The moment itself is chance; nothing is decided by it.
            try await clock.sleep(for: .microseconds(Int.random(in: 0...200_000, using: &random)))
            program.kill(SIGKILL)
            #expect(await program.exitCode() == 128 + SIGKILL)
            arrived = folder.read("out.txt")?.count ?? 0
            if source.mirror(in: folder.read("out.txt") ?? []).problem != nil { break }
        }

        let program = try start(folder)
        async let errors = program.errors.all()
        // Something that only this program can have written: it is past its start when it is asked to end.
        source.append(lines: 10)
        while source.mirror(in: folder.read("out.txt") ?? []).count < source.count {
            let mirror = source.mirror(in: folder.read("out.txt") ?? [])
            try #require(mirror.problem == nil, "\(mirror)")
            try await clock.sleep(for: .milliseconds(20))
        }
        program.kill(SIGTERM)
        let code = await program.exitCode()
        let said = await errors.suffix(20)
        #expect(code == 0, "\(said.joined(separator: "\n"))")
        let mirror = source.mirror(in: folder.read("out.txt") ?? [])
        #expect(mirror.problem == nil)
        #expect(mirror.count == source.count)
        print("\(kills) kills: \(source.count) lines written, \(mirror)")
    }

    private func start(_ folder: TemporaryFolder) throws -> RunningProgram {
        try RunningProgram(
            product: "connectd",
            [
                "standalone", folder.path("worker.properties"), folder.path("source.properties"),
                folder.path("sink.json"),
            ]
        )
    }

    private func waitForGrowth(_ folder: TemporaryFolder, beyond size: Int, _ clock: SystemClock) async throws {
        while folder.read("out.txt")?.count ?? 0 <= size { try await clock.sleep(for: .milliseconds(10)) }
    }

    private func writeFiles(
        _ folder: TemporaryFolder,
        broker: [(key: String, value: String)],
        session: (timeout: Int, heartbeat: Int),
        topic: String
    ) throws {
        try folder.write(
            "worker.properties",
            """
            \(broker.map { "\($0.key)=\($0.value)\n" }.joined())
            key.converter=org.apache.kafka.connect.storage.StringConverter
            value.converter=org.apache.kafka.connect.storage.StringConverter
            offset.storage.file.filename=\(folder.path("offsets"))
            offset.flush.interval.ms=50
            consumer.session.timeout.ms=\(session.timeout)
            consumer.heartbeat.interval.ms=\(session.heartbeat)
            """
        )
        try folder.write(
            "source.properties",
            """
            name=mirror-source
            connector.class=FileStreamSource
            tasks.max=1
            file=\(folder.path("in.txt"))
            topic=\(topic)
            """
        )
        try folder.write(
            "sink.json",
            """
            {"name": "mirror-sink-\(topic)", "config": {
                "connector.class": "org.apache.kafka.connect.file.FileStreamSinkConnector",
                "topics": "\(topic)", "file": "\(folder.path("out.txt"))"}}
            """
        )
    }
}

/// A file of numbered lines, and what a mirror of it must look like.
private final class GrowingFile {
    private let file: UnsafeMutablePointer<FILE>
    private(set) var count = 0

    init(path: String) throws {
        file = try #require(fopen(path, "a"))
    }

    deinit { fclose(file) }

    static func line(_ number: Int) -> String {
        let digits = String(number)
        return
            "line \(String(repeating: "0", count: 8 - digits.count))\(digits) \(String(repeating: "x", count: number % 60)) end"
    }

    func append(lines: Int) {
        for number in count..<(count + lines) { fputs(Self.line(number) + "\n", file) }
        fflush(file)
        count += lines
    }

    struct Mirror: CustomStringConvertible {
        /// Lines that arrived, each for the first time in its turn.
        var count = 0
        /// Lines that came again after a kill.
        var repeated = 0
        /// Lines cut short by a kill in the middle of a write; each came again whole.
        var torn = 0
        var problem: String?

        var description: String {
            "\(count) lines arrived in order, \(repeated) again, \(torn) torn\(problem.map { "; " + $0 } ?? "")"
        }
    }

    /// Every line is the one after the line before it, or a step back to one that came before.
    func mirror(in bytes: [UInt8]) -> Mirror {
        var mirror = Mirror()
        var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        // What follows the last newline is being written.
        _ = lines.popLast()
        var next = 0
        for line in lines {
            let digits = line.dropFirst(5).prefix(8)
            guard line.hasPrefix("line "), line.hasSuffix(" end"), let number = Int(digits), line == Self.line(number)
            else {
                if Self.line(next).hasPrefix(line) {
                    mirror.torn += 1
                    continue
                }
                mirror.problem = "a line that was never written: \(line)"
                return mirror
            }
            guard number <= next else {
                mirror.problem = "line \(number) where at most \(next) may come"
                return mirror
            }
            next = number + 1
            if number == mirror.count { mirror.count += 1 } else { mirror.repeated += 1 }
        }
        return mirror
    }
}
