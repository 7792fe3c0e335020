import Glibc
import NIOCore

/// One file of a log, written and read at positions. Belongs to the storage that made it.
final class LogFile {
    /// Below the storage's root. Set anew when the file was renamed.
    var path: String
    init(path: String) { self.path = path }
}
