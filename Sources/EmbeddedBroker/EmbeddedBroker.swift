public import Logging
import NIOCore
import NIOPosix
import Synchronization

/// A Kafka broker in this process: one node, durable, with groups and transactions. For trying things, for tests and for machines at
/// the edge; production is Apache Kafka (docs/embedded-broker.md).
///
/// Everything it has lives on one event loop of its own. Any number of them can run beside each other.
public final class EmbeddedBroker: Sendable {
    /// The address of the first listener: what `bootstrap.servers` is to be set to.
    public var bootstrapServers: String { addresses[0] }
    /// The addresses of all listeners, in the order of the configuration.
    public let addresses: [String]

    private let group: MultiThreadedEventLoopGroup
    private let server: NIOLoopBound<BrokerServer>
    private let ending = Mutex<Task<Void, any Error>?>(nil)

    /// Opens the broker's folder, finishes what a crash left half done, and opens its ports. Suspends until clients can come.
    ///
    /// Throws ``BrokerError`` when the folder is in use or damaged, or a port is taken.
    public static func start(
        _ configuration: Configuration = Configuration(),
        logger: Logger = Logger(label: "embedded-broker")
    ) async throws -> EmbeddedBroker {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let loop = group.next()
            let server = try await loop.submit {
                let server = try BrokerServer(configuration: configuration, loop: loop, logger: logger)
                return NIOLoopBound(server, eventLoop: loop)
            }.get()
            do {
                let addresses = try await loop.flatSubmit { server.value.listen() }.get()
                return EmbeddedBroker(group: group, server: server, addresses: addresses)
            } catch {
                try await loop.flatSubmit { server.value.shutDown(isClean: true) }.get()
                throw error
            }
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
    }

    private init(group: MultiThreadedEventLoopGroup, server: NIOLoopBound<BrokerServer>, addresses: [String]) {
        self.group = group
        self.server = server
        self.addresses = addresses
    }

    /// Closes connections and files. Suspends until the folder can be opened again. Idempotent.
    public func shutDown() async throws {
        try await shutDown(isClean: true)
    }

    /// Ends as a crash would: nothing is flushed, nothing is written down, clients see their connections cut. For tests of what is left.
    public func crash() async throws {
        try await shutDown(isClean: false)
    }

    private func shutDown(isClean: Bool) async throws {
        let task = ending.withLock { task in
            if let task { return task }
            let started = Task { [group, server] in
                try await group.next().flatSubmit { server.value.shutDown(isClean: isClean) }.get()
                try await group.shutdownGracefully()
            }
            task = started
            return started
        }
        try await task.value
    }

    // MARK: Topics

    /// Creates a topic. `configurations` are Kafka's topic configurations. Throws ``BrokerError`` with the reason when it cannot.
    ///
    /// - Parameter unlessThere: a topic of that name with as many partitions is as good; its configuration is left alone.
    public func createTopic(
        _ name: String,
        partitions: Int = 1,
        configurations: [String: String] = [:],
        unlessThere: Bool = false
    ) async throws {
        guard let count = Int32(exactly: partitions) else {
            throw BrokerError("Topic \(name) cannot have \(partitions) partitions.")
        }
        let result = try await onLoop { server in
            server.createTopic(name, partitions: count, configurations: configurations, unlessThere: unlessThere)
        }
        if let result { throw result }
    }

    // MARK: Faults and time

    /// Lets something go wrong. It stands until it has struck as often as it says, or is removed.
    @discardableResult
    public func add(_ fault: BrokerFault) async throws -> BrokerFault.ID {
        try await onLoop { $0.core.faults.add(fault) }
    }

    /// Takes a fault back. One that is gone is left alone.
    public func remove(_ id: BrokerFault.ID) async throws {
        try await onLoop { $0.core.faults.remove(id) }
    }

    /// Takes all faults back.
    public func removeAllFaults() async throws {
        try await onLoop { $0.core.faults.removeAll() }
    }

    /// Suspends until a fault has struck so many times. Throws when the broker ends before.
    public func waitUntilStruck(_ id: BrokerFault.ID, times: Int = 1) async throws {
        let loop = group.next()
        let isStruck = try await run {
            loop.flatSubmit { [server] in
                let done = loop.makePromise(of: Bool.self)
                server.value.core.faults.whenStruck(id, times: times) { done.succeed($0) }
                return done.futureResult
            }
        }
        guard isStruck else { throw Self.ended }
    }

    /// From now on requests are taken in but not answered, as if the process were stopped (SIGSTOP).
    public func pause() async throws {
        try await onLoop { $0.core.faults.pause() }
    }

    /// Goes on after ``pause()``, with what came in meanwhile.
    public func resume() async throws {
        try await onLoop { server -> Void in
            server.core.faults.resume()
            server.core.afterRequest()
        }
    }

    /// Moves the broker's clock on, in ms, and does what becomes due: sessions and transactions time out, segments grow old.
    public func advanceClock(byMilliseconds milliseconds: Int64) async throws {
        try await onLoop { server -> Void in
            server.core.clock.advance(byMilliseconds: milliseconds)
            server.fireTimers()
        }
    }

    /// Does what the broker otherwise does from time to time: drops old segments, compacts, forgets silent producers.
    public func runUpkeep() async throws {
        try await onLoop { server -> Void in
            server.core.runUpkeep()
            server.core.compact()
        }
    }

    // MARK: The loop

    private static let ended = BrokerError("The embedded broker is shut down.")

    private func onLoop<Result: Sendable>(
        _ body: @escaping @Sendable (BrokerServer) throws -> Result
    ) async throws -> Result {
        try await run { group.next().submit { [server] in try body(server.value) } }
    }

    /// Nothing is handed to a loop that may be gone: it would never be run.
    private func run<Result: Sendable>(_ submit: () -> EventLoopFuture<Result>) async throws -> Result {
        let future = try ending.withLock { task in
            guard task == nil else { throw Self.ended }
            return submit()
        }
        return try await future.get()
    }
}
