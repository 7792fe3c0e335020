import Testing

@testable import connectd

@Suite("Topics on the command line")
struct TopicSpecificationTests {
    @Test("A name, with or without partitions", arguments: [("a", "a", 1), ("lines.v1_x-y:12", "lines.v1_x-y", 12)])
    func reading(_ argument: String, _ name: String, _ partitions: Int) throws {
        let topic = try #require(TopicSpecification(argument: argument))
        #expect(topic.name == name)
        #expect(topic.partitions == partitions)
    }

    @Test(
        "What Kafka would refuse is refused",
        arguments: [
            "", ":1", "a:", "a:0", "a:-1", "a:x", "a:1:2", "a b", "ä", ".", "..", String(repeating: "a", count: 250),
        ]
    )
    func refusing(_ argument: String) {
        #expect(TopicSpecification(argument: argument) == nil)
    }
}
