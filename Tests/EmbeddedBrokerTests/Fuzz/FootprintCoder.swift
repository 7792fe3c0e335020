import NIOCore

@testable import EmbeddedBroker

/// Counts the memory that a decoded message has taken beside the bytes it was decoded from, in bytes. Byte fields are
/// slices of those and take none.
struct FootprintCoder: WireCoder {
    let version: Int16
    private(set) var bytes = 0

    init(version: Int16) { self.version = version }

    mutating func value<Value: WireValue>(_ value: inout Value) throws(WireError) {
        try add(value)
    }

    fileprivate mutating func add(_ value: Any) throws(WireError) {
        switch value {
        case let value as any Sized: try value.add(to: &self)
        case let value as any WireStruct: try addFields(value)
        default: break
        }
    }

    private mutating func addFields(_ value: some WireStruct) throws(WireError) {
        var value = value
        try value.fields(&self)
    }

    fileprivate mutating func addAllocation(_ size: Int) { bytes += size }
}

private protocol Sized {
    func add(to coder: inout FootprintCoder) throws(WireError)
}

extension String: Sized {
    fileprivate func add(to coder: inout FootprintCoder) {
        // Up to 15 bytes live in the string itself.
        if utf8.count > 15 { coder.addAllocation(32 + utf8.count) }
    }
}

extension Array: Sized where Element: WireValue {
    fileprivate func add(to coder: inout FootprintCoder) throws(WireError) {
        if capacity > 0 { coder.addAllocation(32 + capacity * MemoryLayout<Element>.stride) }
        for element in self { try coder.add(element) }
    }
}

extension Optional: Sized where Wrapped: NullableWireValue {
    fileprivate func add(to coder: inout FootprintCoder) throws(WireError) {
        if let self { try coder.add(self) }
    }
}
