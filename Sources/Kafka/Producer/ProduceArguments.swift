import CRdKafka

/// The argument list of `rd_kafka_produceva`, on the stack.
struct ProduceArguments {
    private var arguments: InlineArray<8, rd_kafka_vu_t>
    private var count = 0

    init() {
        arguments = InlineArray(repeating: rd_kafka_vu_t())
    }

    mutating func add(_ type: rd_kafka_vtype_t, _ set: (inout rd_kafka_vu_t.__Unnamed_union_u) -> Void) {
        arguments[count].vtype = type
        set(&arguments[count].u)
        count += 1
    }

    /// Hands the record over; the error is the caller's to free.
    mutating func produce(_ client: OpaquePointer) -> OpaquePointer? {
        let count = count
        return arguments.mutableSpan.withUnsafeBufferPointer { rd_kafka_produceva(client, $0.baseAddress, count) }
    }
}
