package conformance;

import static conformance.Context.all;
import static conformance.Context.answer;
import static conformance.Context.at;
import static conformance.Context.equal;
import static conformance.Context.isTrue;
import static conformance.Context.refused;
import static conformance.Context.shared;
import static conformance.Context.until;

import conformance.Main.Check;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;

/** Consumer groups: who gets what, when that changes, and what is committed. */
final class Groups {
    private static final String STRATEGY = "partition.assignment.strategy";

    static void addTo(List<Check> checks) {
        checks.add(new Check("groups/one member", Groups::oneMember));
        checks.add(new Check("groups/eager rebalances", Groups::eager));
        checks.add(new Check("groups/cooperative rebalance", Groups::cooperative));
        checks.add(new Check("groups/static member comes back", Groups::staticMember));
        checks.add(new Check("groups/two with the same instance id", Groups::fenced));
        checks.add(new Check("groups/static member removed", Groups::removed));
        checks.add(new Check("groups/commit from outside", Groups::outside));
        checks.add(new Check("groups/new partitions", Groups::newPartitions));
        checks.add(new Check("groups/members come and go under load", Groups::storm));
    }

    private static String oneMember(Context context) throws Exception {
        String topic = context.topic(2);
        String group = context.unique("group");
        for (int partition = 0; partition < 2; partition++) context.send(topic, partition, "a", "b", "c");
        Member member = context.member(group, topic);
        until("all records are read", () -> member.records.size() == 6);
        equal(member.assignment(), all(topic, 2), "assignment");
        member.call(consumer -> {
            consumer.commitSync(Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(2, "größe ✓")));
            return null;
        });
        var found = member.call(consumer -> consumer.committed(all(topic, 2)));
        equal(found.get(new TopicPartition(topic, 0)).metadata(), "größe ✓", "metadata");
        equal(found.get(new TopicPartition(topic, 1)), null, "committed where nothing was");
        member.leave();
        Member again = context.member(group, topic);
        until("what was not committed is read", () -> again.records.size() == 4);
        var offsets = again.records.stream().filter(each -> each.partition() == 0).map(each -> each.offset()).toList();
        equal(offsets, List.of(2L), "offsets");
        return "reads all, and goes on after what it committed";
    }

    private static String eager(Context context) throws Exception {
        String topic = context.topic(6);
        String group = context.unique("group");
        Object[] range = {STRATEGY, RangeAssignor.class.getName()};
        Member first = context.member(group, topic, range);
        until("the first has all", () -> first.assignment().equals(all(topic, 6)));
        Member second = context.member(group, topic, range);
        until("two share", () -> shared(List.of(first, second), topic, 6));
        equal(first.givenUp.get(0), all(topic, 6), "what the first gave up");
        Member third = context.member(group, topic, range);
        until("three share", () -> shared(List.of(first, second, third), topic, 6));
        equal(third.assignment().size(), 2, "partitions of the third");
        second.leave();
        until("two are left", () -> shared(List.of(first, third), topic, 6));
        return "1, 2, 3, 2 members";
    }

    private static String cooperative(Context context) throws Exception {
        String topic = context.topic(4);
        String group = context.unique("group");
        Object[] sticky = {STRATEGY, CooperativeStickyAssignor.class.getName()};
        Member first = context.member(group, topic, sticky);
        until("the first has all", () -> first.assignment().equals(all(topic, 4)));
        Member second = context.member(group, topic, sticky);
        until("two share", () -> shared(List.of(first, second), topic, 4));
        equal(List.copyOf(first.givenUp), List.of(second.assignment()), "what the first gave up");
        second.leave();
        until("the first has all again", () -> first.assignment().equals(all(topic, 4)));
        equal(first.givenUp.size(), 1, "how often the first gave something up");
        return "gave up only what the other got";
    }

    private static String staticMember(Context context) throws Exception {
        String topic = context.topic(4);
        String group = context.unique("group");
        Member first = context.member(group, topic, "group.instance.id", "one");
        Member second = context.member(group, topic, "group.instance.id", "two");
        until("two share", () -> shared(List.of(first, second), topic, 4));
        Set<TopicPartition> before = second.assignment();
        int rebalances = first.rebalances;
        second.leave();
        Member again = context.member(group, topic, "group.instance.id", "two");
        until("the member is back", () -> !again.assignment().isEmpty());
        equal(again.assignment(), before, "its partitions");
        Thread.sleep(1000);
        equal(first.rebalances, rebalances, "rebalances the other saw");
        return "the same partitions, no rebalance for the other";
    }

    private static String fenced(Context context) throws Exception {
        String topic = context.topic(1);
        String group = context.unique("group");
        Member first = context.member(group, topic, "group.instance.id", "one");
        until("the first has joined", () -> !first.assignment().isEmpty());
        Member second = context.member(group, topic, "group.instance.id", "one");
        until("the second has its place", () -> !second.assignment().isEmpty());
        until("the first hears of it", () -> first.failure != null);
        isTrue(first.failure instanceof FencedInstanceIdException, "the first got " + first.failure);
        return "FENCED_INSTANCE_ID for the first";
    }

    private static String removed(Context context) throws Exception {
        String topic = context.topic(2);
        String group = context.unique("group");
        Member first = context.member(group, topic, "group.instance.id", "one");
        Member second = context.member(group, topic, "group.instance.id", "two");
        until("two share", () -> shared(List.of(first, second), topic, 2));
        second.leave();
        equal(answer(context.admin().describeConsumerGroups(List.of(group)).all()).get(group).members().size(), 2,
            "members while the second is away");
        answer(context.admin().removeMembersFromConsumerGroup(
            group, new RemoveMembersFromConsumerGroupOptions(Set.of(new MemberToRemove("two")))).all());
        until("the first has all", () -> first.assignment().equals(all(topic, 2)));
        refused("UNKNOWN_MEMBER_ID", "removing it again", () -> answer(context.admin().removeMembersFromConsumerGroup(
            group, new RemoveMembersFromConsumerGroupOptions(Set.of(new MemberToRemove("two")))).all()));
        return "its partitions go to the other";
    }

    private static String outside(Context context) throws Exception {
        String topic = context.topic(1);
        String group = context.unique("group");
        Member member = context.member(group, topic);
        until("the member has joined", () -> !member.assignment().isEmpty());
        refused("UNKNOWN_MEMBER_ID", "a commit without membership",
            () -> answer(context.admin().alterConsumerGroupOffsets(group, at(topic, 0, 1)).all()));
        member.leave();
        answer(context.admin().alterConsumerGroupOffsets(group, at(topic, 0, 1)).all());
        equal(context.groupOffsets(group), Map.of(new TopicPartition(topic, 0), 1L), "offsets");
        return "UNKNOWN_MEMBER_ID while the group has members, accepted when empty";
    }

    private static String newPartitions(Context context) throws Exception {
        String topic = context.topic(1);
        Member member = context.member(context.unique("group"), topic);
        until("the member has joined", () -> member.assignment().equals(all(topic, 1)));
        answer(context.admin().createPartitions(Map.of(topic, NewPartitions.increaseTo(3))).all());
        until("the member has the new ones", () -> member.assignment().equals(all(topic, 3)));
        return "assigned without being asked";
    }

    private static String storm(Context context) throws Exception {
        String topic = context.topic(6);
        String group = context.unique("group");
        List<Member> here = new ArrayList<>();
        List<Member> ever = new ArrayList<>();
        int sent = 0;
        try (var producer = context.producer()) {
            for (int change : new int[] {1, 1, 1, -1, 1, -1}) {
                if (change > 0) {
                    here.add(context.member(group, topic));
                    ever.add(here.get(here.size() - 1));
                } else {
                    here.remove(0).leave();
                }
                for (int partition = 0; partition < 6; partition++) {
                    Context.send(producer, topic, partition, "" + sent++, "" + sent++, "" + sent++);
                }
                until(here.size() + " members share", () -> shared(here, topic, 6));
            }
        }
        int total = sent;
        until("every record is read by some member", () -> {
            Set<String> seen = new HashSet<>();
            for (Member member : ever) member.records.forEach(each -> seen.add(new String(each.value())));
            return seen.size() == total;
        });
        return total + " records, 6 changes of membership, none lost";
    }
}
