import Glibc

/// Lines for the person who runs the bench, beside the figures.
enum StandardError {
    static func print(_ line: String) {
        var bytes = Array((line + "\n").utf8)
        _ = write(STDERR_FILENO, &bytes, bytes.count)
    }
}
