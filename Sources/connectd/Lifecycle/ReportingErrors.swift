import Actors
import Logging

/// Runs the body of a command: what it throws becomes the last log lines, and the program's status a failure.
func reportingErrors(to logger: Logger, _ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch let exit as Exit {
        throw exit
    } catch {
        logger.logLines(.critical, String(describing: error))
        throw Exit(status: .failure)
    }
}
