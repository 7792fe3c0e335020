public import OrderedCollections

/// A source partition or a source offset: names with primitive values, as Connect stores them (`{"filename":"/x"}`,
/// `{"position":1903}`).
///
/// Two maps are equal when they hold the same pairs, in whatever order: Java's maps have none.
public struct OffsetMap: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// The pairs in the order they were given or read.
    public var entries: OrderedDictionary<String, Value>

    /// The pairs in the order given; of a name given twice, the last.
    public init(_ entries: OrderedDictionary<String, Value> = [:]) {
        self.entries = entries
    }

    /// The pairs in the order given; of a name given twice, the last.
    public init(dictionaryLiteral elements: (String, Value)...) {
        self.entries = OrderedDictionary(elements) { _, last in last }
    }

    /// The value of a name, or `nil`.
    public subscript(name: String) -> Value? {
        get { entries[name] }
        set { entries[name] = newValue }
    }

    /// Equal in content.
    public static func == (left: OffsetMap, right: OffsetMap) -> Bool {
        left.entries.count == right.entries.count && left.entries.allSatisfy { right.entries[$0.key] == $0.value }
    }

    /// Consistent with ==.
    public func hash(into hasher: inout Hasher) {
        // Order-free: the sum of the pairs' hashes.
        var sum = 0
        for (name, value) in entries {
            var pair = Hasher()
            pair.combine(name)
            pair.combine(value)
            sum &+= pair.finalize()
        }
        hasher.combine(sum)
    }
}
