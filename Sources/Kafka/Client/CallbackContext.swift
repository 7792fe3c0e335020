import CRdKafka
import Engine
import Logging
import Synchronization

/// The one object behind all call-backs of a client (librdkafka has one opaque pointer per configuration). Call-backs only
/// record; whoever drains the client takes what they recorded.
final class CallbackContext: Sendable {
    /// What the group wants of this member.
    enum Rebalance: Sendable {
        case assign([TopicPartition])
        case revoke([TopicPartition], lost: Bool)
    }

    private struct State {
        var filter = ComplaintFilter()
        var errors: [(error: ConnectError, isFatal: Bool)] = []
        var rebalances: [Rebalance] = []
        var isClosing = false
    }

    let logger: Logger
    private let rebalanceWaits = Atomic(false)
    private let state = Mutex(State())

    init(logger: Logger) {
        self.logger = logger
    }

    /// Registers the call-backs; the context must outlive the client.
    func install(in configuration: OpaquePointer, rebalance: Bool) {
        rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(self).toOpaque())
        rd_kafka_conf_set_log_cb(configuration, logFromClient)
        rd_kafka_conf_set_error_cb(configuration, errorFromClient)
        if rebalance { rd_kafka_conf_set_rebalance_cb(configuration, rebalanceFromClient) }
    }

    /// An error of the client as a whole, from the call-back or from an error event.
    func report(_ code: rd_kafka_resp_err_t, text: String, isFatal: Bool) {
        state.withLock { state in
            guard let error = state.filter.report(code, text: text, isFatal: isFatal) else { return }
            state.errors.append((error, isFatal))
        }
    }

    /// A broker has acknowledged or delivered something.
    func answered(by broker: Int32) {
        state.withLock { $0.filter.answered(by: broker) }
    }

    /// What was reported and not taken yet. Bounded by the filter: one per broker and cause.
    func takeErrors() -> [(error: ConnectError, isFatal: Bool)] {
        state.withLock { state in
            guard !state.errors.isEmpty else { return [] }
            defer { state.errors = [] }
            return state.errors
        }
    }

    /// True when ``takeRebalances()`` has something. Cheap: asked per message.
    var hasRebalance: Bool { rebalanceWaits.load(ordering: .relaxed) }

    /// The rebalances that came and were not taken yet, in order.
    func takeRebalances() -> [Rebalance] {
        state.withLock { state in
            guard !state.rebalances.isEmpty else { return [] }
            defer { state.rebalances = [] }
            rebalanceWaits.store(false, ordering: .relaxed)
            return state.rebalances
        }
    }

    /// From now on revocations are answered at once: nobody takes them any more, and the client waits for the answer.
    func beginClosing() {
        state.withLock { $0.isClosing = true }
    }

    fileprivate func log(level: CInt, facility: String, text: String) {
        // Connection failures also come as errors, in clear words and once per cause; the mapping of the configuration has its
        // own notices.
        let isSaidElsewhere = ["FAIL", "ERROR", "CONFWARN"].contains(facility)
        let severity: Logger.Level =
            switch level {
            case _ where isSaidElsewhere: .debug
            case ...3: .error
            case 4: .warning
            case 5: .notice
            case 6: .info
            default: .debug
            }
        logger.log(level: severity, "\(text)", metadata: ["librdkafka": "\(facility)"])
    }

    /// Records a rebalance. True when the call-back has to answer it itself.
    fileprivate func record(_ rebalance: Rebalance) -> Bool {
        state.withLock { state in
            if !state.isClosing {
                state.rebalances.append(rebalance)
                rebalanceWaits.store(true, ordering: .relaxed)
            }
            return state.isClosing
        }
    }
}

private func context(of client: OpaquePointer?) -> CallbackContext? {
    guard let client, let opaque = rd_kafka_opaque(client) else { return nil }
    return Unmanaged<CallbackContext>.fromOpaque(opaque).takeUnretainedValue()
}

private func logFromClient(
    _ client: OpaquePointer?,
    _ level: CInt,
    _ facility: UnsafePointer<CChar>?,
    _ text: UnsafePointer<CChar>?
) {
    context(of: client)?.log(
        level: level,
        facility: facility.map { String(cString: $0) } ?? "",
        text: text.map { String(cString: $0) } ?? ""
    )
}

private func errorFromClient(
    _ client: OpaquePointer?,
    _ code: CInt,
    _ reason: UnsafePointer<CChar>?,
    _ opaque: UnsafeMutableRawPointer?
) {
    guard let client, let opaque else { return }
    let context = Unmanaged<CallbackContext>.fromOpaque(opaque).takeUnretainedValue()
    let error = rd_kafka_resp_err_t(rawValue: code)
    if error == RD_KAFKA_RESP_ERR__FATAL, let fatal = KafkaHandle.fatalError(of: client) {
        context.report(fatal.code, text: fatal.text, isFatal: true)
    } else {
        context.report(error, text: reason.map { String(cString: $0) } ?? KafkaErrors.text(error), isFatal: false)
    }
}

private func rebalanceFromClient(
    _ client: OpaquePointer?,
    _ code: rd_kafka_resp_err_t,
    _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?,
    _ opaque: UnsafeMutableRawPointer?
) {
    guard let client, let opaque else { return }
    let context = Unmanaged<CallbackContext>.fromOpaque(opaque).takeUnretainedValue()
    let partitions = list.map { TopicPartitionList.partitions(of: $0) } ?? []
    let rebalance: CallbackContext.Rebalance
    if code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
        rebalance = .assign(partitions)
    } else {
        if code != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS {
            context.report(code, text: "Rebalance failed: \(KafkaErrors.text(code))", isFatal: false)
        }
        rebalance = .revoke(partitions, lost: rd_kafka_assignment_lost(client) != 0)
    }
    guard context.record(rebalance), let list else { return }
    do {
        let member = GroupMember(client)
        if case .assign = rebalance { return }
        try member.revoke(list)
    } catch {
        context.report(code, text: "\(error)", isFatal: false)
    }
}
