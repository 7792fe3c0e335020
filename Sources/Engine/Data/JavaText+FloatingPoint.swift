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
        /// Significant digits, ASCII, without zeros at either end; a single `0` for zero.
        var digits: [UInt8] = []
        /// The power of ten of the first digit.
        var exponent = 0
        let isNegative: Bool

        /// Takes Swift's own shortest form apart (`123.45`, `1e-45`, `1.5e+300`); `nil` for infinities and NaN.
        init?(_ number: Double, description: String) {
            guard number.isFinite else { return nil }
            isNegative = number.sign == .minus
            read(description)
            guard number != 0 else {
                digits = [UInt8(ascii: "0")]
                exponent = 0
                return
            }
            // Java writes two digits at least, and of all two-digit decimals the nearest one (4.9E-324, not 5.0E-324).
            if digits.count == 1 { readTwoDigits(of: number.magnitude) }
        }

        private mutating func read(_ description: String) {
            digits.removeAll(keepingCapacity: true)
            var pointAt: Int?
            var written = 0
            var index = description.utf8.startIndex
            let text = description.utf8
            while index < text.endIndex {
                let byte = text[index]
                index = text.index(after: index)
                switch byte {
                case UInt8(ascii: "."): pointAt = written
                case UInt8(ascii: "0")...UInt8(ascii: "9"):
                    written += 1
                    digits.append(byte)
                case UInt8(ascii: "e"):
                    exponent = Int(Substring(text[index...])) ?? 0
                    index = text.endIndex
                default: break
                }
            }
            exponent += (pointAt ?? written) - 1
            let leading = digits.prefix { $0 == UInt8(ascii: "0") }.count
            digits.removeFirst(leading)
            exponent -= leading
            while digits.last == UInt8(ascii: "0") { digits.removeLast() }
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
                let whole = exponent + 1
                for place in 0..<whole { output.append(place < digits.count ? digits[place] : UInt8(ascii: "0")) }
                output.append(UInt8(ascii: "."))
                appendFraction(digits.dropFirst(whole), to: &output)
            case -3..<0:
                output.append(contentsOf: "0.".utf8)
                for _ in 0..<(-exponent - 1) { output.append(UInt8(ascii: "0")) }
                output.append(contentsOf: digits)
            default:
                output.append(digits[0])
                output.append(UInt8(ascii: "."))
                appendFraction(digits.dropFirst(), to: &output)
                output.append(UInt8(ascii: "E"))
                output.append(contentsOf: String(exponent).utf8)
            }
        }

        private func appendFraction(_ fraction: ArraySlice<UInt8>, to output: inout [UInt8]) {
            if fraction.isEmpty { output.append(UInt8(ascii: "0")) } else { output.append(contentsOf: fraction) }
        }
    }
}
