internal import Glibc

extension JavaText {
    /// Appends a number as `java.lang.Double.toString` writes it.
    public static func append(_ number: Double, to output: inout [UInt8]) {
        guard let shape = Shape(number, description: number.description) else {
            return output.append(contentsOf: name(ofSpecial: number).utf8)
        }
        shape.append(to: &output)
    }

    /// Appends a number as `java.lang.Float.toString` writes it.
    public static func append(_ number: Float, to output: inout [UInt8]) {
        guard let shape = Shape(Double(number), description: number.description) else {
            return output.append(contentsOf: name(ofSpecial: Double(number)).utf8)
        }
        shape.append(to: &output)
    }

    private static func name(ofSpecial number: Double) -> String {
        number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity"
    }

    /// The shortest digits that read back as the same number, and where their point stands.
    private struct Shape {
        /// Significant digits, ASCII, in `first..<end` without zeros at either end; a single `0` for zero.
        private var digits = [32 of UInt8](repeating: UInt8(ascii: "0"))
        private var first = 0
        private var end = 0
        /// The power of ten of the first digit.
        var exponent = 0
        let isNegative: Bool

        /// Takes Swift's own shortest form apart (`123.45`, `1e-45`, `1.5e+300`); `nil` for infinities and NaN.
        init?(_ number: Double, description: String) {
            guard number.isFinite else { return nil }
            isNegative = number.sign == .minus
            read(description)
            guard number != 0 else {
                (first, end) = (0, 1)
                exponent = 0
                return
            }
            // Java writes two digits at least, and of all two-digit decimals the nearest one (4.9E-324, not 5.0E-324).
            if end - first == 1 { readTwoDigits(of: number.magnitude) }
        }

        // Numbers have 17 digits at most and small powers of ten up to 4 zeros more; what does not fit would be zeros.
        private mutating func read(_ description: String) {
            (first, end) = (0, 0)
            var pointAt: Int?
            var text = description.utf8[...]
            while let byte = text.popFirst() {
                switch byte {
                case UInt8(ascii: "."): pointAt = end
                case UInt8(ascii: "0")...UInt8(ascii: "9") where end < digits.count:
                    digits[end] = byte
                    end += 1
                case UInt8(ascii: "e"):
                    exponent = Int(Substring(text)) ?? 0
                    text = text[text.endIndex...]
                default: break
                }
            }
            exponent += (pointAt ?? end) - 1
            while first < end - 1, digits[first] == UInt8(ascii: "0") {
                first += 1
                exponent -= 1
            }
            while end > first + 1, digits[end - 1] == UInt8(ascii: "0") { end -= 1 }
        }

        private mutating func readTwoDigits(of magnitude: Double) {
            var buffer = [CChar](repeating: 0, count: 32)
            let count = withVaList([magnitude]) { vsnprintf(&buffer, buffer.count, "%.1e", $0) }
            guard count > 0, count < buffer.count else { return }
            let text = String(decoding: buffer.prefix(Int(count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            exponent = 0
            read(text)
        }

        func append(to output: inout [UInt8]) {
            if isNegative { output.append(UInt8(ascii: "-")) }
            switch exponent {
            case 0..<7:
                let point = first + exponent + 1
                append(first..<point, to: &output)
                output.append(UInt8(ascii: "."))
                append(point..<max(end, point + 1), to: &output)
            case -3..<0:
                output.append(contentsOf: "0.".utf8)
                for _ in 0..<(-exponent - 1) { output.append(UInt8(ascii: "0")) }
                append(first..<end, to: &output)
            default:
                append(first..<(first + 1), to: &output)
                output.append(UInt8(ascii: "."))
                append((first + 1)..<max(end, first + 2), to: &output)
                output.append(UInt8(ascii: "E"))
                output.append(contentsOf: String(exponent).utf8)
            }
        }

        /// Digits by place, zeros behind the last.
        private func append(_ places: Range<Int>, to output: inout [UInt8]) {
            for place in places { output.append(place < end ? digits[place] : UInt8(ascii: "0")) }
        }
    }
}
