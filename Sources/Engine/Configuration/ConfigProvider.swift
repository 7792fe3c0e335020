/// Gives values for variables in configurations, such as passwords kept in files of their own.
///
/// Source: `org.apache.kafka.common.config.provider.ConfigProvider`, KIP-297.
protocol ConfigProvider: Sendable {
    /// The values of those keys that it has under a path. Blocks on files.
    ///
    /// - Throws: ``ConnectError/Code/configuration`` when the path itself cannot be read; the message shows no value.
    func values(path: String, keys: Set<String>) throws(ConnectError) -> [String: String]
}

/// Values of a properties file: `${file:/path/secrets.properties:password}`.
///
/// Source: `org.apache.kafka.common.config.provider.FileConfigProvider`; the file is UTF-8.
struct FileConfigProvider: ConfigProvider {
    let fileSystem: any FileSystem
    let allowedPaths: AllowedPaths

    func values(path: String, keys: Set<String>) throws(ConnectError) -> [String: String] {
        guard !path.isEmpty else { return [:] }
        try allowedPaths.check(path)
        let properties = try PropertiesReader.read(fileSystem.contents(of: path), file: path, encoding: .utf8)
        return properties.map.filter { keys.contains($0.key) }
    }
}

/// Whole files of a folder: `${dir:/path:file}`.
///
/// Source: `org.apache.kafka.common.config.provider.DirectoryConfigProvider`; the files are UTF-8.
struct DirectoryConfigProvider: ConfigProvider {
    let fileSystem: any FileSystem
    let allowedPaths: AllowedPaths

    func values(path: String, keys: Set<String>) throws(ConnectError) -> [String: String] {
        guard !path.isEmpty else { return [:] }
        try allowedPaths.check(path)
        var values: [String: String] = [:]
        for key in keys where !key.isEmpty && !key.contains("/") {
            let file = path.hasSuffix("/") ? path + key : "\(path)/\(key)"
            guard let bytes = try fileSystem.contentsIfPresent(of: file) else { continue }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw ConnectError(
                    .configuration,
                    "\(file) cannot be read as a configuration value: it is not UTF-8 text"
                )
            }
            values[key] = text
        }
        return values
    }
}

/// Variables of the environment that match a pattern: `${env:PASSWORD}`.
///
/// Source: `org.apache.kafka.common.config.provider.EnvVarConfigProvider`, KIP-887.
struct EnvVarConfigProvider: ConfigProvider {
    let environment: [String: String]

    /// - Parameter pattern: a regular expression for whole names; `nil` for all of them.
    init(environment: [String: String], pattern: String?) {
        self.environment =
            pattern.map { pattern in
                environment.filter { TopicPattern.matches(pattern, $0.key) }
            } ?? environment
    }

    func values(path: String, keys: Set<String>) throws(ConnectError) -> [String: String] {
        guard path.isEmpty else {
            throw ConnectError(
                .configuration,
                "a variable of the environment has no path, but \(path.quotedForMessage) is given: write ${name:VARIABLE}"
            )
        }
        return environment.filter { keys.contains($0.key) }
    }
}

/// The folders and files that a provider may read; empty for all.
///
/// Source: `org.apache.kafka.common.config.internals.AllowedPaths`, KIP-993.
struct AllowedPaths: Sendable {
    private let paths: [[Substring]]

    /// `nil` when a path is not absolute.
    init?(_ text: String?) {
        let list = ConfigType.splitList((text ?? "").trimmingJavaWhitespace())
        guard list.allSatisfy({ $0.hasPrefix("/") }) else { return nil }
        paths = list.map(Self.normalized)
    }

    /// Throws for a path outside.
    func check(_ path: String) throws(ConnectError) {
        guard !paths.isEmpty else { return }
        let parts = Self.normalized(path)
        guard path.hasPrefix("/"), paths.contains(where: { parts.starts(with: $0) }) else {
            throw ConnectError(
                .configuration,
                "\(path) may not be read by this config provider: add it to the provider's param.allowed.paths"
            )
        }
    }

    /// The parts of a path without `.` and `..`.
    private static func normalized(_ path: String) -> [Substring] {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return parts
    }
}

extension FileSystem {
    /// A file that must be there.
    fileprivate func contents(of path: String) throws(ConnectError) -> [UInt8] {
        guard let bytes = try contentsIfPresent(of: path) else {
            throw ConnectError(.configuration, "\(path) does not exist: create it, or correct the path in the variable")
        }
        return bytes
    }

    fileprivate func contentsIfPresent(of path: String) throws(ConnectError) -> [UInt8]? {
        do {
            return try read(path)
        } catch {
            let reason = (error as? ConnectError)?.message ?? String(describing: error)
            throw ConnectError(
                .configuration,
                "\(path) cannot be read for a configuration value: \(reason)",
                cause: error
            )
        }
    }
}
