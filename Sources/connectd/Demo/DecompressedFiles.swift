import Engine
import Glibc

/// The content of files one after the other, compressed ones decompressed, by way of a `gzip` child process. The pipe between
/// the two holds the child back while nobody reads.
struct DecompressedFiles {
    /// Files per child: keeps the command line well below the system's limit.
    private static let filesPerChild = 500

    private var remaining: ArraySlice<String>
    private var child: Child?

    init(_ files: [String]) {
        remaining = files[...]
    }

    /// The next bytes, at most `count`; empty at the end of the last file. Blocks.
    mutating func next(count: Int) throws -> [UInt8] {
        while true {
            if child == nil {
                guard !remaining.isEmpty else { return [] }
                child = try Child(decompressing: remaining.prefix(Self.filesPerChild))
                remaining = remaining.dropFirst(Self.filesPerChild)
            }
            let bytes = try child?.read(count: count) ?? []
            if !bytes.isEmpty { return bytes }
            child = nil
        }
    }

    /// A running `gzip -dcf`: `-f` passes on what is not compressed.
    private final class Child {
        private let process: pid_t
        private let output: Descriptor

        init(decompressing files: ArraySlice<String>) throws {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { throw ConnectError.systemCall("make a pipe") }
            // The child gets its end as standard output (below) and must not hold the others open.
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            output = Descriptor(owning: ends[0], path: "the output of gzip")
            let input = Descriptor(owning: ends[1], path: "the output of gzip")

            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            defer { posix_spawn_file_actions_destroy(&actions) }
            posix_spawn_file_actions_adddup2(&actions, input.number, STDOUT_FILENO)
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
            posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)

            // The child starts with plain signal handling: this process blocks or ignores some.
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

            let words = ["gzip", "-dcf", "--"] + files
            var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
            defer { for argument in arguments { free(argument) } }
            var pid: pid_t = 0
            let code = posix_spawnp(&pid, "gzip", &actions, &attributes, &arguments, environ)
            guard code == 0 else {
                throw ConnectError.systemCall("start gzip", code: code, fix: "Install it: apt-get install gzip.")
            }
            process = pid
        }

        deinit {
            // Ends the child if it still runs: nobody reads its output any more.
            kill(process, SIGTERM)
            var status: Int32 = 0
            while waitpid(process, &status, 0) < 0, errno == EINTR {}
        }

        func read(count: Int) throws -> [UInt8] { try output.read(count: count) }
    }
}
