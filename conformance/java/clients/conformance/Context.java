package conformance;

import conformance.Main.Failed;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What one check works with: clients and names of its own, and what to clean up. */
final class Context implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    final Settings settings;
    private final String hint;
    private final Deque<Callable<?>> closing = new ArrayDeque<>();
    private Admin admin;

    Context(Settings settings, String name) {
        this.settings = settings;
        this.hint = "conf-java-" + name.replaceAll("[^A-Za-z0-9]+", "-");
    }

    String unique(String what) {
        return hint + "-" + what + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    Admin admin() {
        if (admin == null) admin = Admin.create(settings.client("request.timeout.ms", 10000, "default.api.timeout.ms", 20000));
        return admin;
    }

    // Topics.

    void create(String name, int partitions, int replicas, String... configs) throws Exception {
        NewTopic topic = new NewTopic(
            name, partitions < 0 ? Optional.empty() : Optional.of(partitions),
            replicas < 0 ? Optional.empty() : Optional.of((short) replicas));
        Map<String, String> keys = new java.util.HashMap<>();
        for (int index = 0; index < configs.length; index += 2) keys.put(configs[index], configs[index + 1]);
        answer(admin().createTopics(List.of(topic.configs(keys))).all());
    }

    /** A new topic, there when this returns. */
    String topic(int partitions, String... configs) throws Exception {
        String name = unique("topic");
        create(name, partitions, 1, configs);
        closing.push(() -> admin().deleteTopics(List.of(name)).all().get());
        until("topic " + name + " is there", () -> partitions(name) == partitions);
        return name;
    }

    /** Partitions with a leader; 0 for an unknown topic. */
    int partitions(String name) throws Exception {
        try {
            return (int) answer(admin().describeTopics(List.of(name)).allTopicNames()).get(name).partitions().stream()
                .filter(each -> each.leader() != null && !each.leader().isEmpty()).count();
        } catch (Throwable problem) {
            if (error(problem).equals("UNKNOWN_TOPIC_OR_PARTITION")) return 0;
            throw problem;
        }
    }

    // Writing.

    KafkaProducer<byte[], byte[]> producer(Object... more) {
        Map<String, Object> keys = settings.client(more);
        keys.putIfAbsent("linger.ms", 5);
        keys.putIfAbsent("delivery.timeout.ms", 20000);
        keys.putIfAbsent("request.timeout.ms", 10000);
        keys.putIfAbsent("max.block.ms", 20000);
        var producer = new KafkaProducer<>(keys, new ByteArraySerializer(), new ByteArraySerializer());
        closing.push(() -> {
            producer.close(Duration.ZERO);
            return null;
        });
        return producer;
    }

    /** A producer with a transactional id, initialised. */
    KafkaProducer<byte[], byte[]> transactional(String id) {
        var producer = producer("transactional.id", id);
        producer.initTransactions();
        return producer;
    }

    /** Sends in order to one partition, waits for all; their offsets. */
    static List<Long> send(KafkaProducer<byte[], byte[]> producer, String topic, int partition, String... values)
        throws Exception {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (String value : values) sent.add(producer.send(new ProducerRecord<>(topic, partition, null, value.getBytes())));
        producer.flush();
        List<Long> offsets = new ArrayList<>();
        for (Future<RecordMetadata> each : sent) offsets.add(answer(each).offset());
        return offsets;
    }

    List<Long> send(String topic, int partition, String... values) throws Exception {
        try (var producer = producer()) {
            return send(producer, topic, partition, values);
        }
    }

    // Reading.

    KafkaConsumer<byte[], byte[]> consumer(Object... more) {
        Map<String, Object> keys = settings.client(more);
        keys.putIfAbsent("enable.auto.commit", false);
        keys.putIfAbsent("fetch.max.wait.ms", 100);
        keys.putIfAbsent("auto.offset.reset", "none");
        keys.putIfAbsent("session.timeout.ms", 6000);
        keys.putIfAbsent("heartbeat.interval.ms", 300);
        return new KafkaConsumer<>(keys, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** All records from `start` to the end as the isolation level sees it. */
    List<ConsumerRecord<byte[], byte[]>> read(String topic, int partition, long start, String isolation, Object... more) {
        TopicPartition place = new TopicPartition(topic, partition);
        List<Object> keys = new ArrayList<>(List.of("isolation.level", isolation));
        keys.addAll(Arrays.asList(more));
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (var consumer = consumer(keys.toArray())) {
            consumer.assign(List.of(place));
            consumer.seek(place, start);
            long end = consumer.endOffsets(List.of(place)).get(place);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (consumer.position(place) < end) {
                consumer.poll(Duration.ofMillis(200)).records(place).forEach(found::add);
                if (System.nanoTime() > deadline) {
                    throw new Failed("the end " + end + " was not reached, position " + consumer.position(place));
                }
            }
        }
        return found;
    }

    List<String> values(String topic, int partition, String isolation) {
        return read(topic, partition, 0, isolation).stream().map(each -> new String(each.value())).toList();
    }

    List<String> committedValues(String topic, int partition) {
        return values(topic, partition, "read_committed");
    }

    /** The offset the broker has for a specification; -1 where there is none. */
    long offset(String topic, int partition, OffsetSpec spec, IsolationLevel isolation) throws Exception {
        TopicPartition place = new TopicPartition(topic, partition);
        return answer(admin().listOffsets(Map.of(place, spec), new ListOffsetsOptions(isolation)).all()).get(place).offset();
    }

    long end(String topic, int partition) throws Exception {
        return offset(topic, partition, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
    }

    /** A member of a group, polled by a thread of its own. */
    Member member(String group, String topic, Object... more) {
        List<Object> keys = new ArrayList<>(List.of("group.id", group, "auto.offset.reset", "earliest"));
        keys.addAll(Arrays.asList(more));
        Member member = new Member(consumer(keys.toArray()), topic);
        closing.push(() -> {
            member.leave();
            return null;
        });
        return member;
    }

    Map<TopicPartition, Long> groupOffsets(String group) throws Exception {
        var found = answer(admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        return found.entrySet().stream().filter(each -> each.getValue() != null)
            .collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().offset()));
    }

    static Map<TopicPartition, OffsetAndMetadata> at(String topic, int partition, long offset) {
        return Map.of(new TopicPartition(topic, partition), new OffsetAndMetadata(offset));
    }

    static Set<TopicPartition> all(String topic, int count) {
        Set<TopicPartition> places = new java.util.HashSet<>();
        for (int partition = 0; partition < count; partition++) places.add(new TopicPartition(topic, partition));
        return places;
    }

    /** Every partition has one owner, and every member has some. */
    static boolean shared(Collection<Member> members, String topic, int count) {
        List<TopicPartition> together = new ArrayList<>();
        for (Member member : members) {
            if (member.assignment().isEmpty()) return false;
            together.addAll(member.assignment());
        }
        return together.size() == count && Set.copyOf(together).equals(all(topic, count));
    }

    // Findings.

    /** The value of a future, its error without wrapping. */
    static <T> T answer(Future<T> future) throws Exception {
        try {
            return future.get(40, java.util.concurrent.TimeUnit.SECONDS);
        } catch (ExecutionException wrapped) {
            if (wrapped.getCause() instanceof Exception cause) throw cause;
            throw wrapped;
        }
    }

    /** Kafka's name for an exception. */
    static String error(Throwable problem) {
        for (Throwable each = problem; each != null; each = each.getCause()) {
            Errors known = Errors.forException(each);
            if (known != Errors.UNKNOWN_SERVER_ERROR) return known.name();
            // Some are told in the text alone.
            for (Errors candidate : Errors.values()) {
                String text = candidate.message();
                if (text != null && each.getMessage() != null && each.getMessage().contains(text)) return candidate.name();
            }
        }
        return problem.toString();
    }

    static void equal(Object found, Object wanted, String what) {
        if (!Objects.equals(found, wanted)) {
            throw new Failed(what + ": " + brief(found) + ", where Apache Kafka has " + brief(wanted));
        }
    }

    static void isTrue(boolean condition, String what) {
        if (!condition) throw new Failed(what);
    }

    private static String brief(Object value) {
        String text = String.valueOf(value);
        return text.length() > 300 ? text.substring(0, 300) + "…" : text;
    }

    interface Attempt {
        void run() throws Exception;
    }

    /** The attempt has to fail with one of these errors, separated by bars. */
    static void refused(String names, String what, Attempt attempt) {
        try {
            attempt.run();
        } catch (Throwable problem) {
            String name = error(problem);
            if (!List.of(names.split("\\|")).contains(name)) {
                throw new Failed(what + " failed with " + name + " (" + problem + "), where Apache Kafka answers " + names);
            }
            return;
        }
        throw new Failed(what + " was accepted, where Apache Kafka answers " + names);
    }

    /** Waits until the condition holds. Nothing is asserted about how long that takes. */
    static void until(String what, Callable<Boolean> condition) throws Exception {
        until(what, PATIENCE, condition);
    }

    static void until(String what, Duration patience, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) throw new Failed("not within " + patience.toSeconds() + " s: " + what);
            Thread.sleep(50);
        }
    }

    @Override
    public void close() {
        while (!closing.isEmpty()) {
            try {
                closing.pop().call();
            } catch (Exception ignored) {
                // What a check did not clean up does not change what it found.
            }
        }
        if (admin != null) admin.close(Duration.ofSeconds(2));
    }
}
