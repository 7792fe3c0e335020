import CRdKafka
import Engine

/// Turns librdkafka's error codes into ``ConnectError``s: the class that decides on retries, and a text that names the cause.
enum KafkaErrors {
    /// librdkafka's text for a code.
    static func text(_ code: rd_kafka_resp_err_t) -> String {
        rd_kafka_err2str(code).map { String(cString: $0) } ?? "error \(code.rawValue)"
    }

    /// librdkafka's name of a code, such as `MSG_SIZE_TOO_LARGE`.
    static func name(_ code: rd_kafka_resp_err_t) -> String {
        rd_kafka_err2name(code).map { String(cString: $0) } ?? "\(code.rawValue)"
    }

    /// The kind of error that a code stands for.
    static func code(_ code: rd_kafka_resp_err_t, isFatal: Bool = false) -> ConnectError.Code {
        switch code {
        case RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR__SSL,
            RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM,
            RD_KAFKA_RESP_ERR_ILLEGAL_SASL_STATE, RD_KAFKA_RESP_ERR_SECURITY_DISABLED,
            RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
            .kafkaAuthentication
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
            .recordTooLarge
        case RD_KAFKA_RESP_ERR_INVALID_RECORD, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
            .data
        case RD_KAFKA_RESP_ERR__FATAL, RD_KAFKA_RESP_ERR__FENCED, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,
            RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION,
            RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT, RD_KAFKA_RESP_ERR_INVALID_REQUIRED_ACKS,
            RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, RD_KAFKA_RESP_ERR_INVALID_GROUP_ID:
            .kafkaFatal
        default:
            isFatal ? .kafkaFatal : .kafkaTransient
        }
    }

    /// An error of an operation: "what: cause".
    static func error(_ code: rd_kafka_resp_err_t, _ what: String) -> ConnectError {
        ConnectError(self.code(code), "\(what): \(text(code)) (\(name(code)))\(hint(code)).")
    }

    /// Reads and frees librdkafka's rich error object.
    static func consume(_ error: OpaquePointer) -> (code: rd_kafka_resp_err_t, text: String, isFatal: Bool) {
        defer { rd_kafka_error_destroy(error) }
        return (
            rd_kafka_error_code(error), rd_kafka_error_string(error).map { String(cString: $0) } ?? "unknown error",
            rd_kafka_error_is_fatal(error) != 0
        )
    }

    /// Why a record was not delivered, or cannot be handed over at all.
    static func delivery(_ code: rd_kafka_resp_err_t, topic: String, partition: Int32) -> ConnectError {
        let location = ErrorLocation(stage: .kafkaProduce, topic: topic, partition: partition < 0 ? nil : partition)
        return ConnectError(
            self.code(code),
            "A record could not be produced to topic \(topic): \(text(code)) (\(name(code)))\(hint(code)).",
            location: location
        )
    }

    /// What to do about it, where one thing helps; begins with a colon.
    static func hint(_ code: rd_kafka_resp_err_t) -> String {
        switch code {
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
            ": raise max.request.size of the producer and max.message.bytes of the topic, or make the record smaller"
        case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
            ": the record names a partition that the topic does not have"
        case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
            ": create the topic, or let the broker or the worker create it"
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
            ": ask for an ACL that allows it to this user"
        case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
            ": delivery.timeout.ms passed before a broker took it"
        case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND:
            ": fewer replicas are in sync than the topic's min.insync.replicas asks for"
        case RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED:
            ": raise max.poll.interval.ms, or make the sink faster"
        default:
            ""
        }
    }
}
