import EmbeddedBroker
import Engine
import Logging

/// Runs `body` while a broker runs, and stops the broker after it, whatever `body` throws.
///
/// - Parameter explain: makes what the broker says about a wrong address or folder into what the user can change.
func withEmbeddedBroker<Result>(
    _ configuration: EmbeddedBroker.Configuration,
    logger: Logger,
    explain: (BrokerError) -> any Error,
    _ body: (EmbeddedBroker) async throws -> Result
) async throws -> Result {
    let broker: EmbeddedBroker
    do {
        broker = try await EmbeddedBroker.start(configuration, logger: logger)
    } catch let error as BrokerError {
        throw explain(error)
    }
    let result: Result
    do {
        result = try await body(broker)
    } catch {
        do {
            try await broker.shutDown()
        } catch let second {
            logger.error("The embedded broker did not stop well", metadata: ["cause": "\(second)"])
        }
        throw error
    }
    try await broker.shutDown()
    return result
}

extension EmbeddedBroker.FlushPolicy {
    /// The policy that a configuration or the command line names.
    init(_ flush: EmbeddedBrokerConfiguration.Flush) {
        switch flush {
        case .system: self = .system
        case .interval(let milliseconds): self = .interval(milliseconds: milliseconds)
        case .always: self = .always
        }
    }
}

extension BrokerListener {
    /// Whether anybody beyond this machine can come in and nobody asks who.
    var isOpenToStrangers: Bool {
        let provesClients = security.sasl != nil || security.tls?.clientAuthentication == .required
        return !ListenAddress(host: host, port: port).isLoopback && !provesClients
    }

    /// Says so in the log.
    func warnIfOpenToStrangers(_ logger: Logger) {
        guard isOpenToStrangers else { return }
        logger.warning(
            "Everybody who reaches the embedded broker's address can read and write everything in it",
            metadata: ["listener": "\(ListenAddress(host: host, port: port))"]
        )
    }
}
