package conformance;

import static conformance.Context.answer;
import static conformance.Context.equal;
import static conformance.Context.isTrue;
import static conformance.Context.refused;
import static conformance.Context.until;

import conformance.Main.Check;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;

/** Topics: making, growing and deleting them, and the refusals. */
final class Topics {
    static void addTo(List<Check> checks) {
        checks.add(new Check("topics/create and describe", Topics::create));
        checks.add(new Check("topics/refusals", Topics::refusals));
        checks.add(new Check("topics/validate only", Topics::validateOnly));
        checks.add(new Check("topics/delete and create again", Topics::delete));
        checks.add(new Check("topics/more partitions", Topics::grow));
    }

    private static String create(Context context) throws Exception {
        String topic = context.topic(3);
        var described = answer(context.admin().describeTopics(List.of(topic)).allTopicNames()).get(topic);
        equal(described.partitions().size(), 3, "partitions");
        isTrue(!described.topicId().toString().equals("AAAAAAAAAAAAAAAAAAAAAA"), "the topic has no id");
        var byID = answer(
            context.admin().describeTopics(
                org.apache.kafka.common.TopicCollection.ofTopicIds(List.of(described.topicId()))).allTopicIds());
        equal(byID.get(described.topicId()).name(), topic, "name by id");
        isTrue(answer(context.admin().listTopics().names()).contains(topic), "the topic is not listed");
        var made = context.admin().createTopics(List.of(new NewTopic(context.unique("made"), 2, (short) 1)));
        String name = made.values().keySet().iterator().next();
        equal(answer(made.numPartitions(name)), 2, "partitions in the answer");
        equal(answer(made.replicationFactor(name)), 1, "replicas in the answer");
        isTrue(answer(made.config(name)).get("cleanup.policy") != null, "no configuration in the answer");
        answer(context.admin().deleteTopics(List.of(name)).all());
        return "by name and by id";
    }

    private static String refusals(Context context) throws Exception {
        String topic = context.topic(1);
        refused("TOPIC_ALREADY_EXISTS", "creating it again", () -> context.create(topic, 1, 1));
        for (String name : List.of("with/slash", "with space", "x".repeat(250), ".", "..")) {
            refused("INVALID_TOPIC_EXCEPTION", "the name " + name, () -> context.create(name, 1, 1));
        }
        refused("INVALID_PARTITIONS", "no partitions", () -> context.create(context.unique("none"), 0, 1));
        refused("INVALID_REPLICATION_FACTOR", "1000 replicas", () -> context.create(context.unique("many"), 1, 1000));
        refused("INVALID_CONFIG", "an unknown key", () -> context.create(context.unique("key"), 1, 1, "no.such.key", "1"));
        refused("INVALID_CONFIG", "a bad value", () -> context.create(context.unique("bad"), 1, 1, "retention.ms", "soon"));
        return "6 kinds, each with its error";
    }

    private static String validateOnly(Context context) throws Exception {
        String name = context.unique("validated");
        answer(context.admin().createTopics(
            List.of(new NewTopic(name, 2, (short) 1)), new CreateTopicsOptions().validateOnly(true)).all());
        equal(context.partitions(name), 0, "partitions of a topic that was only validated");
        return "nothing was created";
    }

    private static String delete(Context context) throws Exception {
        String name = context.unique("topic");
        context.create(name, 1, 1);
        until("the topic is there", () -> context.partitions(name) == 1);
        context.send(name, 0, "of the first");
        answer(context.admin().deleteTopics(List.of(name)).all());
        until("the topic is gone", () -> context.partitions(name) == 0);
        refused("UNKNOWN_TOPIC_OR_PARTITION", "deleting it again",
            () -> answer(context.admin().deleteTopics(List.of(name)).all()));
        context.create(name, 1, 1);
        until("the topic is there again", () -> context.partitions(name) == 1);
        until("the new topic is empty", () -> context.end(name, 0) == 0);
        equal(context.send(name, 0, "of the second"), List.of(0L), "first offset");
        equal(context.values(name, 0, "read_uncommitted"), List.of("of the second"), "records");
        answer(context.admin().deleteTopics(List.of(name)).all());
        return "empty, from offset 0";
    }

    private static String grow(Context context) throws Exception {
        String topic = context.topic(2);
        context.send(topic, 1, "kept");
        answer(context.admin().createPartitions(Map.of(topic, NewPartitions.increaseTo(5))).all());
        until("5 partitions", () -> context.partitions(topic) == 5);
        equal(context.values(topic, 1, "read_uncommitted"), List.of("kept"), "records of an old partition");
        equal(context.send(topic, 4, "new"), List.of(0L), "offset in a new partition");
        for (int total : new int[] {5, 3}) {
            refused("INVALID_PARTITIONS", "from 5 to " + total,
                () -> answer(context.admin().createPartitions(Map.of(topic, NewPartitions.increaseTo(total))).all()));
        }
        return "2 to 5; INVALID_PARTITIONS for 5 and 3";
    }
}
