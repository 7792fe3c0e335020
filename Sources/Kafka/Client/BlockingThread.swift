import CRdKafka
import Glibc

/// Runs calls that block (librdkafka's destroy, close, metadata) on a thread of their own, so that no thread of the cooperative
/// pool waits in C. Such calls are rare: once per client, or once per request of the admin client.
enum BlockingThread {
    /// Starts a detached thread that runs `body` and ends.
    static func start(_ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(ThreadBody(body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        guard pthread_create(&thread, &attributes, runThreadBody, box.toOpaque()) == 0 else {
            // No thread to be had: blocking here is the only way left that still frees the client.
            box.takeRetainedValue().body()
            return
        }
    }

    /// Suspends until `body` has run on a thread of its own. Not cancellable.
    static func run(_ body: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            start {
                body()
                continuation.resume()
            }
        }
    }
}

private final class ThreadBody: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
        self.body = body
    }
}

private func runThreadBody(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let argument { Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().body() }
    return nil
}
