import Glibc

/// The folders that decide what a path leads to: one for each name on the way, those of symbolic links included.
enum PathWalk {
    // As many links as the kernel follows.
    private static let mostLinks = 40

    /// Calls `visit` with each folder and the name looked up in it, before that name is looked up; stops behind the first name
    /// that is not there. Relative paths start at the working folder.
    static func walk(_ path: String, _ visit: (_ folder: String, _ name: String) throws -> Void) rethrows {
        var rest = components(path)
        var folder = path.utf8.first == UInt8(ascii: "/") ? "/" : "."
        var links = 0
        while !rest.isEmpty {
            let name = rest.removeFirst()
            try visit(folder, name)
            let child = folder == "/" ? "/" + name : folder + "/" + name
            var status = stat()
            guard lstat(child, &status) == 0 else { return }
            guard status.st_mode & S_IFMT == S_IFLNK else {
                folder = child
                continue
            }
            links += 1
            guard links <= mostLinks, let target = readLink(child) else { return }
            if target.utf8.first == UInt8(ascii: "/") { folder = "/" }
            rest.insert(contentsOf: components(target), at: 0)
        }
    }

    private static func components(_ path: String) -> [String] {
        path.split(separator: "/").filter { $0 != "." }.map(String.init)
    }

    private static func readLink(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &buffer, buffer.count)
        guard count > 0 else { return nil }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
