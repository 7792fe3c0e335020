import OrderedCollections

/// Checks a class that a configuration names, and the keys meant for it.
struct PluginCheck {
    let raw: RawConfiguration
    /// `nil` leaves classes and their keys unchecked.
    let plugins: PluginRegistry?

    /// The plugin that a key names.
    func entry(
        classKey: String,
        _ plugins: PluginRegistry,
        kinds: Set<PluginRegistry.Kind>
    ) throws(ConfigurationProblem) -> PluginRegistry.Entry {
        do throws(ConnectError) {
            return try plugins.entry(named: (raw[classKey] ?? "").trimmingJavaWhitespace(), kinds: kinds)
        } catch {
            // The registry's message names the class: when that came from a config provider it is not shown.
            let isHidden = raw.entries[classKey]?.isHidden == true
            let message = isHidden ? "no such plugin in this program" : error.message
            throw ConfigurationProblem(key: classKey, "\(classKey) = \(raw.quoted(classKey)): \(message)")
        }
    }

    /// What is wrong with the class under a key, if there is one, and with its keys.
    ///
    /// - Parameters:
    ///   - classKey: the key that names the class, such as `value.converter`.
    ///   - prefix: what its own keys begin with, such as `value.converter.`.
    ///   - reserved: names below the prefix that are not the class's own.
    func run(
        classKey: String,
        prefix: String,
        kinds: Set<PluginRegistry.Kind>,
        reserved: Set<String> = ["plugin.version"]
    ) -> ConfigValidation {
        var result = ConfigValidation(values: ParsedConfiguration(), problems: [], notices: [])
        guard raw[classKey]?.trimmingJavaWhitespace().isEmpty == false, let plugins else { return result }
        let entry: PluginRegistry.Entry
        do throws(ConfigurationProblem) {
            entry = try self.entry(classKey: classKey, plugins, kinds: kinds)
        } catch {
            result.problems.append(error)
            return result
        }
        let definition = entry.configDefinition.prefixed(prefix)
        result = definition.validate(raw)
        let known = Set(definition.keys.keys).union(reserved.map { prefix + $0 })
        for key in raw.entries.keys where key.hasPrefix(prefix) && !known.contains(key) {
            let nearest = NearestName.suggestion(for: key, among: Array(definition.keys.keys))
            result.notices.append(
                ConfigurationNotice(
                    .warning,
                    key: key,
                    "\(raw.place(of: key)): \(key) is not a key of \(entry.className) and is ignored\(nearest)"
                )
            )
        }
        return result
    }
}
