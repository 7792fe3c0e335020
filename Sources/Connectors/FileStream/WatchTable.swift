/// Who wants to hear of which inotify watch. The kernel gives one watch per file or folder and program, so several followers
/// may share one. Pure: the system calls are made by ``InotifyHub``.
struct WatchTable: Sendable {
    /// One follower of a path.
    typealias Follower = UInt64

    /// Who is to be woken, and who among them should look for its folders again.
    struct Wakes: Sendable, Hashable {
        /// Something may have changed for these.
        var followers: Set<Follower> = []
        /// The path itself may lead elsewhere for these.
        var movedPaths: Set<Follower> = []
    }

    private struct Interests {
        /// The names that each follower cares for in a folder.
        var names: [Follower: Set<String>] = [:]
        /// The followers that wait for the file's next change.
        var growth: Set<Follower> = []

        var isEmpty: Bool { names.isEmpty && growth.isEmpty }
    }

    private var watches: [Int32: Interests] = [:]
    private var followers: Set<Follower> = []
    private var next: Follower = 0
    /// Calls that are adding watches right now. System calls on a path may take long (a network file system), so they are made
    /// without the table: an event may come before its watch is entered here.
    private var armingCount = 0
    /// Watches that had an event before anybody entered them.
    private var unclaimed: Set<Int32> = []

    /// True when nobody follows anything.
    var isEmpty: Bool { followers.isEmpty }

    /// The number of watches that somebody still wants.
    var watchCount: Int { watches.count }

    /// A new follower without watches.
    mutating func add() -> Follower {
        next += 1
        followers.insert(next)
        return next
    }

    /// Forgets a follower. Returns the watches that nobody wants any more.
    mutating func remove(_ follower: Follower) -> [Int32] {
        followers.remove(follower)
        return update(follower) { interests in
            interests.names[follower] = nil
            interests.growth.remove(follower)
        }
    }

    /// Called before the kernel is asked for watches.
    mutating func beginArming() {
        armingCount += 1
    }

    /// Called once the watches are entered.
    mutating func endArming() {
        armingCount -= 1
        if armingCount == 0 { unclaimed = [] }
    }

    /// Enters a watch on a folder. Returns true when it had an event already: the follower must look again.
    mutating func addFolder(_ watch: Int32, name: String, for follower: Follower) -> Bool {
        watches[watch, default: Interests()].names[follower, default: []].insert(name)
        return unclaimed.contains(watch)
    }

    /// Enters a watch for the next change of a file. Returns true when it had an event already.
    mutating func addGrowth(_ watch: Int32, for follower: Follower) -> Bool {
        watches[watch, default: Interests()].growth.insert(follower)
        return unclaimed.contains(watch)
    }

    /// Drops the folders of a follower that are not among these. Returns the watches that nobody wants any more.
    mutating func keepFolders(_ kept: [Int32: Set<String>], for follower: Follower) -> [Int32] {
        update(follower) { interests, watch in interests.names[follower] = kept[watch] }
    }

    /// Drops the files of a follower that are not among these. Returns the watches that nobody wants any more.
    mutating func keepGrowth(_ kept: Set<Int32>, for follower: Follower) -> [Int32] {
        update(follower) { interests, watch in
            if !kept.contains(watch) { interests.growth.remove(follower) }
        }
    }

    /// What an event means for the followers. Lost events mean that anything may have happened to anybody.
    mutating func event(_ event: InotifyEvent) -> Wakes {
        if event.mask.contains(.queueOverflow) { return Wakes(followers: followers, movedPaths: followers) }
        guard let interests = watches[event.watch] else {
            if armingCount > 0 { unclaimed.insert(event.watch) }
            return Wakes()
        }
        var wakes = Wakes()
        let isGone = event.mask.contains(.ignored)
        if isGone { watches[event.watch] = nil }
        if isGone || !event.mask.isDisjoint(with: [.deleteSelf, .moveSelf, .unmount]) {
            wakes.movedPaths = Set(interests.names.keys)
        } else if !event.name.isEmpty {
            wakes.movedPaths = Set(interests.names.filter { $0.value.contains(event.name) }.keys)
        }
        // Also when the watch is gone: another follower may have given it back at the moment when this one got it.
        wakes.followers = wakes.movedPaths.union(interests.growth)
        return wakes
    }

    private mutating func update(_ follower: Follower, _ change: (inout Interests) -> Void) -> [Int32] {
        update(follower) { interests, _ in change(&interests) }
    }

    private mutating func update(_ follower: Follower, _ change: (inout Interests, Int32) -> Void) -> [Int32] {
        var unwanted: [Int32] = []
        for (watch, var interests) in watches
        where interests.names[follower] != nil || interests.growth.contains(follower) {
            change(&interests, watch)
            watches[watch] = interests.isEmpty ? nil : interests
            if interests.isEmpty { unwanted.append(watch) }
        }
        return unwanted
    }
}
