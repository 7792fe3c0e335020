import Engine
import Logging

/// swift-log's back end: turns an event into one line and hands it to the console.
struct LineLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel: Logger.Level

    private let clock: any WorkerClock
    private let render: @Sendable (LogEntry) -> String
    private let write: @Sendable (String) -> Void

    /// - Parameters:
    ///   - render: Makes the line.
    ///   - write: Takes whole lines, from any thread.
    init(
        level: Logger.Level,
        clock: any WorkerClock,
        render: @escaping @Sendable (LogEntry) -> String,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.logLevel = level
        self.clock = clock
        self.render = render
        self.write = write
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields = metadata
        if let provided = metadataProvider?.get() { fields.merge(provided) { _, new in new } }
        if let own = event.metadata { fields.merge(own) { _, new in new } }
        if let error = event.error { fields["error"] = .string(String(describing: error)) }
        write(
            render(
                LogEntry(
                    epochMilliseconds: clock.epochMilliseconds(),
                    level: event.level,
                    message: event.message.description,
                    metadata: fields
                )
            )
        )
    }
}
