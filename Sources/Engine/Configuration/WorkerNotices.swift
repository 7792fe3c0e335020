import OrderedCollections

/// What is worth saying about the keys of a worker file that nothing reads.
enum WorkerNotices {
    /// Keys of Java's world that are accepted for the file's sake, and why they have no effect.
    private static let withoutEffect: [(keys: [String], reason: String)] = [
        (["plugin.path", "plugin.discovery"], "the plugins of this program are built in"),
        (
            ["key.converter.plugin.version", "value.converter.plugin.version", "header.converter.plugin.version"],
            "the plugins of this program are built in, so each has one version"
        ),
        (["metric.reporters", "rest.extension.classes"], "Java classes cannot be loaded here"),
        (
            WorkerKeys.rest.map(\.name).filter { $0 != "rest.extension.classes" },
            "this version has no REST API"
        ),
    ]

    /// Families of keys: what follows the prefix belongs to someone else, who checks it.
    private static let familyPrefixes = [
        "producer.", "consumer.", "admin.", "key.converter.", "value.converter.", "header.converter.",
        "config.providers.",
        "listeners.https.", "admin.listeners.https.", "metrics.context.", DistributedKeys.offsetStoragePrefix,
    ]

    static func notices(for raw: RawConfiguration) -> [ConfigurationNotice] {
        var notices: [ConfigurationNotice] = []
        for (keys, reason) in withoutEffect {
            notices += group(keys.filter { raw[$0] != nil }, in: raw, "accepted and without effect: \(reason)")
        }
        for (keys, reason) in DistributedKeys.unused {
            notices += group(
                keys.filter { raw[$0] != nil },
                in: raw,
                "of the distributed worker, accepted and not used: \(reason)"
            )
        }
        for key in raw.entries.keys where !isKnown(key) {
            notices.append(notice(forUnknown: key, in: raw))
        }
        return notices
    }

    private static func isKnown(_ key: String) -> Bool {
        if WorkerConfiguration.definition.keys[key] != nil { return true }
        if ClientKeys.security.contains(key) || ClientKeys.connection.contains(key) || key == "client.id" {
            return true
        }
        return DistributedKeys.unused.contains { $0.keys.contains(key) }
            || familyPrefixes.contains { key.hasPrefix($0) && key.utf8.count > $0.utf8.count }
    }

    private static func notice(forUnknown key: String, in raw: RawConfiguration) -> ConfigurationNotice {
        let place = raw.place(of: key)
        if let family = DistributedKeys.unusedPrefixes.first(where: { key.hasPrefix($0.prefix) }) {
            return ConfigurationNotice(
                .note,
                key: key,
                "\(place): \(key) is of the distributed worker, accepted and not used: \(family.reason)"
            )
        }
        let kinds = ClientKeys.kinds(taking: key)
        if !kinds.isEmpty {
            let written = kinds.map { "\($0.workerPrefix)\(key)" }.joined(separator: " or ")
            return ConfigurationNotice(
                .warning,
                key: key,
                "\(place): \(key) is a key of Kafka clients and has no effect without a prefix; write \(written)"
            )
        }
        return ConfigurationNotice(
            .warning,
            key: key,
            "\(place): \(key) is not a key of the worker and is ignored\(NearestName.suggestion(for: key, among: candidates))"
        )
    }

    private static let candidates: [String] =
        Array(WorkerConfiguration.definition.keys.keys) + DistributedKeys.unused.flatMap(\.keys)
        + ClientKeys.security.sorted() + ClientKeys.connection.sorted()

    private static func group(
        _ keys: [String],
        in raw: RawConfiguration,
        _ text: String
    ) -> [ConfigurationNotice] {
        guard let first = keys.first else { return [] }
        let verb = keys.count == 1 ? "is" : "are"
        let place = keys.count == 1 ? raw.place(of: first) : raw.subject
        return [
            ConfigurationNotice(.note, key: first, "\(place): \(keys.joined(separator: ", ")) \(verb) \(text)")
        ]
    }
}

extension NearestName {
    /// `; did you mean x?`, or nothing.
    static func suggestion(for name: String, among candidates: [String]) -> String {
        find(name, among: candidates).map { "; did you mean \($0)?" } ?? ""
    }
}
