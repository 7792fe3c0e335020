package org.eclipse.jetty.security;

import org.eclipse.jetty.server.Handler;

/** Lets every request through. */
public abstract class SecurityHandler extends Handler.Wrapper {
    public IdentityService getIdentityService() {
        return null;
    }
}
