import Logging
import NIOCore

/// One client's connection: takes requests from its bytes and has them answered one after the other, in their order, as Kafka does.
///
/// While a request is being worked on, later ones wait; when enough of them wait, the connection is not read any further.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    /// Bytes that may wait behind the request being worked on before reading stops.
    static let waitingLimit = 1 << 20

    private let service: RequestService
    private let logger: Logger
    private var frames: FrameAssembler
    private var session: ConnectionSession?
    private var context: ChannelHandlerContext?
    private var isBusy = false
    private var isDraining = false
    private var readIsHeldBack = false

    init(service: RequestService, requestLimit: Int, logger: Logger) {
        self.service = service
        self.logger = logger
        frames = FrameAssembler(limit: requestLimit)
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        session = service.open(local: context.channel.localAddress, remote: context.channel.remoteAddress)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        session = nil
        self.context = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        frames.feed(unwrapInboundIn(data))
        drain()
    }

    func read(context: ChannelHandlerContext) {
        if isBusy, frames.heldBytes > Self.waitingLimit {
            readIsHeldBack = true
        } else {
            context.read()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A client that vanishes is no news; what it means shows in its group or transaction.
        logger.debug("Connection closed", metadata: ["error": "\(error)", "peer": "\(peer(context))"])
        context.close(promise: nil)
    }

    // MARK: One request after the other

    /// Works through the requests that are there. A request that is answered at once continues the loop instead of the stack.
    private func drain() {
        guard !isDraining else { return }
        isDraining = true
        defer { isDraining = false }
        while !isBusy, let context, let session {
            do {
                guard let frame = try frames.next() else { break }
                isBusy = true
                service.serve(frame, in: session) { [weak self] outcome in self?.finish(outcome) }
            } catch {
                logger.warning(
                    "A connection is closed: what came is not a Kafka request. Is it a TLS client on a plain listener?",
                    metadata: ["peer": "\(peer(context))", "cause": "\(error)"]
                )
                context.close(promise: nil)
                return
            }
        }
        if readIsHeldBack, !isBusy || frames.heldBytes <= Self.waitingLimit {
            readIsHeldBack = false
            context?.read()
        }
    }

    private func finish(_ outcome: RequestOutcome) {
        guard let context else { return }
        switch outcome {
        case .answer(let pieces):
            // The next request starts when this answer is with the kernel: a client that does not read its answers waits.
            let written = context.eventLoop.makePromise(of: Void.self)
            written.futureResult.assumeIsolated().whenSuccess { [weak self] in self?.proceed() }
            write(pieces, to: context, promise: written)
        case .noAnswer:
            proceed()
        case .cut(let pieces):
            write(pieces, to: context, promise: nil)
            context.close(promise: nil)
        }
    }

    private func write(_ pieces: [ByteBuffer], to context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        guard let last = pieces.last else {
            context.flush()
            promise?.succeed()
            return
        }
        for piece in pieces.dropLast() { context.write(wrapOutboundOut(piece), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(last), promise: promise)
    }

    private func proceed() {
        isBusy = false
        drain()
    }

    private func peer(_ context: ChannelHandlerContext) -> String {
        context.channel.remoteAddress.map { "\($0)" } ?? "unknown"
    }
}

/// How a request ended.
enum RequestOutcome {
    /// These bytes answer it.
    case answer([ByteBuffer])
    /// The client wants no answer (Produce with acks=0).
    case noAnswer
    /// The connection is closed, after these bytes.
    case cut([ByteBuffer])
}
