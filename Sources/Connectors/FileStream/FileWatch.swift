import Engine
import Synchronization

/// Wakes one follower of a path when the path may lead elsewhere or a file it reads has changed. Made by
/// ``InotifyHub/follow(_:)``; must be closed.
///
/// Use: ``arm(_:)``, then look at the files, then ``wait()``. What happens after arming wakes the wait, so nothing is missed
/// between looking and waiting. A wake says only "look again": there may be nothing to see.
final class FileWatch: Sendable {
    let follower: WatchTable.Follower
    private let path: String
    private let hub: InotifyHub
    private let signal = Signal()
    private let pathMoved = Mutex(true)

    init(path: String, follower: WatchTable.Follower, hub: InotifyHub) {
        self.path = path
        self.follower = follower
        self.hub = hub
    }

    /// Watches the folders on the way to the path, and the next change of the files given: by descriptor, so that it is the
    /// open file that is watched whatever its name is now, or by path.
    func arm(_ files: [Target]) throws {
        let isMoved = pathMoved.withLock { moved in
            defer { moved = false }
            return moved
        }
        if isMoved {
            do {
                try hub.watchFolders(of: path, for: self)
            } catch {
                pathMoved.withLock { $0 = true }
                throw error
            }
        }
        try hub.watchGrowth(of: files.map(\.path), for: self)
    }

    /// Suspends until something may have changed since the last wake. Throws `CancellationError` on cancellation.
    func wait() async throws {
        try await signal.wait()
    }

    /// Ends it. No wake comes any more; the kernel's watches are given back.
    func close() {
        hub.remove(follower)
    }

    func wake(pathMoved moved: Bool) {
        if moved { pathMoved.withLock { $0 = true } }
        signal.raise()
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
