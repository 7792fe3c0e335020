import OrderedCollections

/// The config providers of a worker: replaces `${provider:path:key}` and `${provider:key}` in values.
///
/// Made once from the worker file; used for the worker's own values and for each connector's. What stands in for a variable counts
/// as a secret: no message shows it.
///
/// Source: `org.apache.kafka.common.config.ConfigTransformer`, KIP-297.
public struct ConfigProviders: Sendable {
    private let providers: OrderedDictionary<String, any ConfigProvider>

    /// No provider: variables stay as they are, with a warning.
    public static let none = ConfigProviders(providers: [:])

    private init(providers: OrderedDictionary<String, any ConfigProvider>) {
        self.providers = providers
    }

    /// The providers that a worker file names under `config.providers`.
    ///
    /// - Parameters:
    ///   - fileSystem: where files are read from.
    ///   - environment: the variables of the environment.
    /// - Throws: ``ConnectError/Code/configuration`` for a class that is not one of Kafka's three, or a wrong parameter.
    public init(
        _ worker: RawConfiguration,
        fileSystem: any FileSystem,
        environment: [String: String]
    ) throws(ConnectError) {
        var providers: OrderedDictionary<String, any ConfigProvider> = [:]
        var problems: [ConfigurationProblem] = []
        for name in OrderedSet(Self.names(in: worker)) {
            do throws(ConfigurationProblem) {
                providers[name] = try Self.provider(name, worker, fileSystem: fileSystem, environment: environment)
            } catch {
                problems.append(error)
            }
        }
        if let error = problems.error(in: worker) { throw error }
        self.init(providers: providers)
    }

    /// The names that `config.providers` lists.
    static func names(in worker: RawConfiguration) -> [String] {
        ConfigType.splitList((worker[WorkerKeys.configProviders] ?? "").trimmingJavaWhitespace()).filter { !$0.isEmpty }
    }

    private static func provider(
        _ name: String,
        _ worker: RawConfiguration,
        fileSystem: any FileSystem,
        environment: [String: String]
    ) throws(ConfigurationProblem) -> any ConfigProvider {
        let prefix = "\(WorkerKeys.configProviders).\(name)."
        let classKey = "\(prefix)class"
        let known =
            "FileConfigProvider, DirectoryConfigProvider or EnvVarConfigProvider of org.apache.kafka.common.config.provider"
        guard let className = worker[classKey]?.trimmingJavaWhitespace() else {
            throw ConfigurationProblem(key: classKey, "\(classKey) is missing: add it, with \(known)")
        }
        let package = "org.apache.kafka.common.config.provider."
        let simple = className.hasPrefix(package) ? String(className.dropFirst(package.count)) : className
        func allowedPaths() throws(ConfigurationProblem) -> AllowedPaths {
            let key = "\(prefix)param.allowed.paths"
            guard let paths = AllowedPaths(worker[key]) else {
                throw ConfigurationProblem(
                    key: key,
                    "\(key) = \(worker.quoted(key)): expected absolute paths separated by commas"
                )
            }
            return paths
        }
        switch simple {
        case "FileConfigProvider":
            return FileConfigProvider(fileSystem: fileSystem, allowedPaths: try allowedPaths())
        case "DirectoryConfigProvider":
            return DirectoryConfigProvider(fileSystem: fileSystem, allowedPaths: try allowedPaths())
        case "EnvVarConfigProvider":
            let key = "\(prefix)param.allowlist.pattern"
            if let pattern = worker[key], !TopicPattern.isValid(pattern) {
                throw ConfigurationProblem(key: key, "\(key) = \(worker.quoted(key)): expected a regular expression")
            }
            return EnvVarConfigProvider(environment: environment, pattern: worker[key])
        default:
            throw ConfigurationProblem(key: classKey, "\(classKey) = \(worker.quoted(classKey)): expected \(known)")
        }
    }

    /// The configuration with its variables replaced, in one pass: what comes out of a provider is not looked at again. A variable
    /// that no provider knows stays as it is, with a warning.
    ///
    /// - Throws: ``ConnectError/Code/configuration`` that names file, line, key and variable when a provider fails.
    public func resolve(_ configuration: RawConfiguration) throws(ConnectError) -> RawConfiguration {
        var result = configuration
        for (key, entry) in configuration.entries where entry.value.contains("${") {
            let pieces = ConfigVariable.split(entry.value)
            var text = ""
            for piece in pieces {
                switch piece {
                case .text(let part): text += part
                case .variable(let variable):
                    if let value = try value(of: variable, key: key, in: configuration) {
                        text += value
                        result.entries[key]?.isHidden = true
                    } else {
                        text += variable.written
                        if let notice = notice(unresolved: variable, key: key, in: configuration) {
                            result.notices.append(notice)
                        }
                    }
                }
            }
            result.entries[key]?.value = text
        }
        return result
    }

    private func value(
        of variable: ConfigVariable,
        key: String,
        in configuration: RawConfiguration
    ) throws(ConnectError) -> String? {
        guard let provider = providers[variable.provider] else { return nil }
        do throws(ConnectError) {
            return try provider.values(path: variable.path, keys: [variable.key])[variable.key]
        } catch {
            throw ConnectError(
                .configuration,
                "\(configuration.place(of: key)): \(key) holds \(variable.written), which cannot be resolved: \(error.message)",
                cause: error
            )
        }
    }

    private func notice(
        unresolved variable: ConfigVariable,
        key: String,
        in configuration: RawConfiguration
    ) -> ConfigurationNotice? {
        let place = configuration.place(of: key)
        if providers[variable.provider] != nil {
            return ConfigurationNotice(
                .warning,
                key: key,
                "\(place): \(key) holds \(variable.written), for which the config provider \(variable.provider) has no value; it "
                    + "stays as written"
            )
        }
        let known = providers.isEmpty ? "none is configured" : "there are \(providers.keys.joined(separator: ", "))"
        return ConfigurationNotice(
            .warning,
            key: key,
            "\(place): \(key) holds \(variable.written), but config.providers of the worker names no provider "
                + "\(variable.provider.quotedForMessage) (\(known)); it stays as written"
        )
    }
}

/// A variable in a value.
struct ConfigVariable: Sendable, Hashable {
    /// The variable as written, braces included.
    var written: String
    var provider: String
    /// Empty when there is none.
    var path: String
    var key: String

    /// A part of a value.
    enum Piece: Sendable, Hashable {
        case text(String)
        case variable(ConfigVariable)
    }

    /// A value as text and variables. A variable goes from `${` to the next `}` and holds one colon or more: provider, path and key,
    /// or provider and key; colons past the second belong to the key.
    static func split(_ value: String) -> [Piece] {
        var pieces: [Piece] = []
        var rest = Substring(value)
        var text = ""
        while let opening = rest.firstRange(of: "${") {
            let inner = rest[opening.upperBound...]
            guard let closing = inner.firstIndex(of: "}") else { break }
            let parts = inner[..<closing].split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count > 1, let key = parts.last else {
                text += rest[..<opening.upperBound]
                rest = inner
                continue
            }
            text += rest[..<opening.lowerBound]
            if !text.isEmpty { pieces.append(.text(text)) }
            text = ""
            let end = rest.index(after: closing)
            pieces.append(
                .variable(
                    ConfigVariable(
                        written: String(rest[opening.lowerBound..<end]),
                        provider: String(parts[0]),
                        path: parts.count == 3 ? String(parts[1]) : "",
                        key: String(key)
                    )
                )
            )
            rest = rest[end...]
        }
        text += rest
        if !text.isEmpty { pieces.append(.text(text)) }
        return pieces
    }
}
