import Engine
import Logging

/// Creates a source connector's topics before their first record, by its `topic.creation.*` rules (KIP-158).
///
/// Remembers the topics it has seen, so that a batch of known topics costs one set look-up and no `await` on Kafka.
actor TopicCreator {
    private let admin: any AdminClient
    private let rules: [TopicCreationRule]
    private let logger: Logger
    private var known: Set<String> = []

    init(admin: any AdminClient, rules: [TopicCreationRule], logger: Logger) {
        self.admin = admin
        self.rules = rules
        self.logger = logger
    }

    /// Makes sure that the topics exist. Suspends on Kafka for new ones. Throws when Kafka refuses.
    func ensure(_ topics: [String]) async throws {
        let unknown = topics.filter { !known.contains($0) }
        guard !unknown.isEmpty else { return }
        let existing = try await admin.describeTopics(unknown)
        for topic in unknown {
            if existing[topic] == nil { try await create(topic) }
            known.insert(topic)
        }
    }

    /// Frees the admin client.
    func close() async { await admin.close() }

    private func create(_ topic: String) async throws {
        // The groups come in order, `default` last; without a match the creation is left to the broker.
        guard let rule = rules.first(where: { $0.matches(topic) }) else { return }
        do {
            let isNew = try await admin.createTopic(rule.newTopic(topic))
            logger.info("\(isNew ? "created the topic" : "found the topic")", metadata: ["topic": "\(topic)"])
        } catch is AdminUnsupported {
            // As Connect's TopicAdmin: such a broker creates topics by itself, or the first record will say that it does not.
            logger.info(
                "the broker has no topic administration; leaving the creation of the topic to it",
                metadata: ["topic": "\(topic)"]
            )
        }
    }
}
