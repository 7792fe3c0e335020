import Engine
import Glibc

extension ConnectError {
    /// The error of a system call that has just failed, from `errno`.
    ///
    /// - Parameters:
    ///   - doing: What was tried, as in "open /x/y".
    ///   - fix: What the user can do about it; empty when the cause says it all.
    static func systemCall(_ doing: String, code: Int32 = errno, fix: String = "") -> ConnectError {
        let cause = strerror(code).map { String(cString: $0) } ?? "error \(code)"
        return ConnectError(.inputOutput, "Cannot \(doing): \(cause)." + (fix.isEmpty ? "" : " \(fix)"))
    }
}
