import Engine

/// Dates, times and timestamps in the three forms of ISO 8601 that Connect's `Values` class knows, in UTC.
///
/// Reading is as lenient as `java.text.SimpleDateFormat`: `2019-02-30` is 2 March, and what follows the pattern is not looked at.
///
/// Source: `org.apache.kafka.connect.data.Values.dateFormatFor` and `parseAsTemporal`.
enum TemporalText {
    private static let day: Int64 = 86_400_000

    // MARK: Writing

    /// A time of day up to the end of 1970-01-01, a date at midnight, else a timestamp.
    static func string(of milliseconds: Int64) -> String {
        let dayNumber = floorDivide(milliseconds, day)
        let ofDay = milliseconds - dayNumber * day
        if milliseconds < day { return time(ofDay) }
        let (year, month, dayOfMonth) = civil(dayNumber)
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))"
        return ofDay == 0 ? date : "\(date)T\(time(ofDay))"
    }

    private static func time(_ ofDay: Int64) -> String {
        let seconds = ofDay / 1000
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }.joined(separator: ":")
        return "\(clock).\(padded(ofDay % 1000, 3))Z"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    // MARK: Reading

    /// The logical type and the milliseconds of a text of one of the three lengths; `nil` when it is none.
    static func parse(_ text: [UInt16]) -> SchemaAndValue? {
        switch text.count {
        case 13:
            guard let parts = Scanner.read(text, "h:m:s.S'Z'"), let value = milliseconds(parts) else { return nil }
            return SchemaAndValue(schema: LogicalType.timeSchema, value: .date(value))
        case 24:
            guard let parts = Scanner.read(text, "y-M-d'T'h:m:s.S'Z'"), let value = milliseconds(parts) else {
                return nil
            }
            return SchemaAndValue(schema: LogicalType.timestampSchema, value: .date(value))
        case 10:
            guard let parts = Scanner.read(text, "y-M-d"), let value = milliseconds(parts) else { return nil }
            return SchemaAndValue(schema: LogicalType.dateSchema, value: .date(value))
        default: return nil
        }
    }

    /// The numbers of a date and a time; each may be beyond its usual range.
    private struct Parts {
        var year: Int64 = 1970
        var month: Int64 = 1
        var day: Int64 = 1
        var hour: Int64 = 0
        var minute: Int64 = 0
        var second: Int64 = 0
        var millisecond: Int64 = 0
    }

    private static func milliseconds(_ parts: Parts) -> Int64? {
        let all = [parts.year, parts.month, parts.day, parts.hour, parts.minute, parts.second, parts.millisecond]
        // Texts this short hold no larger numbers; the bound keeps the arithmetic below from overflowing whatever comes.
        guard all.allSatisfy({ abs($0) < 10_000_000_000_000 }), abs(parts.year) < 1_000_000_000,
            abs(parts.month) < 1_000_000_000, abs(parts.day) < 10_000_000_000, abs(parts.hour) < 1_000_000_000
        else { return nil }
        let days = dayNumber(year: parts.year, month: parts.month, day: parts.day)
        let time = ((parts.hour * 60 + parts.minute) * 60 + parts.second) * 1000
        return days.multipliedReportingOverflow(by: day).overflow ? nil : days * day + time + parts.millisecond
    }

    /// Reads numbers and fixed characters after the letters of a pattern.
    private struct Scanner {
        let text: [UInt16]
        var position = 0

        static func read(_ text: [UInt16], _ pattern: String) -> Parts? {
            var scanner = Scanner(text: text)
            var parts = Parts()
            for letter in pattern.unicodeScalars where letter != "'" {
                let target: WritableKeyPath<Parts, Int64>? =
                    switch letter {
                    case "y": \.year
                    case "M": \.month
                    case "d": \.day
                    case "h": \.hour
                    case "m": \.minute
                    case "s": \.second
                    case "S": \.millisecond
                    default: nil
                    }
                if let target {
                    guard let number = scanner.number() else { return nil }
                    parts[keyPath: target] = number
                } else {
                    guard scanner.take(letter) else { return nil }
                }
            }
            return parts
        }

        private mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard position < text.count, UInt32(text[position]) == character.value else { return false }
            position += 1
            return true
        }

        /// A number after optional spaces and a minus sign.
        private mutating func number() -> Int64? {
            while position < text.count, text[position] == 0x20 || text[position] == 0x09 { position += 1 }
            let isNegative = take("-")
            var value: Int64 = 0
            var count = 0
            while position < text.count, (0x30...0x39).contains(text[position]), count < 18 {
                value = value * 10 + Int64(text[position] - 0x30)
                position += 1
                count += 1
            }
            return count == 0 ? nil : isNegative ? -value : value
        }
    }

    // MARK: Calendar

    // Gregorian from 1582-10-15 on, Julian before, as java.util.GregorianCalendar.
    private static let gregorianStart: Int64 = -141_427

    private static func dayNumber(year: Int64, month: Int64, day: Int64) -> Int64 {
        // Years that begin in March, so that the leap day is their last.
        let monthFromMarch = month - 3
        let years = year + floorDivide(monthFromMarch, 12)
        let monthOfYear = monthFromMarch - floorDivide(monthFromMarch, 12) * 12
        let dayOfYear = (153 * monthOfYear + 2) / 5 + day - 1
        let gregorian =
            years * 365 + floorDivide(years, 4) - floorDivide(years, 100) + floorDivide(years, 400) + dayOfYear
            - 719_468
        if gregorian >= gregorianStart { return gregorian }
        return years * 365 + floorDivide(years, 4) + dayOfYear - 719_470
    }

    /// Only for days from 1970 on.
    private static func civil(_ dayNumber: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let days = dayNumber + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    private static func floorDivide(_ left: Int64, _ right: Int64) -> Int64 {
        let quotient = left / right
        return left % right != 0 && (left < 0) != (right < 0) ? quotient - 1 : quotient
    }
}
