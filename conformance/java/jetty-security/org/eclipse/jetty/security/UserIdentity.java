package org.eclipse.jetty.security;

/** A type that signatures name. */
public interface UserIdentity {
    java.security.Principal getUserPrincipal();
}
