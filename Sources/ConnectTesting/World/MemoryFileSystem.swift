public import Engine
import Synchronization

/// Files in memory, for tests of the engine's own state: with a hand on failures.
public final class MemoryFileSystem: FileSystem {
    private struct State {
        var files: [String: [UInt8]] = [:]
        var failures: [ConnectError] = []
        var replacements = 0
    }

    private let state = Mutex(State())

    /// No files.
    public init() {}

    /// The content of a file as text, or `nil` when there is none.
    public func text(_ path: String) -> String? {
        state.withLock { $0.files[path] }.map { String(decoding: $0, as: UTF8.self) }
    }

    /// Puts a file there, past all failures.
    public func put(_ path: String, _ bytes: [UInt8]) {
        state.withLock { $0.files[path] = bytes }
    }

    /// How often a file was replaced.
    public var replacements: Int { state.withLock { $0.replacements } }

    /// The next replacements throw these errors, and leave the file as it was.
    public func failReplacements(_ errors: [ConnectError]) {
        state.withLock { $0.failures += errors }
    }

    /// See ``FileSystem``.
    public func read(_ path: String) throws -> [UInt8]? {
        state.withLock { $0.files[path] }
    }

    /// See ``FileSystem``.
    public func replace(_ path: String, with bytes: [UInt8]) throws {
        let failure = state.withLock { state -> ConnectError? in
            if !state.failures.isEmpty { return state.failures.removeFirst() }
            state.files[path] = bytes
            state.replacements += 1
            return nil
        }
        if let failure { throw failure }
    }
}
