/// Changes records one at a time, or drops them.
///
/// One instance per task and place in `transforms`. Called by one converter actor at a time only when ``isOrderSensitive``;
/// otherwise by several at once.
///
/// Source: `org.apache.kafka.connect.transforms.Transformation`.
public protocol Transformation: Sendable {
    /// The keys it takes (without the `transforms.<alias>.` prefix).
    static var configDefinition: ConfigDefinition { get }
    /// Made once per task.
    init(configuration: [String: String]) throws
    /// True when records must be seen one after the other: pins the converter pool to one actor.
    var isOrderSensitive: Bool { get }
    /// Changes the record in place; `false` drops it.
    func apply(_ record: inout ConnectRecord) throws -> Bool
}

extension Transformation {
    /// By default, no.
    public var isOrderSensitive: Bool { false }
}

/// Decides whether a transformation applies to a record.
///
/// Source: `org.apache.kafka.connect.transforms.predicates.Predicate`.
public protocol Predicate: Sendable {
    /// The keys it takes (without the `predicates.<alias>.` prefix).
    static var configDefinition: ConfigDefinition { get }
    /// Made once per task.
    init(configuration: [String: String]) throws
    /// True when the transformation applies.
    func test(_ record: ConnectRecord) throws -> Bool
}
