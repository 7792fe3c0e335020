@preconcurrency import Dispatch
import Engine
import Synchronization

/// Follows one path: wakes its follower when the path may lead elsewhere or a file it reads has changed, and opens every file
/// that takes the path's name, so that none is missed while the follower is busy. Made by ``InotifyHub/follow(_:)``; must be
/// closed.
///
/// Use: ``arm(_:)``, then look at the files, then ``wait()``. What happens after arming wakes the wait, so nothing is missed
/// between looking and waiting. A wake says only "look again": there may be nothing to see.
final class FileWatch: Sendable {
    /// Files kept open for a follower that is behind. Beyond it the newest are not opened until it catches up.
    static let mostFiles = 64

    let follower: WatchTable.Follower
    private let path: String
    private let hub: InotifyHub
    private let signal = Signal()
    private let state = Mutex(State())
    // Opening may hang on a network file system: it holds up this path alone.
    private let queue = DispatchQueue(label: "connectd.filestream.path")

    /// An open regular file.
    struct Opened: Sendable {
        let file: OpenFile
        let identity: FileStatus.Identity
    }

    private struct State {
        var isPathMoved = true
        var isClosed = false
        /// The file that the follower reads.
        var current: FileStatus.Identity?
        /// Files that took the name since, oldest first. They stay open, so none of them can come back as another.
        var successors: [Opened] = []
        var isFull = false
    }

    init(path: String, follower: WatchTable.Follower, hub: InotifyHub) {
        self.path = path
        self.follower = follower
        self.hub = hub
    }

    // MARK: Waiting

    /// Watches the folders on the way to the path, and the next change of the files given: by descriptor, so that it is the
    /// open file that is watched whatever its name is now, or by path.
    func arm(_ files: [Target]) throws {
        let isMoved = state.withLock { state in
            defer { state.isPathMoved = false }
            return state.isPathMoved
        }
        if isMoved {
            do {
                try hub.watchFolders(of: path, for: self)
            } catch {
                state.withLock { $0.isPathMoved = true }
                throw error
            }
        }
        try hub.watchGrowth(of: files.map(\.path), for: self)
    }

    /// Suspends until something may have changed since the last wake. Throws `CancellationError` on cancellation.
    func wait() async throws {
        try await signal.wait()
    }

    /// Ends it. No wake comes any more; the kernel's watches and the files kept open are given back.
    func close() {
        hub.remove(follower)
        state.withLock { state in
            state.isClosed = true
            state.successors = []
        }
    }

    /// Called on the hub's queue.
    func wake(pathMoved isMoved: Bool) {
        guard isMoved else { return signal.raise() }
        queue.async {
            self.state.withLock { $0.isPathMoved = true }
            self.keepFileAtPath()
            self.signal.raise()
        }
    }

    // MARK: Files

    /// Opens what the path leads to now, unless it is known already.
    private func keepFileAtPath() {
        // What cannot be opened now is tried by the follower, who reports why.
        guard let (file, status) = try? OpenFile.reading(path), status.kind == .regular else { return }
        state.withLock { state in
            guard !state.isClosed, status.identity != state.current,
                !state.successors.contains(where: { $0.identity == status.identity })
            else { return }
            state.isFull = state.successors.count >= Self.mostFiles
            if !state.isFull { state.successors.append(Opened(file: file, identity: status.identity)) }
        }
    }

    /// The file to read next: the oldest that took the name, or else the one given, which the follower found there itself.
    func next(orElse found: Opened?) -> Opened? {
        state.withLock { state in
            let next = state.successors.isEmpty ? found : state.successors.removeFirst()
            state.current = next?.identity
            return next
        }
    }

    /// The file to read after the current one.
    var successor: OpenFile? { state.withLock { $0.successors.first?.file } }

    /// The number of files kept open for the follower, without the one it reads.
    var successorCount: Int { state.withLock { $0.successors.count } }

    /// True once when a file could not be kept open because too many were.
    func wasFull() -> Bool {
        state.withLock { state in
            defer { state.isFull = false }
            return state.isFull
        }
    }

    /// A file to watch.
    enum Target: Sendable {
        case descriptor(Int32)
        case path(String)

        fileprivate var path: String {
            switch self {
            // The link leads to the open file itself, also when it has been renamed or deleted.
            case .descriptor(let descriptor): "/proc/self/fd/\(descriptor)"
            case .path(let path): path
            }
        }
    }
}
