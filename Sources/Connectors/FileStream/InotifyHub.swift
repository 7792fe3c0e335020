@preconcurrency import Dispatch
import Engine
import Glibc
import Synchronization

/// The one inotify instance of the program: Linux allows a user 128 of them, a worker may follow hundreds of files.
///
/// Opened by the first follower and then kept: the kernel takes milliseconds to close one, and counts it until then. libdispatch
/// watches its descriptor: no thread waits for it, and nothing wakes while no watched file changes.
final class InotifyHub: Sendable {
    /// The hub that file sources share.
    static let shared = InotifyHub()

    private struct State {
        var descriptor: Int32 = -1
        var table = WatchTable()
        var watches: [WatchTable.Follower: FileWatch] = [:]
        var stop: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "connectd.filestream.inotify")

    init() {}

    deinit {
        state.withLock { $0.stop?() }
    }

    /// True when nobody follows anything and no kernel watch is in use.
    var isIdle: Bool { state.withLock { $0.table.isEmpty && $0.table.watchCount == 0 } }

    /// Starts to follow a path; ``FileWatch/close()`` ends it. Throws when the user's inotify instances are used up.
    func follow(_ path: String) throws -> FileWatch {
        try state.withLock { state in
            if state.descriptor < 0 { try open(&state) }
            let watch = FileWatch(path: path, follower: state.table.add(), hub: self)
            state.watches[watch.follower] = watch
            return watch
        }
    }

    // MARK: Called by FileWatch

    func remove(_ follower: WatchTable.Follower) {
        state.withLock { state in
            guard state.watches.removeValue(forKey: follower) != nil else { return }
            for watch in state.table.remove(follower) { inotify_rm_watch(state.descriptor, watch) }
        }
    }

    /// Watches every folder on the way to a path, and no others.
    func watchFolders(of path: String, for watch: FileWatch) throws {
        let descriptor = beginArming()
        defer { endArming() }
        var found: [Int32: Set<String>] = [:]
        try PathWalk.walk(path) { folder, name in
            let number = inotify_add_watch(descriptor, folder, InotifyMask.names.rawValue)
            guard number >= 0 else { return try checkFolder(folder, path: path, code: errno) }
            let isStale = state.withLock { $0.table.addFolder(number, name: name, for: watch.follower) }
            if isStale { watch.wake(pathMoved: true) }
            found[number, default: []].insert(name)
        }
        state.withLock { state in
            for number in state.table.keepFolders(found, for: watch.follower) { inotify_rm_watch(descriptor, number) }
        }
    }

    /// Watches for the next change of these files, and no others. A file that is not there any more is passed over.
    func watchGrowth(of targets: [String], for watch: FileWatch) throws {
        let descriptor = beginArming()
        defer { endArming() }
        var found: Set<Int32> = []
        for target in targets {
            let number = inotify_add_watch(descriptor, target, InotifyMask.growth.rawValue)
            guard number >= 0 else {
                if errno == ENOSPC { throw watchesUsedUp(target) }
                continue
            }
            let isStale = state.withLock { $0.table.addGrowth(number, for: watch.follower) }
            if isStale { watch.wake(pathMoved: false) }
            found.insert(number)
        }
        state.withLock { state in
            for number in state.table.keepGrowth(found, for: watch.follower) { inotify_rm_watch(descriptor, number) }
        }
    }

    private func beginArming() -> Int32 {
        state.withLock { state in
            state.table.beginArming()
            return state.descriptor
        }
    }

    private func endArming() {
        state.withLock { $0.table.endArming() }
    }

    /// Tells the followers what happened. Called on the hub's queue; by tests with events of their own.
    func handle(_ events: [InotifyEvent]) {
        let woken: [(watch: FileWatch, pathMoved: Bool)] = state.withLock { state in
            var wakes = WatchTable.Wakes()
            for event in events {
                let more = state.table.event(event)
                wakes.followers.formUnion(more.followers)
                wakes.movedPaths.formUnion(more.movedPaths)
            }
            return wakes.followers.compactMap { follower in
                state.watches[follower].map { ($0, wakes.movedPaths.contains(follower)) }
            }
        }
        for (watch, pathMoved) in woken { watch.wake(pathMoved: pathMoved) }
    }

    // MARK: The descriptor

    private func open(_ state: inout State) throws {
        // IN_CLOEXEC and IN_NONBLOCK are O_CLOEXEC and O_NONBLOCK.
        let descriptor = inotify_init1(O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw ConnectError(
                .inputOutput,
                "cannot watch files: inotify_init1: \(FileErrors.text(errno)); raise fs.inotify.max_user_instances (sysctl) "
                    + "or the limit of open files (ulimit -n)"
            )
        }
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        source.setEventHandler { [weak self] in self?.drain(descriptor) }
        source.setCancelHandler { _ = Glibc.close(descriptor) }
        source.activate()
        state.descriptor = descriptor
        state.stop = { source.cancel() }
    }

    private func drain(_ descriptor: Int32) {
        withUnsafeTemporaryAllocation(byteCount: 64 * 1024, alignment: 8) { buffer in
            while true {
                let count = read(descriptor, buffer.baseAddress, buffer.count)
                // 0 and errors other than a signal: nothing more for now.
                guard count > 0 else {
                    if count < 0, errno == EINTR { continue }
                    return
                }
                handle(InotifyEvent.parse(UnsafeRawBufferPointer(rebasing: buffer[..<count])))
            }
        }
    }

    // MARK: Errors

    private func checkFolder(_ folder: String, path: String, code: Int32) throws {
        switch code {
        // Gone, or a file where a folder should be: the open that follows says so.
        case ENOENT, ENOTDIR: return
        // A folder that may be passed through but not read: only what lies below it can be watched.
        case EACCES where access(folder, X_OK) == 0 && FileStatus.of(path: path) != nil: return
        case ENOSPC: throw watchesUsedUp(folder)
        case EACCES:
            throw ConnectError(
                .inputOutput,
                "cannot wait for \(path): the folder \(folder) may not be read by the user that runs connectd; give it the "
                    + "right to read that folder, or create the file before the connector starts"
            )
        default: throw FileErrors.inputOutput("cannot watch the folder", path: folder, code: code)
        }
    }

    private func watchesUsedUp(_ path: String) -> ConnectError {
        ConnectError(
            .inputOutput,
            "cannot watch \(path): the user's inotify watches are used up; raise fs.inotify.max_user_watches (sysctl)"
        )
    }
}
