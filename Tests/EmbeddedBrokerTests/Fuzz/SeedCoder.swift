import NIOCore

@testable import EmbeddedBroker

/// Fills a message with values a client might send, so that damage is done to bytes that make sense.
struct SeedCoder: WireCoder {
    let version: Int16
    var mutator: Mutator
    private var depth = 0

    init(version: Int16, mutator: Mutator) {
        self.version = version
        self.mutator = mutator
    }

    mutating func value<Value: WireValue>(_ value: inout Value) throws(WireError) {
        value = make() ?? value
    }

    mutating func make<Value>(_: Value.Type = Value.self) -> Value? {
        if let seeded = Value.self as? any Seeded.Type { return seeded.seed(from: &self) as? Value }
        if let layout = Value.self as? any WireStruct.Type { return message(layout) as? Value }
        return nil
    }

    private mutating func message<Layout: WireStruct>(_: Layout.Type) -> Layout? {
        var layout = Layout()
        guard (try? layout.fields(&self)) != nil else { return nil }
        return layout
    }

    mutating func elements<Element>(_: Element.Type) -> [Element] {
        depth += 1
        defer { depth -= 1 }
        return (0..<mutator.below(depth > 2 ? 2 : 4)).compactMap { _ in make(Element.self) }
    }
}

/// A value that ``SeedCoder`` makes up.
protocol Seeded {
    static func seed(from coder: inout SeedCoder) -> Self?
}

extension FixedWidthInteger {
    static func seed(from coder: inout SeedCoder) -> Self? {
        switch coder.mutator.below(4) {
        case 0: 0
        case 1: Self(truncatingIfNeeded: coder.mutator.below(20) - 2)
        default: Self(truncatingIfNeeded: coder.mutator.generator.next())
        }
    }
}

extension Int8: Seeded {}
extension Int16: Seeded {}
extension UInt16: Seeded {}
extension Int32: Seeded {}
extension Int64: Seeded {}

extension Bool: Seeded {
    static func seed(from coder: inout SeedCoder) -> Bool? { coder.mutator.below(2) == 0 }
}

extension String: Seeded {
    static func seed(from coder: inout SeedCoder) -> String? {
        String(repeating: coder.mutator.below(8) == 0 ? "ö" : "a", count: coder.mutator.below(24))
    }
}

extension ByteBuffer: Seeded {
    static func seed(from coder: inout SeedCoder) -> ByteBuffer? {
        ByteBuffer(repeating: UInt8(coder.mutator.below(256)), count: coder.mutator.below(80))
    }
}

extension UUID128: Seeded {
    static func seed(from coder: inout SeedCoder) -> UUID128? {
        UUID128(high: coder.mutator.generator.next(), low: coder.mutator.generator.next())
    }
}

extension Array: Seeded where Element: WireValue {
    static func seed(from coder: inout SeedCoder) -> [Element]? { coder.elements(Element.self) }
}

extension Optional: Seeded where Wrapped: NullableWireValue {
    static func seed(from coder: inout SeedCoder) -> Wrapped?? {
        coder.mutator.below(4) == 0 ? .some(nil) : .some(coder.make(Wrapped.self))
    }
}
