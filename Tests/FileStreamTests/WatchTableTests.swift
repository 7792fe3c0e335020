import Testing

@testable import FileStream

/// The table as a reference: expectations cannot call a mutating method.
private final class Table {
    private var table = WatchTable()

    var watchCount: Int { table.watchCount }
    var isEmpty: Bool { table.isEmpty }

    func add() -> WatchTable.Follower { table.add() }
    func remove(_ follower: WatchTable.Follower) -> [Int32] { table.remove(follower) }
    func beginArming() { table.beginArming() }
    func endArming() { table.endArming() }
    func event(_ event: InotifyEvent) -> WatchTable.Wakes { table.event(event) }

    func addFolder(_ watch: Int32, name: String, for follower: WatchTable.Follower) -> Bool {
        table.addFolder(watch, name: name, for: follower)
    }

    func addGrowth(_ watch: Int32, for follower: WatchTable.Follower) -> Bool {
        table.addGrowth(watch, for: follower)
    }

    func keepFolders(_ kept: [Int32: Set<String>], for follower: WatchTable.Follower) -> [Int32] {
        table.keepFolders(kept, for: follower)
    }

    func keepGrowth(_ kept: Set<Int32>, for follower: WatchTable.Follower) -> [Int32] {
        table.keepGrowth(kept, for: follower)
    }
}

@Suite struct WatchTableTests {
    private func event(_ watch: Int32, _ mask: InotifyMask, _ name: String = "") -> InotifyEvent {
        InotifyEvent(watch: watch, mask: mask, name: name)
    }

    @Test func onlyTheNameOnTheWayWakes() {
        let table = Table()
        let first = table.add()
        let second = table.add()
        #expect(!table.addFolder(1, name: "a.txt", for: first))
        #expect(!table.addFolder(1, name: "b.txt", for: second))
        #expect(table.event(event(1, .create, "c.txt")) == .init())
        #expect(table.event(event(1, .movedTo, "b.txt")) == .init(followers: [second], movedPaths: [second]))
        #expect(table.event(event(1, .deleteSelf)).movedPaths == [first, second])
    }

    @Test func growthWakesWithoutMovingThePath() {
        let table = Table()
        let follower = table.add()
        _ = table.addGrowth(5, for: follower)
        #expect(table.event(event(5, .modify)) == .init(followers: [follower]))
        #expect(table.event(event(5, .ignored)) == .init(followers: [follower]))
        #expect(table.watchCount == 0)
        #expect(table.event(event(5, .modify)) == .init())
    }

    @Test func lostEventsWakeEverybody() {
        let table = Table()
        let first = table.add()
        let second = table.add()
        #expect(
            table.event(event(-1, .queueOverflow)) == .init(followers: [first, second], movedPaths: [first, second])
        )
    }

    @Test func eventBeforeTheEntryIsTold() {
        let table = Table()
        let follower = table.add()
        table.beginArming()
        #expect(table.event(event(3, .modify)) == .init())
        #expect(table.addGrowth(3, for: follower))
        #expect(!table.addGrowth(4, for: follower))
        table.endArming()
        table.beginArming()
        #expect(!table.addFolder(3, name: "x", for: follower))
    }

    @Test func unwantedWatchesAreGivenBack() {
        let table = Table()
        let first = table.add()
        let second = table.add()
        _ = table.addFolder(1, name: "a", for: first)
        _ = table.addFolder(1, name: "a", for: second)
        _ = table.addFolder(2, name: "b", for: first)
        _ = table.addGrowth(3, for: first)
        _ = table.addGrowth(4, for: first)
        #expect(table.keepFolders([1: ["a"]], for: first) == [2])
        #expect(table.keepGrowth([4], for: first) == [3])
        #expect(Set(table.remove(first)) == [4])
        #expect(table.remove(second) == [1])
        #expect(table.isEmpty)
        #expect(table.watchCount == 0)
    }

    @Test func kernelsFormIsParsed() {
        var bytes: [UInt8] = []
        func add(_ watch: Int32, _ mask: UInt32, _ name: String, padding: Int) {
            for word in [UInt32(bitPattern: watch), mask, 0, UInt32(name.utf8.count + padding)] {
                withUnsafeBytes(of: word) { bytes += $0 }
            }
            bytes += Array(name.utf8) + [UInt8](repeating: 0, count: padding)
        }
        add(1, 0x100, "new.txt", padding: 9)
        add(-1, 0x4000, "", padding: 0)
        let events = bytes.withUnsafeBytes { InotifyEvent.parse($0) }
        #expect(events == [event(1, .create, "new.txt"), event(-1, .queueOverflow)])
        // A cut-off event at the end is left out.
        let cut = bytes[..<(bytes.count - 3)].withUnsafeBytes { InotifyEvent.parse($0) }
        #expect(cut.count == 1)
    }
}
