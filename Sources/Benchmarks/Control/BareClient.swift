import CRdKafka
import Engine
import Kafka

/// A client of librdkafka with nothing around it, configured as the engine's is.
struct BareClient {
    let pointer: OpaquePointer

    init(_ kind: rd_kafka_type_t, properties: [ClientProperty], events: CInt = 0) throws {
        let configuration = rd_kafka_conf_new()
        var text = [CChar](repeating: 0, count: 512)
        for property in properties {
            guard
                rd_kafka_conf_set(configuration, property.name, property.value, &text, text.count) == RD_KAFKA_CONF_OK
            else {
                rd_kafka_conf_destroy(configuration)
                throw Self.error("set \(property.name)", text)
            }
        }
        if events != 0 { rd_kafka_conf_set_events(configuration, events) }
        guard let pointer = rd_kafka_new(kind, configuration, &text, text.count) else {
            rd_kafka_conf_destroy(configuration)
            throw Self.error("start", text)
        }
        self.pointer = pointer
    }

    /// Waits for librdkafka's threads.
    func destroy() {
        rd_kafka_destroy(pointer)
    }

    static func error(_ attempt: String, _ code: rd_kafka_resp_err_t) -> ConnectError {
        ConnectError(.connect, "the control cannot \(attempt): \(String(cString: rd_kafka_err2str(code)))")
    }

    private static func error(_ attempt: String, _ text: [CChar]) -> ConnectError {
        let reason = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return ConnectError(.configuration, "the control cannot \(attempt): \(reason)")
    }
}
