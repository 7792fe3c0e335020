@preconcurrency import Dispatch
import Glibc

/// Waits for a pipe, terminal or socket without a thread of its own and without blocking one: libdispatch watches the
/// descriptor with epoll.
enum Readiness {
    /// What to wait for.
    enum Direction: Sendable {
        case read
        case write
    }

    /// True when reading or writing would not block now. Regular files always are; so is what is not open: trying says why.
    static func isReady(_ descriptor: Int32, _ direction: Direction) -> Bool {
        // poll passes over negative descriptors, libdispatch stops the program for them.
        guard descriptor >= 0 else { return true }
        var request = pollfd(fd: descriptor, events: Int16(direction == .read ? POLLIN : POLLOUT), revents: 0)
        return poll(&request, 1, 0) > 0
    }

    /// Suspends until the descriptor may be ready. Throws `CancellationError` soon after the task is cancelled. When it returns
    /// or throws, nothing watches the descriptor any more, so it may be closed.
    static func wait(_ descriptor: Int32, _ direction: Direction) async throws {
        let source: any DispatchSourceProtocol =
            switch direction {
            case .read: DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: .global())
            case .write: DispatchSource.makeWriteSource(fileDescriptor: descriptor, queue: .global())
            }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // Ready or cancelled, the source ends through its cancel handler, which runs exactly once.
                source.setEventHandler { source.cancel() }
                source.setCancelHandler { continuation.resume() }
                source.activate()
            }
        } onCancel: {
            source.cancel()
        }
        try Task.checkCancellation()
    }
}
