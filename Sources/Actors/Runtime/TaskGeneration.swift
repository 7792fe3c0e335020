/// One run of something that is supervised, from start to end.
protocol TaskGeneration: Actor {
    /// Runs until drained, ended by itself, or failed (throws). `onStarted` is called once the plugin's `start` has returned.
    func run(onStarted: @escaping @Sendable () async -> Void) async throws
    /// Asks for a good end: no more intake, flush, commit, leave. `run` returns when that is done.
    func drain() async
    /// Deadline passed: ends at once; from now on this run touches neither status nor offsets.
    func cancel() async
    /// Stops or goes on taking records in, keeping everything ready.
    func setPaused(_ paused: Bool) async
}
