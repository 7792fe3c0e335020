import Logging
import NIOCore

/// From a request's bytes to its answer's: reads the header, checks version and authentication, decodes, has the ``BrokerCore``
/// do the work, encodes.
final class RequestService {
    let core: BrokerCore
    private let listener: BoundListener
    private let logger: Logger

    init(core: BrokerCore, listener: BoundListener, logger: Logger) {
        self.core = core
        self.listener = listener
        self.logger = logger
    }

    // MARK: Connections

    func open(local: SocketAddress?, remote: SocketAddress?) -> ConnectionSession {
        ConnectionSession(
            clientHost: "/\(remote?.ipAddress ?? "")",
            listener: listener,
            advertised: listener.advertised(to: local),
            authentication: AuthenticationMachine(users: listener.users)
        )
    }

    // MARK: Requests

    /// One request. Calls `finish` once, now or later.
    func serve(_ frame: ByteBuffer, in session: ConnectionSession, finish: @escaping (RequestOutcome) -> Void) {
        if session.authentication.expectsBareToken { return serveToken(frame, in: session, finish: finish) }
        var body = frame
        let header: RequestHeader
        do {
            header = try RequestHeader.decode(from: &body) { key, version in
                guard let offered = BrokerCore.offered(key) else { return false }
                // An ApiVersions request of a version to come is answered whatever stands in it.
                return offered.versions.contains(version) && version >= offered.flexibleSince
            }
        } catch {
            return refuse(session, "its header cannot be read (\(error))", finish)
        }
        guard let offered = BrokerCore.offered(header.apiKey) else {
            return refuse(session, "this broker has no API with the key \(header.apiKey)", finish)
        }
        guard offered.versions.contains(header.apiVersion) else {
            return refuseVersion(of: header, offered: offered.versions, session: session, finish: finish)
        }
        if case .close(let reason) = session.authentication.mayServe(offered.key) {
            return refuse(session, reason, finish)
        }
        dispatch(offered.key, IncomingRequest(header: header, body: body, session: session, finish: finish))
    }

    /// A SASL message without a request around it: what follows SaslHandshake version 0.
    private func serveToken(_ frame: ByteBuffer, in session: ConnectionSession, finish: (RequestOutcome) -> Void) {
        switch session.authentication.token(frame) {
        case .answer(let bytes):
            var answer = ByteBuffer()
            answer.writeInteger(Int32(truncatingIfNeeded: bytes.readableBytes))
            answer.writeImmutableBuffer(bytes)
            finish(.answer([answer]))
        case .close(let reason):
            refuse(session, reason, finish)
        }
    }

    /// A client that asks for an ApiVersions version to come is told, in version 0, which ones there are (KIP-511).
    private func refuseVersion(
        of header: RequestHeader,
        offered: ClosedRange<Int16>,
        session: ConnectionSession,
        finish: (RequestOutcome) -> Void
    ) {
        guard header.apiKey == APIKey.apiVersions.rawValue else {
            let asked = "API key \(header.apiKey) in version \(header.apiVersion); this broker has \(offered)"
            return refuse(session, "it asks for \(asked)", finish)
        }
        let answer = core.apiVersions(error: .unsupportedVersion)
        finish(
            encode(answer, version: 0, isFlexible: false, correlationID: header.correlationID, flexibleHeader: false)
        )
    }

    private func refuse(_ session: ConnectionSession, _ cause: String, _ finish: (RequestOutcome) -> Void) {
        logger.warning("A connection is closed after a request: \(cause).", metadata: ["peer": "\(session.clientHost)"])
        finish(.cut([]))
    }

