import Glibc
import Synchronization

/// The program's standard output and standard error. Lines come out whole, whichever thread writes them, and a live line at the
/// bottom of a terminal makes room for them.
final class Console: Sendable {
    /// The console of this process.
    static let standard = Console(output: STDOUT_FILENO, error: STDERR_FILENO)

    /// True when standard output is a terminal.
    let outputIsTerminal: Bool
    /// True when standard error is a terminal that wants colour (see no-color.org for `NO_COLOR`).
    let errorWantsColour: Bool

    private let output: Int32
    private let error: Int32
    private let sharesTerminal: Bool
    private let liveLine = Mutex("")

    init(output: Int32, error: Int32) {
        self.output = output
        self.error = error
        outputIsTerminal = isatty(output) == 1
        let errorIsTerminal = isatty(error) == 1
        let isDumb = getenv("TERM").map { String(cString: $0) == "dumb" } ?? true
        let refusesColour = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
        errorWantsColour = errorIsTerminal && !isDumb && !refusesColour
        sharesTerminal = outputIsTerminal && errorIsTerminal
    }

    /// Writes text to standard output.
    func print(_ text: String) {
        liveLine.withLock { live in
            Self.write((live.isEmpty ? "" : Self.eraseLine) + text + "\n" + live, to: output)
        }
    }

    /// Writes whole lines, newline included, to standard error.
    func log(_ lines: String) {
        liveLine.withLock { live in
            guard sharesTerminal, !live.isEmpty else { return Self.write(lines, to: error) }
            Self.write(Self.eraseLine, to: output)
            Self.write(lines, to: error)
            Self.write(live, to: output)
        }
    }

    /// Shows a line that stays at the bottom of the terminal until it is replaced or ``endLiveLine()`` is called. Only for a
    /// terminal, and only one that is no longer than the terminal is wide.
    func showLiveLine(_ text: String) {
        liveLine.withLock { live in
            live = text
            Self.write(Self.eraseLine + text, to: output)
        }
    }

    /// Takes the live line away.
    func endLiveLine() {
        liveLine.withLock { live in
            guard !live.isEmpty else { return }
            live = ""
            Self.write(Self.eraseLine, to: output)
        }
    }

    /// Columns of the terminal on standard output; 80 when it does not say.
    var columns: Int {
        var size = winsize()
        guard ioctl(output, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    private static let eraseLine = "\r\u{1b}[K"

    /// Nobody is left to tell when standard output or error is gone (a closed pipe, a full disk): what cannot be written is
    /// given up, the work goes on.
    private static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if count > 0 {
                    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                } else if count < 0, errno == EINTR {
                    continue
                } else if count < 0, errno == EAGAIN {
                    var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&ready, 1, -1)
                } else {
                    return
                }
            }
        }
    }
}
