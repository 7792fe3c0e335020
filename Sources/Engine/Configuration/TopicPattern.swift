/// Regular expressions for topic names, written as Java takes them.
enum TopicPattern {
    /// True when the text is a regular expression.
    static func isValid(_ pattern: String) -> Bool {
        (try? Regex(pattern)) != nil
    }

    /// True when the whole name matches. False for a text that is no regular expression: such texts are refused when they are
    /// read.
    static func matches(_ pattern: String, _ name: String) -> Bool {
        guard let regex = try? Regex(pattern) else { return false }
        return (try? regex.wholeMatch(in: name)) != nil
    }

    /// The same language of topic names as a POSIX extended regular expression, which is what librdkafka's subscriptions
    /// take; `nil` when there is none: for look-around, back references, possessive quantifiers, atomic groups and flags.
    ///
    /// Classes (`\d`, `[a-z&&[^b]]`, `\p{Lower}`) become lists of the characters that topic names may have: POSIX reads some of
    /// them as something else without a complaint.
    static func posix(_ pattern: String) -> String? {
        guard isValid(pattern) else { return nil }
        var translation = POSIXTranslation(pattern)
        return translation.run()
    }
}

/// One pass over a pattern that is known to be a regular expression.
private struct POSIXTranslation {
    private static let legal = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

    private var rest: Substring
    private var output = ""

    init(_ pattern: String) {
        rest = Substring(pattern)
    }

    mutating func run() -> String? {
        while let character = rest.first {
            let isTranslated =
                switch character {
                case "\\": escape()
                case "[": bracket()
                case "(": group()
                case "*", "+", "?", "}": quantifierEnd()
                default: take(1)
                }
            guard isTranslated else { return nil }
        }
        return output
    }

    private mutating func take(_ count: Int) -> Bool {
        output += rest.prefix(count)
        rest = rest.dropFirst(count)
        return true
    }

    /// A lazy quantifier matches the same whole names as a greedy one.
    private mutating func quantifierEnd() -> Bool {
        _ = take(1)
        if rest.first == "?" { rest = rest.dropFirst() }
        return rest.first != "+"
    }

    /// Groups count or have names in Java; here they only group.
    private mutating func group() -> Bool {
        guard rest.hasPrefix("(?") else { return take(1) }
        output += "("
        if rest.hasPrefix("(?:") {
            rest = rest.dropFirst(3)
            return true
        }
        let name = rest.dropFirst(3).prefix { $0.isASCII && ($0.isLetter || $0.isNumber) }
        guard rest.hasPrefix("(?<"), !name.isEmpty, rest[name.endIndex...].first == ">" else { return false }
        rest = rest[name.endIndex...].dropFirst()
        return true
    }

    private mutating func escape() -> Bool {
        guard let next = rest.dropFirst().first else { return false }
        guard next.isASCII, next.isLetter || next.isNumber else { return take(2) }
        switch next {
        case "Q":
            let body = rest.dropFirst(2)
            let end = body.firstRange(of: "\\E")
            for character in body[..<(end?.lowerBound ?? body.endIndex)] {
                output += Self.legal.contains(character) && character != "." ? String(character) : "\\\(character)"
            }
            rest = end.map { body[$0.upperBound...] } ?? ""
            return true
        case "A", "z", "Z":
            output += next == "A" ? "^" : "$"
            rest = rest.dropFirst(2)
            return true
        case "p", "P":
            guard rest.dropFirst(2).first == "{", let end = rest.firstIndex(of: "}") else { return false }
            return characterClass(upTo: rest.index(after: end))
        case "d", "D", "w", "W", "s", "S", "h", "v":
            return characterClass(upTo: rest.index(rest.startIndex, offsetBy: 2))
        default:
            return false
        }
    }

    /// Everything up to the bracket that closes the one here, nested ones included.
    private mutating func bracket() -> Bool {
        var depth = 0
        var index = rest.startIndex
        while index < rest.endIndex {
            switch rest[index] {
            case "\\":
                index = rest.index(after: index)
                guard index < rest.endIndex else { return false }
            case "[": depth += 1
            case "]":
                depth -= 1
                if depth == 0 { return characterClass(upTo: rest.index(after: index)) }
            default: break
            }
            index = rest.index(after: index)
        }
        return false
    }

    /// The class up to `end`, as the list of the characters of topic names that it takes.
    private mutating func characterClass(upTo end: Substring.Index) -> Bool {
        guard let regex = try? Regex(String(rest[..<end])) else { return false }
        rest = rest[end...]
        let taken = Self.legal.filter { (try? regex.wholeMatch(in: String($0))) != nil }
        // Nothing that a topic name may have: a character that none has.
        output += taken.isEmpty ? "[/]" : "[\(taken)]"
        return true
    }
}
