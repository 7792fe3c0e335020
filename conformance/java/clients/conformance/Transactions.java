package conformance;

import static conformance.Context.at;
import static conformance.Context.equal;
import static conformance.Context.isTrue;
import static conformance.Context.refused;
import static conformance.Context.send;
import static conformance.Context.until;

import conformance.Main.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** Transactions: all of it or nothing, also for readers, offsets and after a producer was replaced. */
final class Transactions {
    private static final String FENCED = "PRODUCER_FENCED|INVALID_PRODUCER_EPOCH";

    static void addTo(List<Check> checks) {
        checks.add(new Check("transactions/commit", Transactions::commit));
        checks.add(new Check("transactions/abort", Transactions::abort));
        checks.add(new Check("transactions/many in a row", Transactions::many));
        checks.add(new Check("transactions/two producers in one partition", Transactions::interleaved));
        checks.add(new Check("transactions/zombie is fenced", Transactions::zombie));
        checks.add(new Check("transactions/producer that comes back", Transactions::comesBack));
        checks.add(new Check("transactions/offsets", Transactions::offsets));
        checks.add(new Check("transactions/offsets of a former member", Transactions::formerMember));
        checks.add(new Check("transactions/timeout that is too long", Transactions::tooLong));
        checks.add(new Check("transactions/fenced by the admin", Transactions::fencedByAdmin));
    }

    private static String commit(Context context) throws Exception {
        String topic = context.topic(2);
        var producer = context.transactional(context.unique("id"));
        producer.beginTransaction();
        equal(send(producer, topic, 0, "a", "b"), List.of(0L, 1L), "offsets");
        send(producer, topic, 1, "c");
        equal(context.committedValues(topic, 0), List.of(), "read_committed before the commit");
        equal(context.values(topic, 0, "read_uncommitted"), List.of("a", "b"), "read_uncommitted before the commit");
        equal(context.offset(topic, 0, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED), 0L, "last stable offset");
        producer.commitTransaction();
        until("read_committed after the commit", () -> context.committedValues(topic, 0).equals(List.of("a", "b")));
        until("the other partition", () -> context.committedValues(topic, 1).equals(List.of("c")));
        equal(context.end(topic, 0), 3L, "end offset: two records and a marker");
        return "seen by read_committed only when committed; the marker takes an offset";
    }

    private static String abort(Context context) throws Exception {
        String topic = context.topic(1);
        var producer = context.transactional(context.unique("id"));
        producer.beginTransaction();
        send(producer, topic, 0, "no 1", "no 2");
        producer.abortTransaction();
        producer.beginTransaction();
        send(producer, topic, 0, "yes");
        producer.commitTransaction();
        until("the committed record alone", () -> context.committedValues(topic, 0).equals(List.of("yes")));
        equal(context.values(topic, 0, "read_uncommitted"), List.of("no 1", "no 2", "yes"), "read_uncommitted");
        equal(context.end(topic, 0), 5L, "end offset: three records and two markers");
        return "aborted records are read by read_uncommitted alone";
    }

    private static String many(Context context) throws Exception {
        String topic = context.topic(2);
        var producer = context.transactional(context.unique("id"));
        List<String> wanted = new ArrayList<>();
        for (int index = 0; index < 60; index++) {
            producer.beginTransaction();
            send(producer, topic, 0, "" + index);
            send(producer, topic, 1, "" + index);
            if (index % 3 == 1) {
                producer.abortTransaction();
            } else {
                producer.commitTransaction();
                wanted.add("" + index);
            }
        }
        for (int partition = 0; partition < 2; partition++) {
            int place = partition;
            until("committed records alone", () -> context.committedValues(topic, place).equals(wanted));
        }
        return "60 transactions, a third of them aborted";
    }

    private static String interleaved(Context context) throws Exception {
        String topic = context.topic(1);
        var one = context.transactional(context.unique("one"));
        var two = context.transactional(context.unique("two"));
        one.beginTransaction();
        two.beginTransaction();
        send(one, topic, 0, "1a");
        send(two, topic, 0, "2a");
        context.send(topic, 0, "plain");
        send(one, topic, 0, "1b");
        two.commitTransaction();
        equal(context.committedValues(topic, 0), List.of(), "what is stable while the older one is open");
        one.abortTransaction();
        until("what is committed or plain", () -> context.committedValues(topic, 0).equals(List.of("2a", "plain")));
        return "readers wait for the older one, then see one of the two";
    }

