/// The few file operations that the engine's own state needs, handed in so that tests can play a full disk or a power cut.
///
/// Errors: ``ConnectError/Code/inputOutput`` naming the path, the cause and the fix.
public protocol FileSystem: Sendable {
    /// The whole file, or `nil` when there is none. Blocks.
    func read(_ path: String) throws -> [UInt8]?
    /// Puts new content in place of the file such that after a power cut either the old or the new is there: write beside it,
    /// fsync, rename, fsync the folder (rule 6). Blocks.
    func replace(_ path: String, with bytes: [UInt8]) throws
}
