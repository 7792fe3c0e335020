import Engine
import Glibc

/// This program again, with another command, as a process of its own: so that memory and CPU time are that command's alone.
///
/// Its standard input and output are pipes, its standard error is ours. It is to end when its input ends. The calls block: nothing
/// else happens in the process that measures.
final class ChildProcess {
    private let process: pid_t
    private let output: UnsafeMutablePointer<FILE>
    private var input: Int32
    private var isRunning = true

    init(_ arguments: [String]) throws {
        let (input, output) = (try Self.makePipe(), try Self.makePipe())
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input.read, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output.write, STDOUT_FILENO)
        var words: [UnsafeMutablePointer<CChar>?] = (["Benchmarks"] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, "/proc/self/exe", &actions, nil, &words, environ)
        close(input.read)
        close(output.write)
        guard code == 0, let stream = fdopen(output.read, "r") else {
            close(input.write)
            errno = code == 0 ? errno : code
            throw SystemError.last("start a process")
        }
        self.process = process
        self.output = stream
        self.input = input.write
    }

    deinit {
        try? finish()
        fclose(output)
    }

    /// The next line that the process prints. Throws when it ends without one: what it had to say is on standard error.
    func readLine() throws -> String {
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        let count = getline(&line, &capacity, output)
        guard count > 0, let line else {
            try finish()
            throw ConnectError(.connect, "a process of the benchmark ended before it had a result")
        }
        return String(decoding: UnsafeRawBufferPointer(start: line, count: count).prefix { $0 != 0x0a }, as: UTF8.self)
    }

    /// Ends the process's input and waits for it. Throws when it did not end well.
    func finish() throws {
        guard isRunning else { return }
        isRunning = false
        close(input)
        input = -1
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else {
            throw ConnectError(
                .connect,
                status & 0x7f == 0
                    ? "a process of the benchmark failed with status \(status >> 8 & 0xff)"
                    : "a process of the benchmark was ended by signal \(status & 0x7f)"
            )
        }
    }

    /// Blocks until standard input has ended: how a child learns that it may go.
    static func waitForEndOfInput() {
        var byte: UInt8 = 0
        while true {
            let count = read(STDIN_FILENO, &byte, 1)
            if count == 0 || (count < 0 && errno != EINTR) { return }
        }
    }

    private static func makePipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw SystemError.last("make a pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }
}
