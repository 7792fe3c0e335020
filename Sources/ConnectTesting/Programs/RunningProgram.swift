import Dispatch
import Engine
import Glibc
import Synchronization

/// A program of this package as a process of its own: for tests of the command line, of signals and of crashes.
///
/// Its output comes line by line, so that a test waits for what the program says instead of for time to pass. Killed when the
/// last reference goes.
public final class RunningProgram: Sendable {
    /// The lines of standard output. One reader; ends when the program closes it.
    public let output: AsyncStream<String>
    /// The lines of standard error. One reader; ends when the program closes it.
    public let errors: AsyncStream<String>
    /// The process.
    public let processID: Int32

    private struct Exit {
        var code: Int32?
        var waiters: [CheckedContinuation<Int32, Never>] = []
    }
    private let exit: Mutex<Exit>
    private let input: Mutex<Int32>

    /// The folder that the running tests, and with them the programs of this package, were built into.
    public static var buildFolder: String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let path = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    }

    /// Starts a program of this package by its name.
    public convenience init(product: String, _ arguments: [String]) throws {
        try self.init(path: "\(Self.buildFolder)/\(product)", arguments)
    }

    /// Starts a program. Its standard input is a pipe (see ``write(_:)``).
    public init(path: String, _ arguments: [String]) throws {
        let (input, output, errors) = (try Self.makePipe(), try Self.makePipe(), try Self.makePipe())
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input.read, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output.write, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors.write, STDERR_FILENO)
        Self.keepDescriptorsFromChildren()
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, path, &actions, &attributes, &words, environ)
        for end in [input.read, output.write, errors.write] { close(end) }
        guard code == 0 else {
            for end in [input.write, output.read, errors.read] { close(end) }
            throw ConnectError(.inputOutput, "cannot start \(path): \(String(cString: strerror(code)))")
        }
        processID = process
        self.input = Mutex(input.write)
        self.output = Self.lines(of: output.read)
        self.errors = Self.lines(of: errors.read)
        exit = Mutex(Exit())
        Self.waitForExit(of: process) { [weak self] code in self?.finish(code) }
    }

    deinit {
        if exit.withLock({ $0.code == nil }) { Glibc.kill(processID, SIGKILL) }
        closeInput()
    }

    /// Sends a signal.
    public func kill(_ signal: Int32) {
        Glibc.kill(processID, signal)
    }

    /// Writes to the program's standard input. For a few lines: blocks when the pipe is full.
    public func write(_ text: String) {
        input.withLock { input in
            guard input >= 0 else { return }
            _ = Array(text.utf8).withUnsafeBytes { Glibc.write(input, $0.baseAddress, $0.count) }
        }
    }

    /// Ends the program's standard input.
    public func closeInput() {
        input.withLock { input in
            if input >= 0 { close(input) }
            input = -1
        }
    }

    /// The exit code, as a shell has it: 128 and the signal's number when a signal ended the program. Suspends until the program
    /// has ended.
    public func exitCode() async -> Int32 {
        await withCheckedContinuation { waiter in
            let code: Int32? = exit.withLock { exit in
                if exit.code == nil { exit.waiters.append(waiter) }
                return exit.code
            }
            if let code { waiter.resume(returning: code) }
        }
    }

    private func finish(_ code: Int32) {
        let waiters = exit.withLock { exit in
            exit.code = code
            defer { exit.waiters = [] }
            return exit.waiters
        }
        for waiter in waiters { waiter.resume(returning: code) }
    }

    private static func makePipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw ConnectError(.inputOutput, "cannot make a pipe: \(String(cString: strerror(errno)))")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    // A program that held this process's pipes and sockets would keep them from ending when they are closed here: other tests
    // would wait for its end instead of for theirs.
    private static func keepDescriptorsFromChildren() {
        guard let folder = opendir("/proc/self/fd") else { return }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let descriptor = Int32(name), descriptor > STDERR_FILENO else { continue }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
    }

    /// Reads lines on a thread of its own until the end of the file.
    private static func lines(of descriptor: Int32) -> AsyncStream<String> {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        DispatchQueue(label: "output of a program").async {
            var rest: [UInt8] = []
            var block = [UInt8](repeating: 0, count: 64 * 1024)
            while true {
                let count = Glibc.read(descriptor, &block, block.count)
                if count < 0, errno == EINTR { continue }
                if count <= 0 { break }
                rest += block.prefix(count)
                var lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                rest = Array(lines.removeLast())
                for line in lines { continuation.yield(String(decoding: line, as: UTF8.self)) }
            }
            if !rest.isEmpty { continuation.yield(String(decoding: rest, as: UTF8.self)) }
            close(descriptor)
            continuation.finish()
        }
        return stream
    }

    private static func waitForExit(of process: pid_t, then report: @escaping @Sendable (Int32) -> Void) {
        DispatchQueue(label: "end of a program").async {
            var status: Int32 = 0
            while waitpid(process, &status, 0) < 0, errno == EINTR {}
            let signal = status & 0x7f
            report(signal == 0 ? (status >> 8) & 0xff : 128 + signal)
        }
    }
}

extension AsyncStream<String> {
    /// The first line that contains a text, or `nil` when the stream ends without one.
    public func first(containing text: String) async -> String? {
        await first { $0.contains(text) }
    }

    /// All lines until the end.
    public func all() async -> [String] {
        var lines: [String] = []
        for await line in self { lines.append(line) }
        return lines
    }
}
