import NIOCore
import OrderedCollections
import Testing

@testable import EmbeddedBroker

/// Numbers that look random and are the same for the same seed (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// Drives one ``ClassicGroup`` with whatever clients may send at any moment, and looks after each event at what must hold.
struct GroupSimulation {
    var group: ClassicGroup
    var numbers: SeededNumbers
    var now: Int64 = 1_000_000
    var timers: [GroupTimer: Int64] = [:]
    var waitingJoins: Set<UInt64> = []
    var waitingSyncs: Set<UInt64> = []
    var lastTicket: UInt64 = 0
    var lastStored: GroupMetadataValue?
    /// Ids that were given out to somebody at some time.
    var knownIDs: [String] = ["", "nobody"]
    var storeFails = false
    var trace: [String] = []

    init(seed: UInt64) {
        var configuration = GroupConfiguration()
        numbers = SeededNumbers(state: seed)
        configuration.initialRebalanceDelayMs = [0, 3000].randomElement(using: &numbers) ?? 0
        configuration.maxSize = [3, 1000].randomElement(using: &numbers) ?? 3
        group = ClassicGroup(id: "g", configuration: configuration, now: now)
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &numbers) < percent }

    mutating func pick<Element>(_ elements: [Element]) -> Element? { elements.randomElement(using: &numbers) }

    // MARK: What clients do

    mutating func step() {
        storeFails = chance(5)
        switch Int.random(in: 0..<100, using: &numbers) {
        case 0..<35: join()
        case 35..<60: sync()
        case 60..<70: heartbeat()
        case 70..<76: leave()
        case 76..<80: commit()
        default: passTime()
        }
    }

    mutating func join() {
        lastTicket += 1
        let isNew = chance(40)
        let memberID =
            isNew ? "" : pick(Array(group.members.keys) + Array(group.pendingMembers).sorted() + knownIDs) ?? ""
        var instance = group.members[memberID]?.instanceID
        if chance(25) { instance = pick(["i1", "i2", "i3"]) }
        let all = ["range", "roundrobin", "sticky"]
        let names = chance(80) ? all : Array(all.shuffled(using: &numbers).prefix(2))
        let join = GroupJoin(
            ticket: lastTicket,
            memberID: memberID,
            newMemberID: "m\(lastTicket)",
            instanceID: instance,
            client: ClientIdentity(clientID: "c", clientHost: "/127.0.0.1"),
            sessionTimeoutMs: 10_000,
            rebalanceTimeoutMs: pick([0, 5000, 60_000]) ?? 0,
            protocolType: chance(97) ? "consumer" : "connect",
            protocols: names.map { GroupProtocol(name: $0, metadata: ByteBuffer(string: chance(90) ? "a" : "b")) },
            requiresMemberID: chance(60),
            knowsSkipAssignment: chance(50),
            reason: nil
        )
        knownIDs.append(join.newMemberID)
        waitingJoins.insert(join.ticket)
        take("join \(memberID) instance \(instance ?? "-")") { group, now in group.join(join, now: now) }
    }

    mutating func sync() {
        lastTicket += 1
        let memberID = chance(90) ? pick(Array(group.members.keys)) ?? "" : pick(knownIDs) ?? ""
        let sync = GroupSync(
            ticket: lastTicket,
            memberID: memberID,
            instanceID: chance(90) ? group.members[memberID]?.instanceID : "i1",
            generation: chance(95) ? group.generation : group.generation - 1,
            protocolType: chance(95) ? group.protocolType : "other",
            protocolName: chance(95) ? group.protocolName : "other",
            assignments: Dictionary(
                uniqueKeysWithValues: (group.members.keys + ["ghost"]).map { ($0, ByteBuffer(string: "to \($0)")) }
            )
        )
        waitingSyncs.insert(sync.ticket)
        take("sync \(memberID)") { group, now in group.sync(sync, now: now) }
    }

    mutating func heartbeat() {
        let memberID = pick(Array(group.members.keys) + knownIDs) ?? ""
        let generation = group.generation
        let instance = group.members[memberID]?.instanceID
        take("heartbeat \(memberID)") { group, _ in
            group.heartbeat(memberID: memberID, instanceID: instance, generation: generation).1
        }
    }

    mutating func commit() {
        let memberID = pick(Array(group.members.keys) + knownIDs) ?? ""
        let generation = group.generation
        take("commit \(memberID)") { group, _ in
            group.commit(memberID: memberID, instanceID: nil, generation: generation, isTransactional: false).1
        }
    }

    mutating func leave() {
        var leaving = [
            LeaveGroupRequest.MemberIdentity(memberID: pick(Array(group.members.keys) + knownIDs) ?? "")
        ]
        if chance(30) { leaving.append(.init(memberID: "", groupInstanceID: pick(["i1", "i2", "i3"]))) }
        take("leave \(leaving.map { $0.groupInstanceID ?? $0.memberID })") { group, now in
            group.leave(leaving, now: now).actions
        }
    }

    /// Lets the next timer fire, or some time pass before it does.
    mutating func passTime() {
        guard let next = timers.min(by: { ($0.value, "\($0.key)") < ($1.value, "\($1.key)") }) else {
            now += 1000
            return
        }
        guard chance(70) else {
            now = max(now, min(next.value, now + 500))
            return
        }
        now = max(now, next.value)
        timers[next.key] = nil
        take("time: \(next.key)") { group, now in
            switch next.key {
            case .member(let id): group.memberTimedOut(id, now: now)
            case .join: group.joinTimedOut(now: now)
            case .sync: group.syncTimedOut(now: now)
            }
        }
    }

    // MARK: What follows

    mutating func take(_ event: String, _ body: (inout ClassicGroup, Int64) -> [GroupAction]) {
        trace.append(event)
        let generationBefore = group.generation
        var left = body(&group, now)[...]
        var welcomes: [JoinGroupResponse] = []
        while let action = left.popFirst() {
            switch action {
            case .answerJoin(let ticket, let response):
                #expect(waitingJoins.remove(ticket) != nil, "join \(ticket) is answered twice: \(trace.suffix(12))")
                if response.errorCode == 0 { welcomes.append(response) }
                if response.errorCode != 0 { #expect(response.members.isEmpty) }
            case .answerSync(let ticket, let response):
                #expect(waitingSyncs.remove(ticket) != nil, "sync \(ticket) is answered twice: \(trace.suffix(12))")
                if response.errorCode != 0 { #expect(response.assignment.readableBytes == 0) }
            case .store(let value):
                if !storeFails { lastStored = value }
                left = (group.stored(storeFails ? .kafkaStorageError : .none, now: now) + left)[...]
            case .schedule(let timer, let milliseconds):
                #expect(milliseconds >= 0)
                timers[timer] = now + milliseconds
            case .cancel(let timer):
                timers[timer] = nil
            case .note:
                break
            }
        }
        check(welcomes, generationBefore: generationBefore)
    }

    /// What led here.
    private var story: Comment { Comment(rawValue: trace.suffix(15).joined(separator: " | ")) }

    func check(_ welcomes: [JoinGroupResponse], generationBefore: Int32) {
        let members = group.members.values
        #expect(group.generation == generationBefore || group.generation == generationBefore + 1, story)
        #expect(group.pendingStore == nil, story)
        // Who waits is known, and whoever is known waits.
        #expect(Set(members.compactMap(\.waitingJoin)) == waitingJoins, story)
        #expect(Set(members.compactMap(\.waitingSync)) == waitingSyncs, story)
        if group.state != .preparingRebalance { #expect(waitingJoins.isEmpty, story) }
        if group.state != .completingRebalance { #expect(waitingSyncs.isEmpty, story) }
        // One leader.
        if members.isEmpty {
            #expect(group.leader == nil, story)
        } else {
            #expect(group.leader.map { group.members[$0] != nil } == true, story)
        }
        #expect(Set(welcomes.filter { !$0.skipAssignment && !$0.members.isEmpty }.map(\.memberID)).count <= 1, story)
        for welcome in welcomes {
            #expect(welcome.generationID == group.generation, story)
            #expect(welcome.protocolName == group.protocolName && welcome.protocolName != nil, story)
            if !welcome.members.isEmpty { #expect(welcome.memberID == group.leader, story) }
        }
        // The books agree.
        var known: [String: Int] = [:]
        for member in members {
            for item in member.protocols { known[item.name, default: 0] += 1 }
        }
        #expect(group.knownProtocols == known, story)
        let statics = members.compactMap { member in member.instanceID.map { ($0, member.id) } }
        #expect(group.staticMembers == Dictionary(statics) { first, _ in first }, story)
        #expect(statics.count == group.staticMembers.count, story)
        #expect(group.pendingMembers.isDisjoint(with: group.members.keys), story)
        #expect(group.pendingSyncs.isSubset(of: group.members.keys), story)
        #expect(waitingJoins.count <= group.configuration.maxSize, story)
        // The state fits.
        switch group.state {
        case .empty:
            #expect(members.isEmpty, story)
        case .stable, .completingRebalance:
            #expect(!members.isEmpty && group.generation > 0, story)
            #expect(known[group.protocolName ?? ""] == members.count, story)
            if !group.pendingSyncs.isEmpty { #expect(timers[.sync] != nil, story) }
        case .preparingRebalance:
            #expect(timers[.join] != nil, story)
        case .dead:
            Issue.record("the group is dead: \(trace.suffix(15))")
        }
        // Nobody is forgotten: each member is watched or waits, and no timer runs for somebody who is not there.
        for member in members where !member.isExcusedFromHeartbeats {
            #expect(timers[.member(member.id)] != nil, story)
        }
        for id in group.pendingMembers { #expect(timers[.member(id)] != nil, story) }
        for case .member(let id) in timers.keys {
            #expect(group.members[id] != nil || group.pendingMembers.contains(id), story)
        }
    }
}
