import CRdKafka

/// The argument list of `rd_kafka_produceva`: filled anew for every record, allocated once per producer.
struct ProduceArguments: ~Copyable {
    private let arguments: UnsafeMutableBufferPointer<rd_kafka_vu_t>

    private static let topic = 0
    private static let partition = 1
    private static let value = 2
    private static let key = 3
    private static let token = 4
    private static let timestamp = 5
    private static let headers = 6

    init() {
        arguments = .allocate(capacity: 7)
        arguments.initialize(repeating: rd_kafka_vu_t())
        arguments[Self.topic].vtype = RD_KAFKA_VTYPE_RKT
        arguments[Self.partition].vtype = RD_KAFKA_VTYPE_PARTITION
        arguments[Self.value].vtype = RD_KAFKA_VTYPE_VALUE
        arguments[Self.key].vtype = RD_KAFKA_VTYPE_KEY
        arguments[Self.token].vtype = RD_KAFKA_VTYPE_OPAQUE
        arguments[Self.timestamp].vtype = RD_KAFKA_VTYPE_TIMESTAMP
        arguments[Self.headers].vtype = RD_KAFKA_VTYPE_HEADERS
    }

    deinit {
        arguments.deallocate()
    }

    /// Where the record goes. -1 lets the partitioner choose.
    func setTarget(_ topic: OpaquePointer, partition: Int32) {
        arguments[Self.topic].u.rkt = topic
        arguments[Self.partition].u.i32 = partition
    }

    /// The value; `nil` for none.
    func setValue(_ address: UnsafeMutableRawPointer?, _ count: Int) {
        arguments[Self.value].u.mem.ptr = address
        arguments[Self.value].u.mem.size = count
    }

    /// The key; `nil` for none.
    func setKey(_ address: UnsafeMutableRawPointer?, _ count: Int) {
        arguments[Self.key].u.mem.ptr = address
        arguments[Self.key].u.mem.size = count
    }

    /// Hands the record over. `token` comes back in its report; a timestamp of 0 means now. Answers with an error that is the
    /// caller's to free; then the headers are still the caller's too.
    func produce(
        _ client: OpaquePointer,
        token: UnsafeMutableRawPointer?,
        timestamp: Int64,
        headers: OpaquePointer?
    ) -> OpaquePointer? {
        arguments[Self.token].u.ptr = token
        arguments[Self.timestamp].u.i64 = timestamp
        arguments[Self.headers].u.headers = headers
        return rd_kafka_produceva(client, arguments.baseAddress, headers == nil ? 6 : 7)
    }
}
