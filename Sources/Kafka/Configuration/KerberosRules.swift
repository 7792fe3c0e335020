internal import Engine

extension MappingBuilder {
    /// GSSAPI: keytab or ticket cache.
    ///
    /// Source: `com.sun.security.auth.module.Krb5LoginModule`, `KerberosLogin`.
    mutating func mapKerberos(_ options: [String: String]?) throws {
        try mapServiceName(options)
        try mapKinit(usesKeytab: try mapCredentials(options))
        set(
            "sasl.kerberos.min.time.before.relogin",
            try integer("sasl.kerberos.min.time.before.relogin"),
            in: 1000...86_400_000,
            for: "sasl.kerberos.min.time.before.relogin"
        )
    }

    private mutating func mapServiceName(_ options: [String: String]?) throws {
        let inModule = options?["serviceName"]
        let inKey = text("sasl.kerberos.service.name")
        if let inModule, let inKey, inModule != inKey {
            throw error(
                "The \(kind.rawValue)'s key 'sasl.kerberos.service.name' has the value '\(inKey)', but serviceName in "
                    + "'sasl.jaas.config' differs; remove one."
            )
        }
        set("sasl.kerberos.service.name", inKey ?? inModule ?? "kafka")
    }

    /// Sets keytab and principal; true when there is a keytab.
    private mutating func mapCredentials(_ options: [String: String]?) throws -> Bool {
        guard let options else {
            guard native["sasl.kerberos.keytab"] != nil || native["sasl.kerberos.principal"] != nil else {
                throw error(
                    "The \(kind.rawValue)'s key 'sasl.jaas.config' is missing; expected for GSSAPI: "
                        + "com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true keyTab=\"…\" principal=\"…\";"
                )
            }
            return native["sasl.kerberos.keytab"] != nil
        }
        let principal = options["principal"]
        if let principal { set("sasl.kerberos.principal", principal) }
        if let cache = options["ticketCache"], !cache.isEmpty {
            warn(
                "sasl.jaas.config",
                "ticketCache has no effect: set the environment variable KRB5CCNAME to that file before the worker starts."
            )
        }
        noteUnusedOptions(
            options,
            known: [
                "principal", "ticketCache", "useKeyTab", "keyTab", "useTicketCache", "serviceName", "storeKey",
                "doNotPrompt",
                "renewTGT", "refreshKrb5Config", "isInitiator",
            ]
        )
        if options["useKeyTab"]?.lowercased() == "true" {
            guard let keytab = options["keyTab"], !keytab.isEmpty, let principal, !principal.isEmpty else {
                throw error(
                    "The \(kind.rawValue)'s key 'sasl.jaas.config' has useKeyTab=true and needs keyTab=\"…\" and principal=\"…\"."
                )
            }
            // Java takes a URL as well.
            set("sasl.kerberos.keytab", keytab.hasPrefix("file:") ? String(keytab.dropFirst(5)) : keytab)
            return true
        }
        guard options["useTicketCache"]?.lowercased() == "true" else {
            throw error(
                "The \(kind.rawValue)'s key 'sasl.jaas.config' needs useKeyTab=true or useTicketCache=true: there is nobody to ask for a "
                    + "password."
            )
        }
        return false
    }

    /// The command that librdkafka gives to a shell. It holds nothing that was written but a path of plain characters; keytab and
    /// principal, which librdkafka puts in, are checked by ``checkKerberosCharacters()``.
    private mutating func mapKinit(usesKeytab: Bool) throws {
        let written = text("sasl.kerberos.kinit.cmd")
        if let written {
            guard written.hasPrefix("/"), Self.isPlain(written, besides: "/._-+") else {
                throw error(
                    "The \(kind.rawValue)'s key 'sasl.kerberos.kinit.cmd' must be the absolute path of kinit, of letters, digits and "
                        + "/._-+ only: it is run by a shell."
                )
            }
        }
        let kinit = written ?? "kinit"
        if usesKeytab {
            let credentials = #"-t "%{sasl.kerberos.keytab}" -k %{sasl.kerberos.principal}"#
            set("sasl.kerberos.kinit.cmd", "\(kinit) -R \(credentials) || \(kinit) \(credentials)")
        } else {
            set("sasl.kerberos.kinit.cmd", "\(kinit) -R")
        }
    }

    /// Refuses characters that a shell would act on. librdkafka puts these values into the command line of kinit.
    func checkKerberosCharacters() throws {
        for (name, allowed, option) in [
            ("sasl.kerberos.principal", "/._-@+", "principal"), ("sasl.kerberos.keytab", "/._-@+:,= ", "keyTab"),
            ("sasl.kerberos.service.name", "._-", "serviceName"),
        ] {
            guard let property = properties.first(where: { $0.name == name }) else { continue }
            guard Self.isPlain(property.value, besides: allowed), !property.value.hasPrefix("-") else {
                throw error(
                    "The \(kind.rawValue)'s '\(name)' (\(option) in 'sasl.jaas.config') holds characters that a shell would act on; "
                        + "expected letters, digits and \(allowed.filter { $0 != " " }) only, and no '-' in front."
                )
            }
        }
    }

    private static func isPlain(_ text: String, besides punctuation: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: punctuation.utf8.contains(byte)
                }
            }
    }
}
