package org.eclipse.jetty.security;

import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;

/** Nobody is ever logged in. */
public interface AuthenticationState extends Request.AuthenticationState {
    static AuthenticationState getAuthenticationState(Request request) {
        return null;
    }

    static AuthenticationState getUndeferredAuthenticationState(Request request) {
        return null;
    }

    static Succeeded login(String user, String password, Request request, Response response) {
        return null;
    }

    static boolean logout(Request request, Response response) {
        return false;
    }

    interface Succeeded extends AuthenticationState {
        String getAuthenticationType();

        UserIdentity getUserIdentity();

        boolean isUserInRole(String role);
    }

    interface ResponseSent extends AuthenticationState {}

    interface Deferred extends AuthenticationState {}
}
