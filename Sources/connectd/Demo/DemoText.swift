/// An endless supply of text for the demo: what the machine has, again and again, or a built-in text when it has none.
struct DemoText {
    /// Where the text comes from, in a few words for the user.
    let origin: String

    private let files: [String]
    private var reader: DecompressedFiles
    private var cleaner = LineCleaner()
    private var hasYielded = false
    private var usesBuiltIn: Bool
    private var builtInLine = 0

    /// Text from these files. Without any, a built-in text.
    init(files: [String]) {
        self.files = files
        reader = DecompressedFiles(files)
        usesBuiltIn = files.isEmpty
        origin =
            files.isEmpty
            ? "a built-in text (this machine has no licences or changelogs: a stripped image?)"
            : "\(DemoProgress.grouped(files.count)) licences, changelogs and other texts of this machine"
    }

    /// The next whole lines, about `count` bytes. Blocks. Never empty.
    mutating func next(count: Int) throws -> [UInt8] {
        while !usesBuiltIn {
            let bytes = try reader.next(count: count)
            let lines = bytes.isEmpty ? cleaner.finish() : cleaner.add(bytes)
            if !lines.isEmpty {
                hasYielded = true
                return lines
            }
            if bytes.isEmpty {
                // Everything has been read: from the beginning, unless nothing was there to read.
                usesBuiltIn = !hasYielded
                reader = DecompressedFiles(files)
            }
        }
        var lines: [UInt8] = []
        while lines.count < count {
            builtInLine += 1
            lines += "Line \(builtInLine): a file becomes Kafka records, and the records become a file again.\n".utf8
        }
        return lines
    }
}
