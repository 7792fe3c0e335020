public import Engine

/// Translates the keys of Kafka's Java clients into librdkafka's.
///
/// Same names, same meaning, same defaults as a Java client that Connect's worker made; `docs/client-configuration.md`, which is
/// made from the same tables, lists every key. Pure: touches neither network nor files.
///
/// Source: `ProducerConfig`, `ConsumerConfig` and `AdminClientConfig` of kafka-clients 4.3; `Worker.baseProducerConfigs` and
/// `Worker.baseConsumerConfigs` of Connect; librdkafka's `CONFIGURATION.md`.
public enum ClientConfigurationMapping {
    /// What librdkafka is always told, because Java's clients do it without a key.
    static let fixed: [(name: String, value: String, about: String)] = [
        ("socket.nagle.disable", "true", "Java's clients send at once (TCP_NODELAY)."),
        ("socket.keepalive.enable", "true", "Java's clients keep idle connections alive."),
    ]

    /// Maps the configuration of one client. Called once when a client is made.
    ///
    /// - Parameters:
    ///   - java: Java client keys without prefix, merged: worker, then connector. librdkafka's own keys are let through.
    ///   - kind: The client that they are for.
    ///   - library: The librdkafka that gets the result.
    /// - Returns: Keys for librdkafka, settings for the engine, and what to tell the user.
    /// - Throws: ``ConnectError`` with code `configuration` that names key, value and what is expected.
    public static func map(
        _ java: [String: String],
        kind: ClientKind,
        library: ClientLibrary = .installed
    ) throws -> MappedClientConfiguration {
        var builder = MappingBuilder(kind: kind, library: library)
        try takeIn(java, into: &builder)
        let security = try SecurityScope(builder)
        try builder.reportKeysWithoutEffect(security)

        for (name, value, _) in fixed { builder.set(name, value) }
        try builder.mapConnection()
        switch kind {
        case .producer: try builder.mapProducer()
        case .consumer: try builder.mapConsumer()
        case .admin: break
        }
        try builder.mapPlainKeys()
        builder.set("security.protocol", security.librdkafkaName)
        if security.usesTLS { try builder.mapTLS() }
        if security.usesSASL { try builder.mapSASL(security) }
        builder.passNativeKeys()
        try builder.checkKerberosCharacters()
        return builder.finished()
    }

    /// Sorts the keys into those that Java has, those that librdkafka has, and others, which are warned about.
    private static func takeIn(_ java: [String: String], into builder: inout MappingBuilder) throws {
        let kind = builder.kind
        for (name, text) in java.sorted(by: { $0.key < $1.key }) {
            if let key = JavaClientKeys.find(name, kind: kind) {
                try builder.take(key, text, writtenAs: name)
            } else if let native = NativeClientKeys.find(name), native.clients.contains(kind) {
                try take(native, text, all: java, into: &builder)
            } else if let other = JavaClientKeys.kinds(of: name).first {
                builder.note(name, "It is a key of the \(other.rawValue) and has no meaning for the \(kind.rawValue).")
            } else if let native = NativeClientKeys.find(name), let other = native.clients.kinds.first {
                builder.note(name, "It is a key of the \(other.rawValue) and has no meaning for the \(kind.rawValue).")
            } else {
                let nearest = NearestName.find(name, among: JavaClientKeys.names(for: kind))
                let hint = nearest.map { " Did you mean '\($0)'?" } ?? ""
                builder.warn(name, "The \(kind.rawValue) knows no such key; it is ignored.\(hint)")
            }
        }
    }

    private static func take(
        _ native: NativeClientKey,
        _ text: String,
        all java: [String: String],
        into builder: inout MappingBuilder
    ) throws {
        switch native.handling {
        case .passed:
            builder.takeNative(native.name, text)
            if native.name == "enable.ssl.certificate.verification", text.trimmingWhitespace().lowercased() != "true" {
                builder.warn(native.name, "The broker's certificate is not checked: anyone can pose as the broker.")
            } else {
                builder.note(native.name, "A key of librdkafka, passed on as it is.")
            }
        case .engineOwned(let reason):
            builder.warn(native.name, "A key of librdkafka that is ignored here. \(reason)")
        case .spells(let javaName):
            guard let key = JavaClientKeys.find(javaName, kind: builder.kind) else {
                builder.note(native.name, "It has no meaning for the \(builder.kind.rawValue).")
                return
            }
            guard java[javaName] == nil else {
                builder.warn(native.name, "librdkafka's name of '\(javaName)', which is set too and is used instead.")
                return
            }
            builder.note(native.name, "librdkafka's name of '\(javaName)'.")
            let forever = native.name == "message.timeout.ms" && text.trimmingWhitespace() == "0"
            try builder.take(key, forever ? String(JavaValueType.maxInt) : text, writtenAs: native.name)
        }
    }
}

extension MappingBuilder {
    /// Says which of the written keys do nothing, and refuses those that cannot work.
    mutating func reportKeysWithoutEffect(_ security: SecurityScope) throws {
        for name in given.keys.sorted() {
            guard let key = JavaClientKeys.find(name, kind: kind) else { continue }
            if let reason = security.reasonUnused(name) {
                note(name, reason)
                continue
            }
            switch key.handling {
            case .noEffect(.note): note(name, "It has no effect here. \(key.about)")
            case .noEffect(.warning): warn(name, "It has no effect here. \(key.about)")
            case .unsupported:
                guard let value = given[name], !value.isEmpty, value != key.javaDefault(for: kind) else { continue }
                throw error("The \(kind.rawValue)'s key '\(name)' cannot be used. \(key.about)")
            case .sameName, .renamed, .number, .rule, .engine: continue
            }
        }
    }

    /// Sets what the table alone describes.
    mutating func mapPlainKeys() throws {
        for key in JavaClientKeys.all where key.clients.contains(kind) {
            switch key.handling {
            case .sameName: setText(key, as: key.name)
            case .renamed(let name): setText(key, as: name)
            case .number(let name, let range):
                guard value(key.name) != nil else { continue }
                set(name, try integer(key.name), in: range, for: key.name)
            case .rule, .engine, .noEffect, .unsupported: continue
            }
        }
    }

    private mutating func setText(_ key: JavaClientKey, as name: String) {
        guard let value = text(key.name) else { return }
        set(name, value, isSecret: key.isSecret)
    }

    /// Lets librdkafka's own keys through, in place of what the mapping set.
    mutating func passNativeKeys() {
        for (name, value) in native.sorted(by: { $0.key < $1.key }) {
            set(name, value, isSecret: NativeClientKeys.find(name)?.isSecret ?? false)
        }
        if let kilobytes = native["queue.buffering.max.kbytes"].flatMap(Int64.init) {
            let (bytes, overflow) = kilobytes.multipliedReportingOverflow(by: 1024)
            if !overflow { settings.bufferMemoryBytes = bytes }
        }
        if let bytes = native["message.max.bytes"].flatMap(Int64.init) { settings.maxRequestSizeBytes = bytes }
    }
}
