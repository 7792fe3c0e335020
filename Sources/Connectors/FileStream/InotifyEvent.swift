import Glibc

/// The flags of inotify(7) that are used here. Written out because the header gives some of them in forms that Swift does not
/// import.
struct InotifyMask: OptionSet, Sendable, Hashable {
    let rawValue: UInt32

    static let modify = InotifyMask(rawValue: 0x2)
    static let movedFrom = InotifyMask(rawValue: 0x40)
    static let movedTo = InotifyMask(rawValue: 0x80)
    static let create = InotifyMask(rawValue: 0x100)
    static let delete = InotifyMask(rawValue: 0x200)
    static let deleteSelf = InotifyMask(rawValue: 0x400)
    static let moveSelf = InotifyMask(rawValue: 0x800)
    /// The file system was unmounted.
    static let unmount = InotifyMask(rawValue: 0x2000)
    /// Events were lost: the kernel's queue was full.
    static let queueOverflow = InotifyMask(rawValue: 0x4000)
    /// The watch is gone.
    static let ignored = InotifyMask(rawValue: 0x8000)
    static let onlyFolder = InotifyMask(rawValue: 0x0100_0000)
    /// The watch ends with its first event.
    static let oneShot = InotifyMask(rawValue: 0x8000_0000)

    /// What is watched on folders: names that come and go.
    static let names: InotifyMask = [.movedFrom, .movedTo, .create, .delete, .deleteSelf, .moveSelf, .onlyFolder]
    /// What is watched on a file: the next change of its content.
    static let growth: InotifyMask = [.modify, .oneShot]
}

/// One event of inotify(7).
struct InotifyEvent: Sendable, Hashable {
    /// Which watch; -1 when events were lost.
    var watch: Int32
    /// What happened.
    var mask: InotifyMask
    /// The name in a watched folder; empty otherwise.
    var name: String

    /// The events in what a read of the descriptor returned.
    static func parse(_ bytes: UnsafeRawBufferPointer) -> [InotifyEvent] {
        // struct inotify_event: int wd; uint32_t mask, cookie, len; char name[len], padded with zeros.
        let headerByteCount = 16
        var events: [InotifyEvent] = []
        var index = 0
        while index + headerByteCount <= bytes.count {
            let length = Int(bytes.loadUnaligned(fromByteOffset: index + 12, as: UInt32.self))
            let nameStart = index + headerByteCount
            guard length <= bytes.count - nameStart else { break }
            let name = bytes[nameStart..<(nameStart + length)].prefix { $0 != 0 }
            events.append(
                InotifyEvent(
                    watch: bytes.loadUnaligned(fromByteOffset: index, as: Int32.self),
                    mask: InotifyMask(rawValue: bytes.loadUnaligned(fromByteOffset: index + 4, as: UInt32.self)),
                    name: String(decoding: name, as: UTF8.self)
                )
            )
            index = nameStart + length
        }
        return events
    }
}
