import Engine
import Logging

/// What a task does with records that a stage cannot handle (`errors.tolerance`, `errors.log.enable`).
///
/// Source: `org.apache.kafka.connect.runtime.errors.{ToleranceType,LogReporter}`.
struct ErrorTolerance: Sendable {
    /// `errors.tolerance=all`: leave the record out and go on.
    let toleratesAll: Bool
    /// `errors.log.enable`: a log line for each record left out.
    let logsErrors: Bool

    /// Returns how many records are left out; throws the first failure when none may be (the task fails, rule 3).
    func handle(_ failures: [RecordFailure], logger: Logger) throws -> Int {
        guard let first = failures.first else { return 0 }
        guard toleratesAll else { throw first.error }
        if logsErrors {
            for failure in failures {
                logger.error(
                    "record skipped (errors.tolerance=all): \(failure.error.message)",
                    metadata: failure.metadata
                )
            }
        }
        return failures.count
    }
}

extension RecordFailure {
    fileprivate var metadata: Logger.Metadata {
        var fields: Logger.Metadata = [:]
        let place = error.location
        if let stage = place.stage { fields["stage"] = "\(stage.rawValue)" }
        if let topic = place.topic { fields["topic"] = "\(topic)" }
        if let partition = place.partition { fields["partition"] = "\(partition)" }
        if let offset = place.offset { fields["offset"] = "\(offset)" }
        return fields
    }
}
