import Dispatch

/// Runs one actor's jobs on a dispatch queue of its own, outside the cooperative pool: for actors that call plugins, or C
/// functions that block. A job that blocks there holds up its own actor and nobody else.
package final class QueueExecutor: SerialExecutor {
    private let queue: DispatchQueue

    /// - Parameter label: The queue's name, for debuggers.
    package init(label: String) {
        queue = DispatchQueue(label: label)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedSerialExecutor()
        queue.async { job.runSynchronously(on: executor) }
    }
}
