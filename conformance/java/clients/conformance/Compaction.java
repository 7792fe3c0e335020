package conformance;

import static conformance.Context.answer;
import static conformance.Context.equal;
import static conformance.Context.refused;
import static conformance.Context.until;

import conformance.Main.Check;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Compaction, by the broker's own cleaner: nothing but topic configuration asks for it. */
final class Compaction {
    static void addTo(List<Check> checks) {
        checks.add(new Check("compaction/newest value of each key", Compaction::newest));
        checks.add(new Check("compaction/records without a key", Compaction::keyless));
    }

    private static String keyless(Context context) throws Exception {
        String topic = context.topic(1, "cleanup.policy", "compact");
        refused("INVALID_RECORD", "a record without a key", () -> context.send(topic, 0, "v"));
        return "INVALID_RECORD";
    }

    private static String newest(Context context) throws Exception {
        // 1 MiB is the least that Kafka 4 takes for a segment.
        String topic = context.topic(1, "cleanup.policy", "compact", "segment.bytes", "1048576",
            "min.cleanable.dirty.ratio", "0.01", "delete.retention.ms", "86400000");
        Random random = new Random(3);
        List<Future<RecordMetadata>> answers = new ArrayList<>();
        // Transactional, so that the cleaner meets markers and what was aborted.
        var producer = context.transactional(context.unique("id"));
        producer.beginTransaction();
        answers.add(producer.send(new ProducerRecord<>(topic, 0, "once".getBytes(), "kept".getBytes())));
        answers.add(producer.send(new ProducerRecord<>(topic, 0, "deleted".getBytes(), "old".getBytes())));
        answers.add(producer.send(new ProducerRecord<>(topic, 0, "deleted".getBytes(), null)));
        producer.commitTransaction();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(topic, 0, "once".getBytes(), "aborted".getBytes()));
        // What was never sent would not be there to abort.
        producer.flush();
        producer.abortTransaction();
        for (int index = 0; index < 180; index++) {
            byte[] noise = new byte[20_000];
            random.nextBytes(noise);
            if (index % 60 == 0) producer.beginTransaction();
            answers.add(producer.send(new ProducerRecord<>(topic, 0, ("k" + index % 10).getBytes(), noise)));
            if (index % 60 == 59) producer.commitTransaction();
        }
        for (var each : answers) answer(each);
        until("the first segments hold only the newest value of each key", Duration.ofSeconds(100),
            () -> context.read(topic, 0, 0, "read_committed").stream().filter(each -> each.offset() < 90).count() == 2);
        var found = context.read(topic, 0, 0, "read_committed");
        equal(new String(found.get(0).value()), "kept", "the only committed value of its key");
        equal(found.get(0).offset(), 0L, "its offset");
        equal(found.get(1).offset(), 2L, "the tombstone's offset");
        equal(found.get(1).value(), null, "the tombstone's value");
        // 3 records and a marker, 1 and a marker, three times 60 and a marker.
        equal(found.get(found.size() - 1).offset(), 187L, "offset of the last record");
        return "183 committed records became " + found.size() + ", offsets unchanged";
    }
}
