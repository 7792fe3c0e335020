internal import Engine

extension MappingBuilder {
    /// The rules about SASL, when `security.protocol` asks for it.
    mutating func mapSASL(_ security: SecurityScope) throws {
        guard let mechanism = security.mechanism else { return }
        set("sasl.mechanisms", mechanism)
        let module = try loginModule(for: mechanism)
        switch mechanism {
        case "GSSAPI": try mapKerberos(module?.options)
        case "OAUTHBEARER": try mapOAuthBearer(module?.options ?? [:])
        default: try mapPassword(module?.options, mechanism: mechanism)
        }
    }

    /// The login module of `sasl.jaas.config`, `nil` when the key is not set.
    ///
    /// Source: `JaasContext` (one module only).
    private func loginModule(for mechanism: String) throws -> JAASEntry? {
        guard let text = text("sasl.jaas.config") else { return nil }
        let entries: [JAASEntry]
        do {
            entries = try JAASParser.parse(text)
        } catch let problem {
            throw error(
                "The \(kind.rawValue)'s key 'sasl.jaas.config' cannot be read: \(problem.rawValue). Expected: "
                    + "\(Self.expectedModule(mechanism)) required name=\"value\" …;"
            )
        }
        guard entries.count == 1, let entry = entries.first else {
            throw error(
                "The \(kind.rawValue)'s key 'sasl.jaas.config' names \(entries.count) login modules; expected one."
            )
        }
        let expected = Self.expectedModule(mechanism)
        guard entry.simpleName == expected.split(separator: ".").last.map(String.init) else {
            // Only what looks like the name of a login module is shown: with a slip in the quoting it could be a password.
            let found =
                entry.simpleName.hasSuffix("LoginModule")
                ? "the login module \(entry.simpleName)" : "another login module"
            throw error(
                "The \(kind.rawValue)'s key 'sasl.jaas.config' names \(found); expected \(expected) for 'sasl.mechanism' \(mechanism)."
            )
        }
        return entry
    }

    private static func expectedModule(_ mechanism: String) -> String {
        let package = "org.apache.kafka.common.security"
        return switch mechanism {
        case "GSSAPI": "com.sun.security.auth.module.Krb5LoginModule"
        case "PLAIN": "\(package).plain.PlainLoginModule"
        case "OAUTHBEARER": "\(package).oauthbearer.OAuthBearerLoginModule"
        default: "\(package).scram.ScramLoginModule"
        }
    }

    /// PLAIN and SCRAM: a name and a password.
    private mutating func mapPassword(_ options: [String: String]?, mechanism: String) throws {
        guard let options else {
            guard native["sasl.username"] != nil, native["sasl.password"] != nil else {
                throw error(
                    "The \(kind.rawValue)'s key 'sasl.jaas.config' is missing; expected for \(mechanism): "
                        + "\(Self.expectedModule(mechanism)) required username=\"…\" password=\"…\";"
                )
            }
            return
        }
        if options["tokenauth"]?.lowercased() == "true" {
            throw error(
                "The \(kind.rawValue)'s key 'sasl.jaas.config' asks for a delegation token (tokenauth), which librdkafka does not know."
            )
        }
        for (option, name) in [("username", "sasl.username"), ("password", "sasl.password")] {
            guard let value = options[option], !value.isEmpty else {
                throw error("The \(kind.rawValue)'s key 'sasl.jaas.config' lacks \(option)=\"…\".")
            }
            set(name, value, isSecret: option == "password")
        }
        noteUnusedOptions(options, known: ["username", "password", "tokenauth"])
    }

    /// Says which options of the login module do nothing here. Names alone: values may be secret.
    mutating func noteUnusedOptions(_ options: [String: String], known: Set<String>) {
        let unused = options.keys.filter { !known.contains($0) && !$0.isEmpty }.sorted()
        guard !unused.isEmpty else { return }
        note("sasl.jaas.config", "Options that have no meaning here: \(unused.joined(separator: ", ")).")
    }
}
