internal import Engine

extension MappingBuilder {
    /// The rules that all clients share: addresses, time limits, waits, buffers.
    mutating func mapConnection() throws {
        try mapBootstrapServers()
        if value("client.dns.lookup") == "resolve_canonical_bootstrap_servers_only" {
            warn(
                "client.dns.lookup",
                "librdkafka 2.0 does not look up canonical names: give them in 'bootstrap.servers'. Every address of a name is tried."
            )
        }
        try mapTimeLimits()
        try mapBackoff()
        for (key, name) in [
            ("send.buffer.bytes", "socket.send.buffer.bytes"), ("receive.buffer.bytes", "socket.receive.buffer.bytes"),
        ] where given[key] != nil {
            let size = try integer(key)
            set(name, size == -1 ? 0 : size, in: 0...100_000_000, for: key)
        }
    }

    private mutating func mapBootstrapServers() throws {
        let entries = (value("bootstrap.servers") ?? "").listEntries()
        guard !entries.isEmpty else {
            // A cluster inside the client needs no address.
            guard native["test.mock.num.brokers"] == nil else { return }
            throw error("The \(kind.rawValue)'s key 'bootstrap.servers' is missing; expected host:port[,host:port…].")
        }
        let addresses = try entries.map { entry in
            guard let address = Self.address(entry) else {
                throw wrongValue("bootstrap.servers", entry, expected: "host:port[,host:port…]")
            }
            return address
        }
        set("bootstrap.servers", addresses.joined(separator: ","))
    }

    /// `host:port` without a protocol in front; `nil` when host or port is missing or wrong.
    private static func address(_ entry: String) -> String? {
        var rest = entry[...]
        if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
        guard let colon = rest.lastIndex(of: ":") else { return nil }
        let host = rest[..<colon]
        guard let port = UInt16(rest[rest.index(after: colon)...]), port > 0 else { return nil }
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]") && host.count > 2
        let isPlain = !host.isEmpty && !host.contains { ":[]/".contains($0) || $0.isWhitespace }
        return isBracketed || isPlain ? "\(host):\(port)" : nil
    }

    private mutating func mapTimeLimits() throws {
        let request = try integer("request.timeout.ms")
        settings.requestTimeoutMilliseconds = request
        var socket = request
        if kind == .producer {
            set("request.timeout.ms", request, in: 1...900_000, for: "request.timeout.ms")
            if text("transactional.id") != nil {
                socket = min(socket, max(1000, try integer("transaction.timeout.ms")))
            }
        } else {
            settings.defaultAPITimeoutMilliseconds = try integer("default.api.timeout.ms")
            // A fetch that waits at the broker holds up what comes after it on the same connection.
            if kind == .consumer { socket = max(socket, min(try integer("fetch.max.wait.ms"), 299_000) + 1000) }
        }
        set("socket.timeout.ms", socket, in: 10...300_000, for: "request.timeout.ms")

        let setup = try integer("socket.connection.setup.timeout.ms")
        let longestSetup = try integer("socket.connection.setup.timeout.max.ms")
        let setupKey =
            longestSetup >= setup ? "socket.connection.setup.timeout.max.ms" : "socket.connection.setup.timeout.ms"
        set(
            "socket.connection.setup.timeout.ms",
            max(setup, longestSetup),
            in: 1000...2_147_483_647,
            for: setupKey
        )

        let idle = try integer("connections.max.idle.ms")
        if idle < 0 {
            set("connections.max.idle.ms", "0")
        } else {
            set("connections.max.idle.ms", idle, in: 1...2_147_483_647, for: "connections.max.idle.ms")
        }
    }

    private mutating func mapBackoff() throws {
        let first = try integer("reconnect.backoff.ms")
        let onlyFirst = given["reconnect.backoff.ms"] != nil && given["reconnect.backoff.max.ms"] == nil
        let longest = onlyFirst ? first : try integer("reconnect.backoff.max.ms")
        if longest < first {
            note(
                "reconnect.backoff.max.ms",
                "Lower than 'reconnect.backoff.ms', which librdkafka refuses: \(first) is used instead of \(longest)."
            )
        }
        set("reconnect.backoff.ms", first, in: 0...3_600_000, for: "reconnect.backoff.ms")
        set("reconnect.backoff.max.ms", max(first, longest), in: 0...3_600_000, for: "reconnect.backoff.max.ms")

        let retry = try integer("retry.backoff.ms")
        settings.retryBackoffMilliseconds = retry
        settings.retryBackoffMaxMilliseconds = try integer("retry.backoff.max.ms")
        if kind == .consumer {
            set("fetch.error.backoff.ms", retry, in: 0...300_000, for: "retry.backoff.ms")
        } else {
            set("retry.backoff.ms", retry, in: 1...300_000, for: "retry.backoff.ms")
            let retries = try integer("retries")
            settings.retries = retries
            if kind == .producer { set("retries", String(retries)) }
        }
    }
}
