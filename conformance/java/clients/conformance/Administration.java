package conformance;

import static conformance.Context.all;
import static conformance.Context.answer;
import static conformance.Context.at;
import static conformance.Context.equal;
import static conformance.Context.isTrue;
import static conformance.Context.refused;
import static conformance.Context.until;

import conformance.Main.Check;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/** Administration: the cluster, configurations, deleted records, groups and their offsets. */
final class Administration {
    static void addTo(List<Check> checks) {
        checks.add(new Check("admin/describe cluster", Administration::cluster));
        checks.add(new Check("admin/configuration", Administration::configuration));
        checks.add(new Check("admin/delete records", Administration::deleteRecords));
        checks.add(new Check("admin/groups", Administration::groups));
        checks.add(new Check("admin/group offsets", Administration::groupOffsets));
        checks.add(new Check("admin/features", Administration::features));
    }

    private static String cluster(Context context) throws Exception {
        var found = context.admin().describeCluster();
        isTrue(!answer(found.clusterId()).isEmpty(), "the cluster has no id");
        var nodes = answer(found.nodes());
        isTrue(nodes.contains(answer(found.controller())), "the controller is none of the brokers");
        return nodes.size() + " broker(s), one the controller";
    }

    /** Metadata of versions and features is read by every Java client; it has to be readable. */
    private static String features(Context context) throws Exception {
        var found = answer(context.admin().describeFeatures().featureMetadata());
        return found.supportedFeatures().size() + " features";
    }

    private static Map<String, String> own(Context context, ConfigResource resource) throws Exception {
        var entries = answer(context.admin().describeConfigs(List.of(resource)).all()).get(resource).entries();
        return entries.stream().filter(each -> each.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG)
            .collect(java.util.stream.Collectors.toMap(ConfigEntry::name, ConfigEntry::value));
    }

    private static AlterConfigOp change(OpType type, String key, String value) {
        return new AlterConfigOp(new ConfigEntry(key, value), type);
    }

    private static String configuration(Context context) throws Exception {
        String topic = context.topic(1, "retention.ms", "1000000", "max.message.bytes", "2000");
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        var entries = answer(context.admin().describeConfigs(List.of(resource)).all()).get(resource);
        equal(entries.get("compression.type").value(), "producer", "compression.type");
        equal(entries.get("cleanup.policy").value(), "delete", "cleanup.policy");
        isTrue(entries.get("cleanup.policy").isDefault(), "cleanup.policy is no default");
        equal(entries.get("retention.ms").type(), ConfigEntry.ConfigType.LONG, "type of retention.ms");
        equal(own(context, resource), Map.of("retention.ms", "1000000", "max.message.bytes", "2000"), "the topic's own");
        Collection<AlterConfigOp> changes = List.of(
            change(OpType.SET, "retention.ms", "3000000"), change(OpType.DELETE, "max.message.bytes", ""),
            change(OpType.APPEND, "cleanup.policy", "compact"));
        answer(context.admin().incrementalAlterConfigs(Map.of(resource, changes)).all());
        until("set, delete and append",
            () -> own(context, resource).equals(Map.of("retention.ms", "3000000", "cleanup.policy", "delete,compact")));
        refused("INVALID_CONFIG", "an unknown key", () -> answer(context.admin().incrementalAlterConfigs(
            Map.of(resource, List.of(change(OpType.SET, "no.such.key", "1")))).all()));
        refused("INVALID_CONFIG", "appending to a number", () -> answer(context.admin().incrementalAlterConfigs(
            Map.of(resource, List.of(change(OpType.APPEND, "retention.ms", "1")))).all()));
        ConfigResource unknown = new ConfigResource(ConfigResource.Type.TOPIC, context.unique("unknown"));
        refused("UNKNOWN_TOPIC_OR_PARTITION", "an unknown topic",
            () -> answer(context.admin().describeConfigs(List.of(unknown)).all()));
        return "described and changed; INVALID_CONFIG, UNKNOWN_TOPIC_OR_PARTITION";
    }

