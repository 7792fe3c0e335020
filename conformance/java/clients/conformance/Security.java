package conformance;

import static conformance.Context.answer;
import static conformance.Context.equal;

import conformance.Main.Check;
import conformance.Main.Failed;
import conformance.Main.Skipped;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;

/** SASL and TLS, on the listeners that the environment names. */
final class Security {
    static void addTo(List<Check> checks) {
        for (String mechanism : List.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")) {
            checks.add(new Check("security/SASL " + mechanism, context -> sasl(context, mechanism, "SASL")));
            checks.add(new Check("security/SASL " + mechanism + " within TLS", context -> sasl(context, mechanism, "SASL_TLS")));
        }
        checks.add(new Check("security/TLS", Security::tls));
        checks.add(new Check("security/TLS with client certificates", Security::mutual));
    }

    private static String offered(Context context, String name) {
        String value = context.settings.offered().get(name);
        if (value == null) throw new Skipped("the environment names no such listener (CONNECT_CONFORMANCE_" + name + ")");
        return value;
    }

    private static String sasl(Context context, String mechanism, String listener) throws Exception {
        String bootstrap = offered(context, listener);
        String known = context.settings.offered().getOrDefault("MECHANISMS", "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512");
        if (!Arrays.asList(known.split(",")).contains(mechanism)) {
            throw new Skipped("the environment does not offer " + mechanism);
        }
        Map<String, Object> keys = new HashMap<>();
        keys.put("security.protocol", listener.equals("SASL") ? "SASL_PLAINTEXT" : "SASL_SSL");
        keys.put("sasl.mechanism", mechanism);
        if (!listener.equals("SASL")) trust(context, keys);
        keys.put("sasl.jaas.config", jaas(mechanism, offered(context, "USERNAME"), offered(context, "PASSWORD")));
        works(context, bootstrap, keys);
        keys.put("sasl.jaas.config", jaas(mechanism, offered(context, "USERNAME"), "not the password"));
        fails(context, bootstrap, keys, "a wrong password");
        return "authenticated; refused with a wrong password";
    }

    private static String jaas(String mechanism, String user, String password) {
        String module = mechanism.equals("PLAIN") ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
        return "org.apache.kafka.common.security." + module + " required username=\"" + user + "\" password=\""
            + password.replace("\\", "\\\\").replace("\"", "\\\"") + "\";";
    }

    private static void trust(Context context, Map<String, Object> keys) {
        keys.put("ssl.truststore.type", "PEM");
        keys.put("ssl.truststore.location", offered(context, "CA"));
    }

    private static String tls(Context context) throws Exception {
        Map<String, Object> keys = new HashMap<>(Map.of("security.protocol", "SSL"));
        fails(context, offered(context, "TLS"), keys, "a client that does not know the authority");
        trust(context, keys);
        works(context, offered(context, "TLS"), keys);
        return "encrypted, the broker's name checked; an unknown authority is refused";
    }

    private static String mutual(Context context) throws Exception {
        String bootstrap = offered(context, "MUTUAL_TLS");
        Map<String, Object> keys = new HashMap<>(Map.of("security.protocol", "SSL"));
        trust(context, keys);
        fails(context, bootstrap, keys, "a client without a certificate");
        keys.put("ssl.keystore.type", "PEM");
        keys.put("ssl.keystore.certificate.chain", read(offered(context, "CERTIFICATE")));
        keys.put("ssl.keystore.key", read(offered(context, "KEY")));
        works(context, bootstrap, keys);
        return "with a certificate; refused without";
    }

    private static String read(String path) throws Exception {
        return java.nio.file.Files.readString(java.nio.file.Path.of(path));
    }

    private static Context door(Context context, String bootstrap, Map<String, Object> keys) {
        return new Context(new Settings(bootstrap, keys, Map.of()), "security");
    }

    private static void works(Context context, String bootstrap, Map<String, Object> keys) throws Exception {
        String topic = context.topic(1);
        try (Context door = door(context, bootstrap, keys)) {
            try (var producer = door.producer()) {
                answer(producer.send(new ProducerRecord<>(topic, 0, null, "in".getBytes())));
            }
            equal(door.values(topic, 0, "read_uncommitted"), List.of("in"), "records");
        }
    }

    private static void fails(Context context, String bootstrap, Map<String, Object> keys, String what) {
        Map<String, Object> all = new HashMap<>(keys);
        all.put("bootstrap.servers", bootstrap);
        all.put("default.api.timeout.ms", 4000);
        all.put("request.timeout.ms", 3000);
        try (Admin admin = Admin.create(all)) {
            answer(admin.describeCluster().clusterId());
        } catch (Exception expected) {
            return;
        }
        throw new Failed(what + " got in");
    }
}
