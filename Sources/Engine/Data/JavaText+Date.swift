extension JavaText {
    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Appends milliseconds since 1970-01-01T00:00Z as `java.util.Date.toString` writes them in UTC:
    /// `Thu Jan 01 00:00:00 UTC 1970`.
    public static func appendDate(_ milliseconds: Int64, to output: inout [UInt8]) {
        let day = floorDivide(milliseconds, 86_400_000)
        let secondOfDay = floorRemainder(milliseconds, 86_400_000) / 1000
        let date = CivilDate(dayNumber: day)

        // Day 0 was a Thursday.
        output.append(contentsOf: weekdays[Int(floorRemainder(day + 4, 7))].utf8)
        output.append(UInt8(ascii: " "))
        output.append(contentsOf: months[Int(date.month - 1)].utf8)
        output.append(UInt8(ascii: " "))
        appendDigits(UInt64(date.day), width: 2, to: &output)
        output.append(UInt8(ascii: " "))
        appendDigits(UInt64(secondOfDay / 3600), width: 2, to: &output)
        output.append(UInt8(ascii: ":"))
        appendDigits(UInt64(secondOfDay / 60 % 60), width: 2, to: &output)
        output.append(UInt8(ascii: ":"))
        appendDigits(UInt64(secondOfDay % 60), width: 2, to: &output)
        output.append(contentsOf: " UTC ".utf8)
        // Java writes the year of the era: 1 BC is year 1 too.
        appendDigits(UInt64(date.year > 0 ? date.year : 1 - date.year), width: 1, to: &output)
    }

    /// A day of the calendar that java.util.Date uses: Julian before 1582-10-15, Gregorian from then on.
    private struct CivilDate {
        let year: Int64
        let month: Int64
        let day: Int64

        private static let gregorianStart: Int64 = -141_427

        init(dayNumber: Int64) {
            // Days counted from 1 March of year 0, so that the leap day is the last day of its year.
            let yearOfMarch: Int64
            let dayOfYear: Int64
            if dayNumber >= Self.gregorianStart {
                let days = dayNumber + 719_468
                let era = floorDivide(days, 146_097)
                let dayOfEra = days - era * 146_097
                let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
                yearOfMarch = era * 400 + yearOfEra
                dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
            } else {
                let days = dayNumber + 719_470
                let era = floorDivide(days, 1461)
                let dayOfEra = days - era * 1461
                let yearOfEra = (dayOfEra - dayOfEra / 1460) / 365
                yearOfMarch = era * 4 + yearOfEra
                dayOfYear = dayOfEra - 365 * yearOfEra
            }
            let monthFromMarch = (5 * dayOfYear + 2) / 153
            day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
            month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
            year = yearOfMarch + (month <= 2 ? 1 : 0)
        }
    }

    private static func floorDivide(_ left: Int64, _ right: Int64) -> Int64 {
        let quotient = left / right
        return left % right < 0 ? quotient - 1 : quotient
    }

    private static func floorRemainder(_ left: Int64, _ right: Int64) -> Int64 {
        let remainder = left % right
        return remainder < 0 ? remainder + right : remainder
    }
}
