/// A number of bytes as people write it: `64MB`, `1.5GB`, `512KiB`, `4096`.
///
/// `kB`, `MB`, `GB`, `TB` are powers of 1000, `KiB`, `MiB`, `GiB`, `TiB` powers of 1024 (IEC 80000-13); case does not matter.
public struct ByteSize: Sendable, Hashable, CustomStringConvertible {
    /// The number of bytes, never negative.
    public let bytes: Int

    /// A size of so many bytes, at least none.
    public init(bytes: Int) {
        self.bytes = max(0, bytes)
    }

    /// Reads a size. `nil` when the text is not one, or larger than `Int` holds.
    public init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let factor = Self.factors[text.dropFirst(digits.count).lowercased()] else { return nil }
        if let whole = Int(digits) {
            let (product, overflow) = whole.multipliedReportingOverflow(by: factor)
            guard !overflow else { return nil }
            self.init(bytes: product)
        } else {
            guard let fraction = Double(digits), let bytes = Int(exactly: (fraction * Double(factor)).rounded()) else {
                return nil
            }
            self.init(bytes: bytes)
        }
    }

    /// The largest decimal unit with one digit after the point: `64.0 MB`.
    public var description: String {
        for (unit, factor) in [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000)] where bytes >= factor {
            let tenths = bytes / (factor / 10)
            return "\(tenths / 10).\(tenths % 10) \(unit)"
        }
        return "\(bytes) B"
    }

    private static let factors: [String: Int] = [
        "": 1, "b": 1,
        "k": 1000, "kb": 1000, "m": 1_000_000, "mb": 1_000_000,
        "g": 1_000_000_000, "gb": 1_000_000_000, "t": 1_000_000_000_000, "tb": 1_000_000_000_000,
        "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40,
    ]
}
