package conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** A member of a consumer group that is polled by a thread of its own, as an application does. */
final class Member implements ConsumerRebalanceListener {
    final List<ConsumerRecord<byte[], byte[]>> records = new CopyOnWriteArrayList<>();
    /** What was given up, in order; empty sets are left out. */
    final List<Set<TopicPartition>> givenUp = new CopyOnWriteArrayList<>();
    volatile Exception failure;
    volatile int rebalances;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final ConcurrentLinkedQueue<Runnable> calls = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile Set<TopicPartition> assignment = Set.of();
    private volatile boolean stopping;

    interface Call<T> {
        T run(KafkaConsumer<byte[], byte[]> consumer) throws Exception;
    }

    Member(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        this.consumer = consumer;
        consumer.subscribe(List.of(topic), this);
        thread = new Thread(this::poll, "member");
        thread.setDaemon(true);
        thread.start();
    }

    Set<TopicPartition> assignment() {
        return assignment;
    }

    List<Long> offsets() {
        return records.stream().map(ConsumerRecord::offset).toList();
    }

    /** Runs between two polls. */
    <T> T call(Call<T> body) throws Exception {
        CompletableFuture<T> done = new CompletableFuture<>();
        calls.add(() -> {
            try {
                done.complete(body.run(consumer));
            } catch (Exception problem) {
                done.completeExceptionally(problem);
            }
        });
        return Context.answer(done);
    }

    /** Leaves the group; a static member only stops. */
    void leave() throws InterruptedException {
        stopping = true;
        thread.join(TimeUnit.SECONDS.toMillis(20));
    }

    private void poll() {
        try (consumer) {
            while (!stopping) {
                for (Runnable call = calls.poll(); call != null; call = calls.poll()) call.run();
                List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
                consumer.poll(Duration.ofMillis(100)).forEach(found::add);
                records.addAll(found);
                assignment = Set.copyOf(consumer.assignment());
            }
        } catch (Exception problem) {
            failure = problem;
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        if (!partitions.isEmpty()) givenUp.add(new HashSet<>(partitions));
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        rebalances++;
    }
}
