import Testing

@testable import FileStream

@Suite struct EndOfFileTests {
    private static let own = FileStatus.Identity(device: 1, inode: 7)
    private static let other = FileStatus.Identity(device: 1, inode: 8)

    /// Delivered up to byte 10, read up to byte 14.
    @Test(
        arguments: [
            (14, .init(identity: own, size: 14), .wait),
            (20, .init(identity: own, size: 20), .readOn),
            (14, nil, .wait),
            (9, .init(identity: own, size: 9), .startOver),
            (0, nil, .startOver),
            (10, .init(identity: own, size: 10), .rereadLine),
            (13, .init(identity: own, size: 13), .rereadLine),
            // Renamed, the new one still empty: the writer may not know yet.
            (14, .init(identity: other, size: 0), .wait),
            (14, .init(identity: other, size: 1), .moveOn),
            // The old file is read to its end first.
            (15, .init(identity: other, size: 1), .readOn),
            (14, .init(identity: other, kind: .folder, size: 0), .moveOn),
        ] as [(Int64, FileStatus?, EndOfFile.Action)]
    )
    func actions(openSize: Int64, successor: FileStatus?, action: EndOfFile.Action) {
        let end = EndOfFile(position: 10, readPosition: 14)
        #expect(end.action(open: FileStatus(identity: Self.own, size: openSize), successor: successor) == action)
    }

    @Test func emptySuccessorThatWasReplacedItselfIsPassed() {
        let end = EndOfFile(position: 10, readPosition: 14)
        let open = FileStatus(identity: Self.own, size: 14)
        let empty = FileStatus(identity: Self.other, size: 0)
        #expect(end.action(open: open, successor: empty, isReplaced: true) == .moveOn)
    }
}
