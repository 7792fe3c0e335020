import Dispatch

/// Runs one actor's jobs on a dispatch queue of its own, outside the cooperative pool: for actors that call plugins, or C
/// functions that block. A job that blocks there holds up its own actor and nobody else.
final class QueueExecutor: SerialExecutor {
    private let queue: DispatchQueue

    init(label: String) {
        queue = DispatchQueue(label: label)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedSerialExecutor()
        queue.async { job.runSynchronously(on: executor) }
    }
}
