package org.eclipse.jetty.security;

/** A type that signatures name. */
public interface IdentityService {
    Association associate(UserIdentity user, RunAsToken token);

    RunAsToken newRunAsToken(String role);

    UserIdentity getSystemUserIdentity();

    interface Association extends AutoCloseable {
        @Override
        void close();
    }

    interface RunAsToken {}
}
