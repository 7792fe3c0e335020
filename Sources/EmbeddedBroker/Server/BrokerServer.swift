import Glibc
import Logging
import NIOCore
import NIOPosix

/// The broker with its sockets: opens ports, makes connections, drives the timers. Lives on its event loop.
final class BrokerServer {
    let core: BrokerCore
    private let configuration: EmbeddedBroker.Configuration
    private let storage: any BrokerStorage
    private let loop: any EventLoop
    private let logger: Logger
    private var listening: [any Channel] = []
    private var connections: [ObjectIdentifier: any Channel] = [:]
    private var alarm: Scheduled<Void>?
    private var isDown = false

    /// Opens the folder and what is in it.
    init(configuration: EmbeddedBroker.Configuration, loop: any EventLoop, logger: Logger) throws(BrokerError) {
        let settings = try EmbeddedBroker.settings(of: configuration)
        self.configuration = configuration
        self.loop = loop
        self.logger = logger
        if let folder = configuration.folder {
            do {
                storage = try DiskStorage(root: folder)
            } catch {
                throw Self.complaint(about: folder, error)
            }
        } else {
            storage = MemoryStorage()
        }
        do {
            core = try BrokerCore(
                settings: settings,
                storage: storage,
                clock: BrokerClock(),
                timers: BrokerTimers(),
                logger: logger
            )
        } catch {
            // What cannot be read is what the folder holds.
            throw BrokerError(error.description, about: .folder)
        }
        core.timers.onEarlierDeadline = { [unowned self] in setAlarm() }
        setAlarm()
    }

    // MARK: Ports

    /// Opens the ports; answers with their addresses.
    func listen() -> EventLoopFuture<[String]> {
        let bound = NIOLoopBound(self, eventLoop: loop)
        return EventLoopFuture.whenAllComplete(configuration.listeners.map { bind($0) }, on: loop)
            .flatMapThrowing { results in
                let channels = results.compactMap { try? $0.get() }
                bound.value.listening = channels
                for result in results { _ = try result.get() }
                return channels.map { channel in
                    let address = channel.localAddress
                    return Self.text(address?.ipAddress ?? "", address?.port ?? 0)
                }
            }
    }

    private func bind(_ listener: BrokerListener) -> EventLoopFuture<any Channel> {
        let security: NIOLoopBound<ConnectionSecurity>
        do {
            security = NIOLoopBound(try ConnectionSecurity(listener.security), eventLoop: loop)
        } catch {
            return loop.makeFailedFuture(error)
        }
        let bound = NIOLoopBound(self, eventLoop: loop)
        return ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 4096, initial: 65_536, maximum: 1 << 20)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try bound.value.accept(channel, listener, security.value) }
            }
            .bind(host: listener.host, port: listener.port)
            .flatMapErrorThrowing { throw Self.complaint(about: listener, $0) }
    }

    private static func complaint(about listener: BrokerListener, _ error: any Error) -> BrokerError {
        let cause =
            switch error {
            case let error as IOError where error.errnoCode == EADDRINUSE: "another program listens there"
            case let error as IOError: String(cString: strerror(error.errnoCode))
            case is SocketAddressError.UnknownHost: "the host has no address"
            default: "\(error)"
            }
        return BrokerError(
            "The embedded broker cannot listen on \(text(listener.host, listener.port)): \(cause). Choose another address or port.",
            about: .listener
        )
    }

    private static func complaint(about folder: String, _ error: StorageError) -> BrokerError {
        if error.code == EWOULDBLOCK {
            return BrokerError(
                "Another embedded broker runs in the folder \(folder). End it, or choose another folder.",
                about: .folder
            )
        }
        return BrokerError(
            "The embedded broker \(error). It needs a folder that it can write to; choose one.",
            about: .folder
        )
    }

    /// `host:port`, with brackets around an IPv6 address.
    private static func text(_ host: String, _ port: Int) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    private func accept(_ channel: any Channel, _ listener: BrokerListener, _ security: ConnectionSecurity) throws {
        guard !isDown else {
            channel.close(promise: nil)
            return
        }
        guard let parent = channel.parent?.localAddress else { return }
        let service = RequestService(
            core: core,
            listener: BoundListener(listener: listener, address: parent, users: security.users),
            logger: logger
        )
        try security.addHandlers(to: channel)
        try channel.pipeline.syncOperations.addHandler(
            ConnectionHandler(service: service, requestLimit: core.settings.requestLimit, logger: logger)
        )
        let id = ObjectIdentifier(channel)
        connections[id] = channel
        let bound = NIOLoopBound(self, eventLoop: loop)
        channel.closeFuture.whenComplete { _ in bound.value.connections[id] = nil }
    }

    // MARK: Topics

    /// Creates a topic; answers why it cannot.
    func createTopic(
        _ name: String,
        partitions: Int32,
        configurations: [String: String],
        unlessThere: Bool
    ) -> BrokerError? {
        if unlessThere, let there = core.topics.topic(name) {
            if there.partitionCount == partitions { return nil }
            return BrokerError(
                "The topic \(name) is there already, with \(there.partitionCount) partitions instead of \(partitions)."
            )
        }
        var wanted = CreateTopicsRequest.CreatableTopic(name: name, numPartitions: partitions, replicationFactor: 1)
        wanted.configs = configurations.map { .init(name: $0.key, value: $0.value) }
        let answer = core.createTopics(CreateTopicsRequest(topics: [wanted])).topics[0]
        guard answer.errorCode != 0 else { return nil }
        return BrokerError(
            answer.errorMessage ?? "Topic \(name) cannot be created: error \(answer.errorCode); the log says more."
        )
    }

    // MARK: Time

    /// Does what is due.
    func fireTimers() {
        guard !isDown else { return }
        core.fireTimers()
        setAlarm()
    }

    private func setAlarm() {
        alarm?.cancel()
        alarm = nil
        guard !isDown, let deadline = core.timers.nextDeadline else { return }
        let wait = max(0, deadline - core.clock.monotonic)
        let bound = NIOLoopBound(self, eventLoop: loop)
        alarm = loop.scheduleTask(in: .milliseconds(wait)) { bound.value.fireTimers() }
    }

    // MARK: The end

    /// Closes ports and connections, then the logs unless it is to look like a crash.
    func shutDown(isClean: Bool) -> EventLoopFuture<Void> {
        guard !isDown else { return loop.makeSucceededVoidFuture() }
        isDown = true
        alarm?.cancel()
        core.faults.end()
        let closing = (listening + connections.values).map { channel in
            // A channel that is closed already is as good.
            channel.close().flatMapErrorThrowing { _ in }
        }
        let bound = NIOLoopBound(self, eventLoop: loop)
        return EventLoopFuture.andAllComplete(closing, on: loop).map {
            let server = bound.value
            if isClean { server.core.shutDown() }
            server.storage.release()
        }
    }
}
