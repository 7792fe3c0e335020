/// What to do at the end of an open file: the rules for growth, truncation and rotation, free of I/O.
///
/// A file is followed by its inode. The file that later stands under the same name counts as its successor once it has its
/// first byte: until then whoever writes may still be writing to the old one (a log rotated by renaming is created anew before
/// its writer is told).
struct EndOfFile: Sendable {
    /// What to do.
    enum Action: Sendable, Hashable {
        /// The file has grown meanwhile: read on.
        case readOn
        /// Nothing to do until something changes.
        case wait
        /// The file was cut below what was delivered: start from byte 0.
        case startOver
        /// The file was cut within its incomplete last line: read that line again.
        case rereadLine
        /// Another file has taken its place: deliver what is left, then read that one from byte 0.
        case moveOn
    }

    /// The position behind the last line delivered.
    var position: Int64
    /// The position behind the last byte read.
    var readPosition: Int64

    /// Decides. `successor` is the file that took the name after the open one, or what the name leads to now, or `nil` for
    /// nothing; `isReplaced` says that yet another has taken the name from the successor. Both were looked at *before* the
    /// open file's size was asked for: in that order whatever was written to it before the new one got its first byte is seen.
    func action(open: FileStatus, successor: FileStatus?, isReplaced: Bool = false) -> Action {
        if open.size < position { return .startOver }
        if open.size < readPosition { return .rereadLine }
        if open.size > readPosition { return .readOn }
        guard let successor, successor.identity != open.identity else { return .wait }
        return successor.kind == .regular && successor.size == 0 && !isReplaced ? .wait : .moveOn
    }
}
