/// Text in PEM form (RFC 7468), brought into the shape that OpenSSL reads.
///
/// Configuration files often hold PEM in one line, with blanks or `\n` in place of line ends; Java accepts that, OpenSSL does not.
struct PEMText {
    /// One block: `CERTIFICATE`, `PRIVATE KEY` and so on.
    struct Block: Hashable {
        let label: String
        /// The block with markers and line ends.
        let text: String
    }

    let blocks: [Block]

    /// The blocks in a text; what stands around them is left out. `nil` when a block is cut off or holds what cannot be base 64.
    init?(_ source: String) {
        var blocks: [Block] = []
        var rest = source[...]
        while let begin = rest.firstRange(of: "-----BEGIN ") {
            rest = rest[begin.upperBound...]
            guard let labelEnd = rest.firstRange(of: "-----") else { return nil }
            let label = String(rest[..<labelEnd.lowerBound])
            rest = rest[labelEnd.upperBound...]
            guard let end = rest.firstRange(of: "-----END \(label)-----") else { return nil }
            guard let body = Self.body(rest[..<end.lowerBound]) else { return nil }
            blocks.append(Block(label: label, text: "-----BEGIN \(label)-----\n\(body)-----END \(label)-----\n"))
            rest = rest[end.upperBound...]
        }
        guard !blocks.isEmpty else { return nil }
        self.blocks = blocks
    }

    /// The certificates.
    var certificates: [Block] { blocks.filter { $0.label.hasSuffix("CERTIFICATE") } }
    /// The private keys.
    var privateKeys: [Block] { blocks.filter { $0.label.hasSuffix("PRIVATE KEY") } }

    /// Base 64 in lines of 64 characters. A body with header lines (`Proc-Type: …`) keeps its lines.
    private static func body(_ text: Substring) -> String? {
        let text = text.replacing("\\r", with: "").replacing("\\n", with: "\n")
        if text.contains(":") {
            return text.split(whereSeparator: \.isNewline).map { $0.trimmingWhitespace() + "\n" }.joined()
                .replacingFirstEmptyLineAfterHeaders()
        }
        let characters = text.filter { !$0.isWhitespace }
        guard !characters.isEmpty,
            characters.utf8.allSatisfy({ byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
                    true
                default: false
                }
            })
        else { return nil }
        var lines = ""
        var rest = characters[...]
        while !rest.isEmpty {
            lines += rest.prefix(64) + "\n"
            rest = rest.dropFirst(64)
        }
        return lines
    }
}

extension String {
    /// RFC 1421 wants an empty line between headers and body, which splitting took away.
    fileprivate func replacingFirstEmptyLineAfterHeaders() -> String {
        var lines = split(separator: "\n").map(String.init)
        if let last = lines.lastIndex(where: { $0.contains(":") }) { lines.insert("", at: last + 1) }
        return lines.joined(separator: "\n") + "\n"
    }
}
