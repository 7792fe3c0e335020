/// Remembers where in the log the last few reads ended: readers go on from there, and need no look at an index.
struct ReadHints {
    private static let capacity = 8
    private var hints: [(offset: Int64, base: Int64, position: Int64)] = []
    private var next = 0

    /// The position of the batch at `offset` in the segment with that base offset.
    func position(of offset: Int64, inSegment base: Int64) -> Int64? {
        hints.first { $0.offset == offset && $0.base == base }?.position
    }

    /// A batch at `offset`, or the end of the log, is at `position`. `from`: where the read began, whose hint is used up.
    mutating func remember(_ offset: Int64, inSegment base: Int64, at position: Int64, from: Int64) {
        if let place = hints.firstIndex(where: { $0.offset == from || $0.offset == offset }) {
            hints[place] = (offset, base, position)
        } else if hints.count < Self.capacity {
            hints.append((offset, base, position))
        } else {
            hints[next] = (offset, base, position)
            next = (next + 1) % Self.capacity
        }
    }

    /// Positions are no longer what they were.
    mutating func forget() {
        hints.removeAll()
    }
}
