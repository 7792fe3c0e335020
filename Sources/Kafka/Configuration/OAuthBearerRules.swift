internal import Engine

extension MappingBuilder {
    /// OAUTHBEARER: client credentials at a token endpoint, or tokens without signature for trials.
    ///
    /// Source: KIP-255, KIP-768, KIP-1139.
    mutating func mapOAuthBearer(_ options: [String: String]) throws {
        try checkHandlerClasses()
        if let url = text("sasl.oauthbearer.token.endpoint.url") {
            try mapClientCredentials(options, url: url)
        } else if options.keys.contains(where: { $0.hasPrefix("unsecuredLogin") }) {
            try mapUnsecuredToken(options)
        } else if native["sasl.oauthbearer.config"] == nil {
            throw error(
                "OAUTHBEARER needs the \(kind.rawValue)'s key 'sasl.oauthbearer.token.endpoint.url', with clientId and clientSecret in "
                    + "'sasl.jaas.config', or, for trials, unsecuredLoginStringClaim_sub=\"…\" there."
            )
        }
    }

    private func checkHandlerClasses() throws {
        for (key, known) in [
            (
                "sasl.login.callback.handler.class",
                ["OAuthBearerLoginCallbackHandler", "OAuthBearerUnsecuredLoginCallbackHandler"]
            ),
            ("sasl.oauthbearer.jwt.retriever.class", ["DefaultJwtRetriever", "ClientCredentialsJwtRetriever"]),
        ] {
            guard let written = text(key) else { continue }
            guard let name = written.split(separator: ".").last.map(String.init), known.contains(name) else {
                throw wrongValue(
                    key,
                    written,
                    expected: "\(known.joined(separator: " or ")) of Kafka; Java classes cannot run here"
                )
            }
        }
    }

    private mutating func mapClientCredentials(_ options: [String: String], url: String) throws {
        guard library.features.contains("oidc") else {
            throw error(
                "'sasl.oauthbearer.token.endpoint.url' needs a librdkafka that was built with libcurl (feature 'oidc'); the installed "
                    + "librdkafka \(library.version) was not. Install one that was, or use another 'sasl.mechanism'."
            )
        }
        guard ["http://", "https://"].contains(where: { url.lowercased().hasPrefix($0) }) else {
            throw error(
                "The \(kind.rawValue)'s key 'sasl.oauthbearer.token.endpoint.url' must begin with https:// (or http://): librdkafka asks "
                    + "an endpoint for tokens and reads none from files."
            )
        }
        set("sasl.oauthbearer.method", "oidc")
        set("sasl.oauthbearer.token.endpoint.url", url)
        for (key, option, name, isSecret) in [
            ("sasl.oauthbearer.client.credentials.client.id", "clientId", "sasl.oauthbearer.client.id", false),
            (
                "sasl.oauthbearer.client.credentials.client.secret", "clientSecret", "sasl.oauthbearer.client.secret",
                true
            ),
        ] {
            guard let value = text(key) ?? options[option], !value.isEmpty else {
                guard native[name] == nil else { continue }
                throw error(
                    "OAUTHBEARER needs \(option)=\"…\" in 'sasl.jaas.config' or the \(kind.rawValue)'s key '\(key)'."
                )
            }
            set(name, value, isSecret: isSecret)
        }
        if let scope = text("sasl.oauthbearer.scope") ?? options["scope"], !scope.isEmpty {
            set("sasl.oauthbearer.scope", scope)
        }
        let extensions = try extensions(options, prefix: "extension_", forbidden: ",=")
        if !extensions.isEmpty {
            set("sasl.oauthbearer.extensions", extensions.map { "\($0.name)=\($0.value)" }.joined(separator: ","))
        }
        let others = options.filter { !$0.key.hasPrefix("extension_") }
        noteUnusedOptions(others, known: ["clientId", "clientSecret", "scope"])
    }

    /// Source: `OAuthBearerUnsecuredLoginCallbackHandler`.
    private mutating func mapUnsecuredToken(_ options: [String: String]) throws {
        let principalClaim = options["unsecuredLoginPrincipalClaimName"] ?? "sub"
        let scopeClaim = options["unsecuredLoginScopeClaimName"] ?? "scope"
        guard let principal = options["unsecuredLoginStringClaim_\(principalClaim)"], !principal.isEmpty else {
            throw error(
                "The \(kind.rawValue)'s key 'sasl.jaas.config' lacks unsecuredLoginStringClaim_\(principalClaim)=\"…\", the name to log in "
                    + "with."
            )
        }
        var known: Set<String> = [
            "unsecuredLoginPrincipalClaimName", "unsecuredLoginScopeClaimName", "unsecuredLoginLifetimeSeconds",
            "unsecuredLoginStringClaim_\(principalClaim)",
        ]
        var parts = ["principalClaimName=\(principalClaim)", "principal=\(principal)", "scopeClaimName=\(scopeClaim)"]
        if let list = options["unsecuredLoginListClaim_\(scopeClaim)"], let separator = list.first {
            // The first character of a list claim is what separates its entries.
            parts.append("scope=" + list.dropFirst().split(separator: separator).joined(separator: ","))
            known.insert("unsecuredLoginListClaim_\(scopeClaim)")
        } else if let scope = options["unsecuredLoginStringClaim_\(scopeClaim)"], scopeClaim != principalClaim {
            parts.append("scope=" + scope.split(separator: " ").joined(separator: ","))
            known.insert("unsecuredLoginStringClaim_\(scopeClaim)")
        }
        if let seconds = options["unsecuredLoginLifetimeSeconds"] {
            guard let number = Int(seconds), number > 0 else {
                throw error("unsecuredLoginLifetimeSeconds in 'sasl.jaas.config' must be a whole number above 0.")
            }
            parts.append("lifeSeconds=\(number)")
        }
        let prefix = "unsecuredLoginExtension_"
        for entry in try extensions(options, prefix: prefix, forbidden: "") {
            parts.append("extension_\(entry.name)=\(entry.value)")
            known.insert(prefix + entry.name)
        }
        guard parts.allSatisfy({ part in part.allSatisfy { !$0.isWhitespace && $0 != "\"" && $0 != "\\" } }) else {
            throw error(
                "Claims and extensions in 'sasl.jaas.config' must be without blanks, quotation marks and backslashes: librdkafka separates "
                    + "them by blanks."
            )
        }
        warn(
            "sasl.jaas.config",
            "Tokens without signature are for trials: whoever reaches the broker can pose as anyone."
        )
        noteUnusedOptions(options, known: known)
        set("enable.sasl.oauthbearer.unsecure.jwt", "true")
        set("sasl.oauthbearer.config", parts.joined(separator: " "))
    }

    /// The SASL extensions among the options, sorted by name.
    private func extensions(
        _ options: [String: String],
        prefix: String,
        forbidden: String
    ) throws -> [(name: String, value: String)] {
        let found = options.filter { $0.key.hasPrefix(prefix) }.sorted { $0.key < $1.key }
        return try found.map { option, value in
            let name = String(option.dropFirst(prefix.count))
            guard !name.isEmpty, name != "auth", name.utf8.allSatisfy({ ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A }),
                !value.contains(where: { forbidden.contains($0) })
            else {
                throw error(
                    "The SASL extension \(prefix)… in 'sasl.jaas.config' needs a name of letters other than 'auth', and a value without ',' "
                        + "and '='."
                )
            }
            return (name, value)
        }
    }
}
