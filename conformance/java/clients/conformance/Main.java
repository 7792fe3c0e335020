package conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Checks the broker at CONNECT_BOOTSTRAP with Java's own clients: {@code Main [part of a check's name]}. One line per check;
 * ends with 1 when one differs from Apache Kafka.
 */
public final class Main {
    interface Body {
        /** What was found, in a few words. */
        String run(Context context) throws Exception;
    }

    record Check(String name, Body body) {}

    /** The broker answered something else than Apache Kafka does. */
    static final class Failed extends RuntimeException {
        Failed(String what) {
            super(what);
        }
    }

    /** The check cannot be made here. */
    static final class Skipped extends RuntimeException {
        Skipped(String why) {
            super(why);
        }
    }

    private static final AtomicInteger passed = new AtomicInteger();
    private static final AtomicInteger failed = new AtomicInteger();
    private static final AtomicInteger skipped = new AtomicInteger();

    public static void main(String[] arguments) throws Exception {
        String part = arguments.length > 0 ? arguments[0] : "";
        Settings settings = Settings.read(System.getenv());
        List<Check> checks = new ArrayList<>();
        // Those that wait longest come first.
        Compaction.addTo(checks);
        Groups.addTo(checks);
        Transactions.addTo(checks);
        Records.addTo(checks);
        Topics.addTo(checks);
        Administration.addTo(checks);
        Security.addTo(checks);

        ExecutorService pool = Executors.newFixedThreadPool(6);
        List<Future<?>> running = new ArrayList<>();
        for (Check check : checks) {
            if (check.name().contains(part)) running.add(pool.submit(() -> run(check, settings)));
        }
        for (Future<?> each : running) each.get();
        pool.shutdown();
        System.out.printf(
            "java: %d as Apache Kafka, %d differ, %d skipped%n", passed.get(), failed.get(), skipped.get());
        System.out.flush();
        // Threads of clients may linger.
        Runtime.getRuntime().halt(failed.get() > 0 || passed.get() == 0 ? 1 : 0);
    }

    private static void run(Check check, Settings settings) {
        long started = System.nanoTime();
        String outcome;
        String detail;
        try (Context context = new Context(settings, check.name())) {
            detail = check.body().run(context);
            outcome = "ok";
            passed.incrementAndGet();
        } catch (Skipped reason) {
            outcome = "skip";
            detail = reason.getMessage();
            skipped.incrementAndGet();
        } catch (Throwable problem) {
            outcome = "FAIL";
            detail = problem instanceof Failed ? problem.getMessage() : describe(problem);
            failed.incrementAndGet();
        }
        double seconds = (System.nanoTime() - started) / 1e9;
        synchronized (Main.class) {
            System.out.printf("%-4s java %s: %s (%.1f s)%n", outcome, check.name(), detail.replaceAll("\\s+", " "), seconds);
            System.out.flush();
        }
    }

    private static String describe(Throwable problem) {
        StringBuilder text = new StringBuilder(problem.toString());
        for (StackTraceElement frame : problem.getStackTrace()) {
            if (frame.getClassName().startsWith("conformance.")) text.append(" at ").append(frame);
        }
        if (problem.getCause() != null) text.append(", because of ").append(problem.getCause());
        return text.toString();
    }
}
