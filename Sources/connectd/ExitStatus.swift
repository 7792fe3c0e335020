/// How the program ends, as its exit code. `connectd --help` and the README list these.
enum ExitStatus: Int32, CaseIterable {
    case success = 0
    case failure = 1
    case usage = 2
    case interrupted = 130
    case terminated = 143

    /// What the code says, for the help text.
    var meaning: String {
        switch self {
        case .success: "finished, or drained after SIGINT or SIGTERM"
        case .failure: "failed; the last log line says why"
        case .usage: "wrong command line"
        case .interrupted: "stopped at once by a second signal, SIGINT (128 + 2)"
        case .terminated: "stopped at once by a second signal, SIGTERM (128 + 15)"
        }
    }

    /// The list for the help text.
    static var help: String {
        let lines = allCases.map { status in
            let code = String(status.rawValue)
            return "  " + code + String(repeating: " ", count: 5 - code.count) + status.meaning
        }
        return "EXIT CODES:\n" + lines.joined(separator: "\n")
    }
}

/// Ends the program with a status and nothing more to print: what there was to say has been logged.
struct Exit: Error {
    let status: ExitStatus
}
