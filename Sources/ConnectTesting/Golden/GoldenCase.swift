public import Engine
internal import OrderedCollections

/// One recorded case: a line of a `.jsonl` file.
public struct GoldenCase: Sendable {
    /// The file's name.
    public let file: String
    /// The line, from 1.
    public let line: Int
    /// The whole line.
    public let json: JSONValue

    /// The running number of the case in its file; the line's number when it has none.
    public var id: Int64 { json["id"]?.int64Value ?? Int64(line) }
    /// What was called.
    public var operation: String { json["op"]?.stringValue ?? "" }
    /// What the case is about.
    public var summary: String { json["desc"]?.stringValue ?? "" }
    /// The topic it was called with.
    public var topic: String { json["topic"]?.stringValue ?? "" }
    /// True when it was called for a key.
    public var isKey: Bool { json["is_key"]?.boolValue ?? false }

    /// The configuration it was called with.
    public var configuration: [String: String] {
        var result: [String: String] = [:]
        for (key, value) in json["config"]?.objectValue ?? [:] { result[key] = value.stringValue ?? value.description }
        return result
    }

    /// The recorded error's Java classes, outermost first; `nil` when the call succeeded.
    public var errorClasses: [String]? {
        guard var error = json["error"], !error.isNull else { return nil }
        var classes: [String] = []
        while let name = error["class"]?.stringValue {
            classes.append(name)
            guard let cause = error["cause"] else { break }
            error = cause
        }
        return classes
    }
}

/// How the cases of a file went.
public struct GoldenResult: Sendable {
    /// How many did as recorded.
    public private(set) var passed = 0
    /// Those that did not, each with file, number and what differs.
    public private(set) var failures: [String] = []
    /// Those that do not apply here, with the reason.
    public private(set) var notApplicable: [String: Int] = [:]

    /// No case yet.
    public init() {}

    /// Runs each case and notes how it went. `body` throws when the case fails, ``GoldenNotApplicable`` when it does not apply.
    public mutating func run(_ cases: [GoldenCase], _ body: (GoldenCase) throws -> Void) {
        for golden in cases {
            do {
                try body(golden)
                passed += 1
            } catch let none as GoldenNotApplicable {
                notApplicable[none.reason, default: 0] += 1
            } catch {
                failures.append("\(golden.file) id \(golden.id) \(golden.operation) \"\(golden.summary)\": \(error)")
            }
        }
    }

    /// One line for people: how many passed, failed and do not apply.
    public var summary: String {
        let reasons = notApplicable.sorted { $0.key < $1.key }.map { ", \($0.value) \($0.key)" }.joined()
        return "\(passed) as recorded, \(failures.count) otherwise\(reasons)"
    }
}

/// The Java classes under which an error and its causes are known, outermost first; stops at an error that has none.
public func javaClasses(of error: any Error) -> [String] {
    var classes: [String] = []
    var next: (any Error)? = error
    while let known = next as? ConnectError {
        classes.append(known.code.javaClassName)
        next = known.cause
    }
    return classes
}
