package conformance;

import static conformance.Context.answer;
import static conformance.Context.equal;
import static conformance.Context.isTrue;
import static conformance.Context.refused;

import conformance.Main.Check;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;

/** Records come back unchanged and in order; their timestamps, and offsets found by them. */
final class Records {
    private static final long BASE = System.currentTimeMillis() - 86_400_000;

    static void addTo(List<Check> checks) {
        for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
            checks.add(new Check("records/" + codec, context -> codec(context, codec)));
        }
        checks.add(new Check("records/many", Records::many));
        checks.add(new Check("records/largest", Records::largest));
        checks.add(new Check("timestamps/CreateTime and offsets for times", Records::createTime));
        checks.add(new Check("timestamps/LogAppendTime", Records::appendTime));
        checks.add(new Check("timestamps/too far off", Records::tooFar));
    }

    private static String codec(Context context, String codec) throws Exception {
        String topic = context.topic(1);
        Random random = new Random(1);
        List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();
        for (int index = 0; index < 300; index++) {
            byte[] noise = new byte[1 + random.nextInt(300)];
            random.nextBytes(noise);
            byte[][] keys = {null, {}, ("key " + index % 7).getBytes(), noise};
            byte[][] values = {null, {}, ("value " + index).getBytes(), noise, "long ".repeat(400).getBytes()};
            var record = new ProducerRecord<>(topic, 0, BASE + index, keys[index % 4], values[index % 5]);
            if (index % 3 == 0) record.headers().add("h", new byte[] {1}).add("h", null).add("ü", new byte[0]);
            sent.add(record);
        }
        try (var producer = context.producer("compression.type", codec, "linger.ms", 20)) {
            List<Future<RecordMetadata>> answers = sent.stream().map(producer::send).toList();
            for (int index = 0; index < answers.size(); index++) {
                equal(answer(answers.get(index)).offset(), (long) index, "offset");
            }
        }
        List<ConsumerRecord<byte[], byte[]>> found = context.read(topic, 0, 0, "read_committed");
        equal(found.size(), sent.size(), "records read");
        for (int index = 0; index < sent.size(); index++) {
            var one = found.get(index);
            var other = sent.get(index);
            isTrue(
                one.offset() == index && Arrays.equals(one.key(), other.key()) && Arrays.equals(one.value(), other.value())
                    && one.timestamp() == BASE + index && headers(one.headers()).equals(headers(other.headers())),
                "record " + index + " differs from what was sent: " + one);
        }
        equal(context.read(topic, 0, 157, "read_uncommitted").get(0).offset(), 157L, "first offset from within a batch");
        return "300 records";
    }

    private static List<String> headers(Iterable<Header> headers) {
        List<String> texts = new ArrayList<>();
        for (Header header : headers) texts.add(header.key() + "=" + Arrays.toString(header.value()));
        return texts;
    }

    private static String many(Context context) throws Exception {
        String topic = context.topic(3);
        int count = 30_000;
        List<Future<RecordMetadata>> answers = new ArrayList<>();
        try (var producer = context.producer("compression.type", "lz4", "linger.ms", 10)) {
            for (int index = 0; index < count; index++) {
                answers.add(producer.send(new ProducerRecord<>(topic, index % 3, null, ("record " + index).getBytes())));
            }
        }
        for (Future<RecordMetadata> each : answers) answer(each);
        for (int partition = 0; partition < 3; partition++) {
            List<String> values = context.values(topic, partition, "read_uncommitted");
            equal(values.size(), count / 3, "records of a partition");
            for (int index = 0; index < values.size(); index++) {
                equal(values.get(index), "record " + (index * 3 + partition), "order");
            }
        }
        return count + " records in 3 partitions, each once, in order";
    }

    private static String largest(Context context) throws Exception {
        String topic = context.topic(1, "max.message.bytes", "200000");
        byte[] noise = new byte[199_000];
        new Random(2).nextBytes(noise);
        try (var producer = context.producer("max.request.size", 4_000_000)) {
            answer(producer.send(new ProducerRecord<>(topic, 0, null, noise)));
            byte[] more = new byte[201_000];
            refused("MESSAGE_TOO_LARGE", "201,000 bytes where max.message.bytes is 200,000",
                () -> answer(producer.send(new ProducerRecord<>(topic, 0, null, more))));
        }
        var found = context.read(topic, 0, 0, "read_uncommitted", "max.partition.fetch.bytes", 1000);
        equal(found.size(), 1, "records");
        isTrue(Arrays.equals(found.get(0).value(), noise), "the record differs");
        return "MESSAGE_TOO_LARGE; the first batch comes whole in a small fetch";
    }

    private static String createTime(Context context) throws Exception {
        String topic = context.topic(1);
        equal(context.offset(topic, 0, OffsetSpec.maxTimestamp(), IsolationLevel.READ_UNCOMMITTED), -1L, "greatest when empty");
        try (var producer = context.producer("compression.type", "gzip", "linger.ms", 20)) {
            List<Future<RecordMetadata>> answers = new ArrayList<>();
            for (long at : new long[] {0, 1000, 5000, 2000, 3000}) {
                answers.add(producer.send(new ProducerRecord<>(topic, 0, BASE + at, null, new byte[1])));
            }
            for (var each : answers) answer(each);
        }
        var found = context.read(topic, 0, 0, "read_uncommitted");
        equal(
            found.stream().map(each -> each.timestamp() - BASE).toList(), List.of(0L, 1000L, 5000L, 2000L, 3000L), "timestamps");
        equal(found.get(0).timestampType(), TimestampType.CREATE_TIME, "type");
        long[][] wanted = {{-1, 0}, {0, 0}, {1, 1}, {1001, 2}, {5000, 2}, {5001, -1}};
        for (long[] pair : wanted) {
            equal(context.offset(topic, 0, OffsetSpec.forTimestamp(BASE + pair[0]), IsolationLevel.READ_UNCOMMITTED), pair[1],
                "offset for the time +" + pair[0]);
        }
        equal(context.offset(topic, 0, OffsetSpec.maxTimestamp(), IsolationLevel.READ_UNCOMMITTED), 2L, "offset of the greatest");
        return "kept; 6 times and the greatest found";
    }

    private static String appendTime(Context context) throws Exception {
        String topic = context.topic(1, "message.timestamp.type", "LogAppendTime");
        try (var producer = context.producer()) {
            var answered = answer(producer.send(new ProducerRecord<>(topic, 0, BASE, null, new byte[1])));
            isTrue(answered.timestamp() > BASE + 80_000_000, "the answer has the producer's time");
        }
        var found = context.read(topic, 0, 0, "read_uncommitted").get(0);
        equal(found.timestampType(), TimestampType.LOG_APPEND_TIME, "type");
        isTrue(found.timestamp() > BASE + 80_000_000, "the record has the producer's time");
        return "the broker's time, in the answer and in the record";
    }

    private static String tooFar(Context context) throws Exception {
        String topic = context.topic(1, "message.timestamp.after.max.ms", "3600000");
        try (var producer = context.producer()) {
            refused("INVALID_TIMESTAMP", "a record two hours ahead", () -> answer(producer.send(
                new ProducerRecord<>(topic, 0, System.currentTimeMillis() + 7_200_000, null, new byte[1]))));
        }
        return "INVALID_TIMESTAMP";
    }
}