    private static String zombie(Context context) throws Exception {
        String topic = context.topic(1);
        String id = context.unique("id");
        var old = context.transactional(id);
        old.beginTransaction();
        send(old, topic, 0, "of the old");
        var young = context.transactional(id);
        refused(FENCED, "a record of the old one", () -> send(old, topic, 0, "late"));
        refused(FENCED, "the old one's commit", old::commitTransaction);
        young.beginTransaction();
        send(young, topic, 0, "of the new");
        young.commitTransaction();
        until("the new one's record alone", () -> context.committedValues(topic, 0).equals(List.of("of the new")));
        isTrue(!context.values(topic, 0, "read_uncommitted").contains("late"), "the zombie's record was written");
        return "fenced, its transaction aborted, its record not written";
    }

    private static String comesBack(Context context) throws Exception {
        String topic = context.topic(1);
        String id = context.unique("id");
        for (int index = 0; index < 3; index++) {
            var producer = context.transactional(id);
            producer.beginTransaction();
            send(producer, topic, 0, "" + index);
            if (index != 1) producer.commitTransaction();
        }
        until("what was left open is aborted", () -> context.committedValues(topic, 0).equals(List.of("0", "2")));
        return "what was left open is aborted by the next init";
    }

    private static String offsets(Context context) throws Exception {
        String topic = context.topic(1);
        String group = context.unique("group");
        Member member = context.member(group, topic);
        until("the member has joined", () -> !member.assignment().isEmpty());
        var producer = context.transactional(context.unique("id"));
        long[][] steps = {{4, 1, 4}, {9, 0, 4}, {7, 1, 7}};
        for (long[] step : steps) {
            producer.beginTransaction();
            ConsumerGroupMetadata metadata = member.call(consumer -> consumer.groupMetadata());
            producer.sendOffsetsToTransaction(at(topic, 0, step[0]), metadata);
            if (step[1] == 1) producer.commitTransaction();
            else producer.abortTransaction();
            until("offset " + step[2], () -> context.groupOffsets(group).equals(Map.of(new TopicPartition(topic, 0), step[2])));
        }
        return "kept when committed, forgotten when aborted";
    }

    private static String formerMember(Context context) throws Exception {
        String topic = context.topic(1);
        String group = context.unique("group");
        Member member = context.member(group, topic);
        until("the member has joined", () -> !member.assignment().isEmpty());
        ConsumerGroupMetadata metadata = member.call(consumer -> consumer.groupMetadata());
        member.leave();
        var producer = context.transactional(context.unique("id"));
        producer.beginTransaction();
        // Java says "commit failed" for what the broker calls an unknown member.
        try {
            producer.sendOffsetsToTransaction(at(topic, 0, 4), metadata);
            producer.commitTransaction();
            isTrue(false, "offsets of a member that left were accepted, where Apache Kafka answers UNKNOWN_MEMBER_ID");
        } catch (org.apache.kafka.common.KafkaException expected) {
            producer.abortTransaction();
        }
        equal(context.groupOffsets(group), Map.of(), "offsets");
        return "refused: not a member any more";
    }

    private static String tooLong(Context context) {
        var producer = context.producer("transactional.id", context.unique("id"), "transaction.timeout.ms", 3_600_000);
        refused("INVALID_TRANSACTION_TIMEOUT", "a timeout of an hour", producer::initTransactions);
        return "INVALID_TRANSACTION_TIMEOUT";
    }

    private static String fencedByAdmin(Context context) throws Exception {
        String topic = context.topic(1);
        String id = context.unique("id");
        var producer = context.transactional(id);
        producer.beginTransaction();
        send(producer, topic, 0, "never");
        Context.answer(context.admin().fenceProducers(List.of(id)).all());
        refused(FENCED, "its commit", producer::commitTransaction);
        until("its record is aborted", () ->
            context.offset(topic, 0, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED) == context.end(topic, 0));
        equal(context.committedValues(topic, 0), List.of(), "read_committed");
        return "fenced, its transaction aborted";
    }
}
