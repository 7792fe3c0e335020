import ArgumentParser
import Logging

/// The levels that `--log-level` takes: swift-log's, and Log4j's names for the same.
enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case trace
    case debug
    case info
    case notice
    case warning
    case error
    case critical

    init?(argument: String) {
        switch argument.lowercased() {
        case "warn": self = .warning
        case "fatal": self = .critical
        case let name: self.init(rawValue: name)
        }
    }

    /// swift-log's level.
    var level: Logger.Level {
        switch self {
        case .trace: .trace
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        case .critical: .critical
        }
    }
}
