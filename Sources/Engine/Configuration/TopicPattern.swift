/// Regular expressions for topic names.
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
}
