package org.eclipse.jetty.security;

import java.util.Set;

/** A type that signatures name; Kafka Connect's REST server sets no constraints. */
public interface Constraint {
    enum Authorization { FORBIDDEN, ALLOWED, ANY_USER, KNOWN_ROLE, SPECIFIC_ROLE, INHERIT }

    enum Transport { SECURE, ANY, INHERIT }

    Authorization getAuthorization();

    String getName();

    Set<String> getRoles();

    Transport getTransport();
}
