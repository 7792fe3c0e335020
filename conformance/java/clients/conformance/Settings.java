package conformance;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Where the broker is and how clients come in, as the environment says it. */
record Settings(String bootstrap, Map<String, Object> security, Map<String, String> offered) {
    static Settings read(Map<String, String> environment) {
        String bootstrap = environment.getOrDefault("CONNECT_BOOTSTRAP", "");
        if (bootstrap.isEmpty()) {
            System.err.println("conformance: CONNECT_BOOTSTRAP names no broker; set it to host:port");
            System.exit(2);
        }
        Map<String, Object> security = new HashMap<>();
        Map<String, String> offered = new HashMap<>();
        environment.forEach((name, value) -> {
            if (name.startsWith("CONNECT_SECURITY_")) {
                String key = name.substring("CONNECT_SECURITY_".length()).toLowerCase(Locale.ROOT).replace('_', '.');
                security.put(key.equals("protocol") ? "security.protocol" : key, value);
            } else if (name.startsWith("CONNECT_CONFORMANCE_") && !value.isEmpty()) {
                offered.put(name.substring("CONNECT_CONFORMANCE_".length()), value);
            }
        });
        return new Settings(bootstrap, security, offered);
    }

    /** A client's configuration; `more` is name, value, name, value. */
    Map<String, Object> client(Object... more) {
        Map<String, Object> keys = new HashMap<>(security);
        keys.put("bootstrap.servers", bootstrap);
        keys.put("metadata.max.age.ms", 1000);
        keys.put("reconnect.backoff.ms", 20);
        for (int index = 0; index < more.length; index += 2) keys.put((String) more[index], more[index + 1]);
        return keys;
    }
}
