public import Engine

/// The outside world as the worker sees it: everything that is not its own logic comes in through here, so that tests can play
/// another one.
public struct World: Sendable {
    /// Time.
    public var clock: any WorkerClock
    /// Files of the engine's own state.
    public var fileSystem: any FileSystem
    /// Kafka.
    public var clients: any BrokerClients
    /// A random number in 0..<1: jitter of restarts.
    public var random: @Sendable () -> Double

    /// Makes one of its parts.
    public init(
        clock: any WorkerClock,
        fileSystem: any FileSystem,
        clients: any BrokerClients,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.clock = clock
        self.fileSystem = fileSystem
        self.clients = clients
        self.random = random
    }
}
