public import BigInt

/// A number exactly as a JSON text has it: an integer of any size or a decimal fraction; nothing is rounded until asked for.
public struct JSONNumber: Sendable, Hashable {
    enum Storage: Sendable, Hashable {
        case int64(Int64)
        case text(String)
    }

    let storage: Storage

    /// An integer.
    public init(_ value: Int64) {
        storage = .int64(value)
    }

    /// An integer.
    public init(_ value: Int) {
        storage = .int64(Int64(value))
    }

    /// An integer of any size.
    public init(_ value: BigInt) {
        storage = Int64(exactly: value).map { .int64($0) } ?? .text(String(value))
    }

    /// A finite floating-point number as Java writes it; `nil` for NaN and the infinities, which JSON does not have.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        storage = .text(JavaText.string(of: .float64(value)))
    }

    /// The text of a JSON number that a reader has checked.
    package init(checkedText: String) {
        storage = .text(checkedText)
    }

    /// The number's text, as written (integers without leading zeros).
    public var text: String {
        switch storage {
        case .int64(let value): String(value)
        case .text(let text): text
        }
    }

    /// True when the text has neither fraction nor exponent.
    public var isInteger: Bool {
        switch storage {
        case .int64: true
        case .text(let text): !text.utf8.contains { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }
        }
    }

    /// The number when it is written as an integer and fits.
    public var int64: Int64? {
        if case .int64(let value) = storage { value } else { nil }
    }

    /// The number when it is written as an integer.
    public var bigInteger: BigInt? {
        switch storage {
        case .int64(let value): BigInt(value)
        case .text(let text): isInteger ? BigInt(text) : nil
        }
    }

    /// The nearest floating-point number; infinite when the number is too large for one.
    public var double: Double {
        switch storage {
        case .int64(let value): Double(value)
        case .text(let text): Double(text) ?? .nan
        }
    }

    /// The number as `unscaled × 10^-scale`, every written digit kept; `nil` when the exponent is beyond 32 bits.
    public var decimal: (unscaled: BigInt, scale: Int32)? {
        switch storage {
        case .int64(let value): (BigInt(value), 0)
        case .text(let text): DecimalText.parse(text)
        }
    }
}

extension JSONNumber: ExpressibleByIntegerLiteral {
    /// An integer.
    public init(integerLiteral value: Int64) { self.init(value) }
}