    /// Decodes a request and hands it to `work`, whose answer goes back the way the request came.
    func serve<Request: FaultableRequest & RefusableRequest>(
        _: Request.Type,
        _ incoming: IncomingRequest,
        work: @escaping (Request, RequestContext, @escaping (Request.Response) -> Void) -> Void
    ) {
        let header = incoming.header
        let isFlexible = header.apiVersion >= Request.flexibleSince
        var decoder = WireDecoder(incoming.body, version: header.apiVersion, isFlexible: isFlexible)
        let request: Request
        do {
            request = try Request.decode(from: &decoder)
        } catch {
            let name = "\(Request.apiKey), version \(header.apiVersion)"
            return refuse(incoming.session, "its body is no \(name) request (\(error))", incoming.finish)
        }
        let context = RequestContext(
            version: header.apiVersion,
            clientID: header.clientID ?? "",
            clientHost: incoming.session.clientHost,
            advertised: incoming.session.advertised,
            principal: incoming.session.authentication.principal
        )
        let finish = incoming.finish
        let session = incoming.session
        core.faults.pass(
            request,
            clientID: header.clientID,
            topicName: { [core] in core.topics.name(of: $0) },
            refuse: { request, error in request.refused(error) },
            work: { request, reply in work(request, context, reply) },
            finish: { [weak self] outcome in
                guard let self else { return finish(.cut([])) }
                let result = self.conclude(outcome, request: request, header: header)
                guard case .answer(let pieces) = result, let reason = session.closing else { return finish(result) }
                logger.warning(
                    "A connection is closed: \(reason).",
                    metadata: ["peer": "\(session.clientHost)"]
                )
                finish(.cut(pieces))
            }
        )
        core.afterRequest()
    }

    private func conclude<Request: RequestMessage>(
        _ outcome: FaultInjector.Outcome<Request.Response>,
        request: Request,
        header: RequestHeader
    ) -> RequestOutcome {
        let isFlexible = header.apiVersion >= Request.flexibleSince
        func encoded(_ response: Request.Response) -> RequestOutcome {
            encode(
                response,
                version: header.apiVersion,
                isFlexible: isFlexible,
                correlationID: header.correlationID,
                // The one answer whose header never has tagged fields: its reader does not know the broker's versions yet.
                flexibleHeader: isFlexible && Request.apiKey != .apiVersions
            )
        }
        switch outcome {
        case .answer(let response):
            if let produce = request as? ProduceRequest, produce.acks == 0 {
                // Nobody waits for an answer; an error can only be shown by closing the connection, as Kafka does.
                guard let answer = response as? ProduceResponse, answer.hasErrors else { return .noAnswer }
                return .cut([])
            }
            return encoded(response)
        case .lost:
            return .noAnswer
        case .cut(let response):
            guard let response, case .answer(let pieces) = encoded(response) else { return .cut([]) }
            return .cut(Self.firstHalf(of: pieces))
        }
    }

    private static func firstHalf(of pieces: [ByteBuffer]) -> [ByteBuffer] {
        var left = pieces.reduce(0) { $0 + $1.readableBytes } / 2
        var half: [ByteBuffer] = []
        for piece in pieces where left > 0 {
            var piece = piece
            let taken = min(left, piece.readableBytes)
            if let slice = piece.readSlice(length: taken) { half.append(slice) }
            left -= taken
        }
        return half
    }

    private func encode(
        _ response: some WireMessage,
        version: Int16,
        isFlexible: Bool,
        correlationID: Int32,
        flexibleHeader: Bool
    ) -> RequestOutcome {
        var encoder = WireEncoder(version: version, isFlexible: isFlexible)
        encoder.integer(Int32(0))
        encoder.integer(correlationID)
        if flexibleHeader { encoder.writeUnsignedVariableInteger(0) }
        do {
            try response.encode(into: &encoder)
        } catch {
            logger.error("An answer cannot be written; its connection is closed.", metadata: ["error": "\(error)"])
            return .cut([])
        }
        let length = encoder.count - 4
        var pieces = encoder.pieces()
        pieces[0].setInteger(Int32(truncatingIfNeeded: length), at: pieces[0].readerIndex)
        return .answer(pieces)
    }
}

/// A request whose header is read, on its way to its handler.
struct IncomingRequest {
    var header: RequestHeader
    var body: ByteBuffer
    var session: ConnectionSession
    var finish: (RequestOutcome) -> Void
}