    private static String deleteRecords(Context context) throws Exception {
        String topic = context.topic(1);
        TopicPartition place = new TopicPartition(topic, 0);
        context.send(topic, 0, "0", "1", "2", "3", "4", "5");
        var deleted = context.admin().deleteRecords(Map.of(place, RecordsToDelete.beforeOffset(4))).lowWatermarks().get(place);
        equal(answer(deleted).lowWatermark(), 4L, "first offset that remains");
        equal(context.offset(topic, 0, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED), 4L, "earliest offset");
        equal(context.read(topic, 0, 4, "read_uncommitted").size(), 2, "what remains");
        refused("OFFSET_OUT_OF_RANGE", "deleting beyond the end", () -> answer(
            context.admin().deleteRecords(Map.of(place, RecordsToDelete.beforeOffset(7))).all()));
        answer(context.admin().deleteRecords(Map.of(place, RecordsToDelete.beforeOffset(-1))).all());
        equal(context.offset(topic, 0, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED), 6L, "earliest offset");
        return "before 4, then all; OFFSET_OUT_OF_RANGE beyond the end";
    }

    private static Set<String> listed(Context context, GroupState state) throws Exception {
        var found = answer(context.admin().listGroups(new ListGroupsOptions().inGroupStates(Set.of(state))).all());
        return found.stream().map(each -> each.groupId()).collect(java.util.stream.Collectors.toSet());
    }

    private static GroupState state(Context context, String group) throws Exception {
        return answer(context.admin().describeConsumerGroups(List.of(group)).all()).get(group).groupState();
    }

    private static String groups(Context context) throws Exception {
        String topic = context.topic(2);
        String group = context.unique("group");
        Member member = context.member(group, topic, "client.id", "checker");
        until("the member has joined", () -> member.assignment().size() == 2);
        until("the group is listed as stable", () -> listed(context, GroupState.STABLE).contains(group));
        isTrue(!listed(context, GroupState.EMPTY).contains(group), "a stable group is listed as empty");
        var described = answer(context.admin().describeConsumerGroups(List.of(group)).all()).get(group);
        equal(described.groupState(), GroupState.STABLE, "state");
        var one = described.members().iterator().next();
        equal(one.assignment().topicPartitions(), all(topic, 2), "assignment");
        equal(one.clientId(), "checker", "client id");
        isTrue(one.host().startsWith("/"), "the host is not written as Java writes addresses: " + one.host());
        refused("NON_EMPTY_GROUP", "deleting it with a member",
            () -> answer(context.admin().deleteConsumerGroups(List.of(group)).all()));
        member.call(consumer -> {
            consumer.commitSync();
            return null;
        });
        member.leave();
        until("the group is empty", () -> state(context, group) == GroupState.EMPTY);
        answer(context.admin().deleteConsumerGroups(List.of(group)).all());
        refused("GROUP_ID_NOT_FOUND", "deleting it again",
            () -> answer(context.admin().deleteConsumerGroups(List.of(group)).all()));
        refused("GROUP_ID_NOT_FOUND", "describing it", () -> state(context, group));
        return "listed by state, described, NON_EMPTY_GROUP, deleted, GROUP_ID_NOT_FOUND";
    }

    private static String groupOffsets(Context context) throws Exception {
        String topic = context.topic(2);
        String group = context.unique("group");
        var zero = new TopicPartition(topic, 0);
        var one = new TopicPartition(topic, 1);
        answer(context.admin().alterConsumerGroupOffsets(group, at(topic, 0, 3)).all());
        answer(context.admin().alterConsumerGroupOffsets(group, at(topic, 1, 4)).all());
        equal(context.groupOffsets(group), Map.of(zero, 3L, one, 4L), "offsets");
        Member member = context.member(group, topic);
        until("a member has joined", () -> !member.assignment().isEmpty());
        refused("GROUP_SUBSCRIBED_TO_TOPIC", "deleting offsets of a topic that is read",
            () -> answer(context.admin().deleteConsumerGroupOffsets(group, Set.of(zero)).partitionResult(zero)));
        member.leave();
        until("the group is empty", () -> state(context, group) == GroupState.EMPTY);
        answer(context.admin().deleteConsumerGroupOffsets(group, Set.of(zero)).partitionResult(zero));
        equal(context.groupOffsets(group), Map.of(one, 4L), "offsets");
        return "changed and deleted while empty; GROUP_SUBSCRIBED_TO_TOPIC while read";
    }
}
