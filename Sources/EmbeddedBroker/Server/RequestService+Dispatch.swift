extension RequestService {
    /// Hands a request to its handler.
    func dispatch(_ key: APIKey, _ incoming: IncomingRequest) {
        switch key {
        case .produce: answer(ProduceRequest.self, incoming) { $0.produce($1, $2) }
        case .fetch:
            serve(FetchRequest.self, incoming) { [core] request, _, reply in core.fetch(request, reply: reply) }
        case .listOffsets: answer(ListOffsetsRequest.self, incoming) { core, request, _ in core.listOffsets(request) }
        case .deleteRecords:
            answer(DeleteRecordsRequest.self, incoming) { core, request, _ in core.deleteRecords(request) }
        case .offsetForLeaderEpoch:
            answer(OffsetForLeaderEpochRequest.self, incoming) { core, request, _ in core.offsetForLeaderEpoch(request)
            }

        case .metadata: answer(MetadataRequest.self, incoming) { $0.metadata($1, $2) }
        case .apiVersions: answer(ApiVersionsRequest.self, incoming) { core, _, _ in core.apiVersions() }
        case .describeCluster: answer(DescribeClusterRequest.self, incoming) { $0.describeCluster($1, $2) }
        case .findCoordinator: answer(FindCoordinatorRequest.self, incoming) { $0.findCoordinator($1, $2) }
        case .saslHandshake: handshake(incoming)
        case .saslAuthenticate: authenticate(incoming)

        case .createTopics:
            answer(CreateTopicsRequest.self, incoming) { core, request, _ in core.createTopics(request) }
        case .deleteTopics:
            answer(DeleteTopicsRequest.self, incoming) { core, request, _ in core.deleteTopics(request) }
        case .createPartitions:
            answer(CreatePartitionsRequest.self, incoming) { core, request, _ in core.createPartitions(request) }
        case .describeConfigs:
            answer(DescribeConfigsRequest.self, incoming) { core, request, _ in core.describeConfigs(request) }
        case .alterConfigs:
            answer(AlterConfigsRequest.self, incoming) { core, request, _ in core.alterConfigs(request) }
        case .incrementalAlterConfigs:
            answer(IncrementalAlterConfigsRequest.self, incoming) { core, request, _ in
                core.incrementalAlterConfigs(request)
            }

        case .joinGroup, .syncGroup, .heartbeat, .leaveGroup, .offsetCommit, .offsetFetch, .offsetDelete, .listGroups,
            .describeGroups, .deleteGroups:
            dispatchGroups(key, incoming)
        case .initProducerID, .addPartitionsToTxn, .addOffsetsToTxn, .txnOffsetCommit, .endTxn:
            dispatchTransactions(key, incoming)
        }
    }

    private func dispatchGroups(_ key: APIKey, _ incoming: IncomingRequest) {
        let groups = core.groups
        switch key {
        case .joinGroup:
            serve(JoinGroupRequest.self, incoming) { request, context, reply in
                let client = ClientIdentity(clientID: context.clientID, clientHost: context.clientHost)
                groups.join(request, version: context.version, client: client, reply: reply)
            }
        case .syncGroup:
            serve(SyncGroupRequest.self, incoming) { request, context, reply in
                groups.sync(request, version: context.version, reply: reply)
            }
        case .heartbeat: answer(HeartbeatRequest.self, incoming) { _, request, _ in groups.heartbeat(request) }
        case .leaveGroup: answer(LeaveGroupRequest.self, incoming) { groups.leave($1, version: $2.version) }
        case .offsetCommit: answer(OffsetCommitRequest.self, incoming) { groups.commitOffsets($1, version: $2.version) }
        case .offsetFetch: answer(OffsetFetchRequest.self, incoming) { groups.fetchOffsets($1, version: $2.version) }
        case .offsetDelete:
            answer(OffsetDeleteRequest.self, incoming) { _, request, _ in groups.deleteOffsets(request) }
        case .listGroups: answer(ListGroupsRequest.self, incoming) { _, request, _ in groups.listGroups(request) }
        case .describeGroups:
            answer(DescribeGroupsRequest.self, incoming) { groups.describeGroups($1, version: $2.version) }
        default: answer(DeleteGroupsRequest.self, incoming) { _, request, _ in groups.deleteGroups(request) }
        }
    }

    private func dispatchTransactions(_ key: APIKey, _ incoming: IncomingRequest) {
        let transactions = core.transactions
        switch key {
        case .initProducerID:
            answer(InitProducerIdRequest.self, incoming) { transactions.initProducerID($1, version: $2.version) }
        case .addPartitionsToTxn:
            answer(AddPartitionsToTxnRequest.self, incoming) { transactions.addPartitions($1, version: $2.version) }
        case .addOffsetsToTxn:
            answer(AddOffsetsToTxnRequest.self, incoming) { transactions.addOffsets($1, version: $2.version) }
        case .endTxn: answer(EndTxnRequest.self, incoming) { transactions.end($1, version: $2.version) }
        default: answer(TxnOffsetCommitRequest.self, incoming) { core, request, _ in core.commitOffsets(request) }
        }
    }

    // MARK: Authentication

    private func handshake(_ incoming: IncomingRequest) {
        let session = incoming.session
        answer(SaslHandshakeRequest.self, incoming) { _, request, context in
            let reply = session.authentication.handshake(request, version: context.version)
            session.closing = reply.closing
            return reply.response
        }
    }

    private func authenticate(_ incoming: IncomingRequest) {
        let session = incoming.session
        answer(SaslAuthenticateRequest.self, incoming) { _, request, _ in
            let reply = session.authentication.authenticate(request)
            session.closing = reply.closing
            return reply.response
        }
    }

    /// A request that is answered at once.
    private func answer<Request: FaultableRequest & RefusableRequest>(
        _ type: Request.Type,
        _ incoming: IncomingRequest,
        work: @escaping (BrokerCore, Request, RequestContext) -> Request.Response
    ) {
        let core = core
        serve(type, incoming) { request, context, reply in reply(work(core, request, context)) }
    }
}
