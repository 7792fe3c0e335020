import Glibc

/// Finds real text on a Debian machine: the licences, and each package's changelog, copyright, news and readme.
enum DemoTextFiles {
    /// The folders that Debian keeps text in.
    static let licences = "/usr/share/common-licenses"
    static let documentation = "/usr/share/doc"

    /// The text files, compressed or not, in the order of their names. Blocks. Empty when the folders hold none, as in some
    /// stripped container images.
    static func find(licences: String = licences, documentation: String = documentation) -> [String] {
        var files = names(in: licences).map { "\(licences)/\($0)" }
        for package in names(in: documentation) {
            let folder = "\(documentation)/\(package)"
            files += names(in: folder).filter(isText).map { "\(folder)/\($0)" }
        }
        return files.filter(isReadableFile)
    }

    /// Told by the names that Debian's policy gives them.
    private static func isText(_ name: String) -> Bool {
        let lower = name.lowercased()
        let stem = lower.hasSuffix(".gz") ? String(lower.dropLast(3)) : lower
        let wanted = ["changelog", "copyright", "news", "readme"].contains { stem.hasPrefix($0) }
        return wanted && ![".html", ".htm", ".pdf", ".ps", ".png"].contains { stem.hasSuffix($0) }
    }

    /// A file itself, not a link: links here lead to texts that are on the list anyway.
    private static func isReadableFile(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_size > 0
            && access(path, R_OK) == 0
    }

    private static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}
