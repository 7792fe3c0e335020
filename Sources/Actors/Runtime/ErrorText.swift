import Engine

/// Errors as text for logs and statuses.
enum ErrorText {
    /// One line: the message and where it happened.
    static func describe(_ error: any Error) -> String {
        switch error {
        case let error as ConnectError: error.description
        case is CancellationError: "cancelled"
        default: String(describing: error)
        }
    }

    /// Several lines, the causes below, in the form that tools which read Connect's `trace` expect: class, colon, message.
    static func trace(_ error: any Error) -> String {
        var lines: [String] = []
        var next: (any Error)? = error
        // A chain of causes is short; the bound is against one that loops.
        while let current = next, lines.count < 16 {
            let prefix = lines.isEmpty ? "" : "Caused by: "
            if let known = current as? ConnectError {
                lines.append("\(prefix)\(known.code.javaClassName): \(known.description)")
                next = known.cause
            } else {
                lines.append("\(prefix)\(String(describing: type(of: current))): \(String(describing: current))")
                next = nil
            }
        }
        return lines.joined(separator: "\n")
    }
}
