import Dispatch
import Glibc

/// Tidies up when SIGINT or SIGTERM end the program. The children end by themselves: their standard input does.
final class Interrupts {
    private let sources: [any DispatchSourceSignal]

    init(_ tidyUp: @escaping @Sendable () -> Void) {
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                tidyUp()
                _exit(128 + number)
            }
            source.activate()
            return source
        }
    }

    func stop() {
        for source in sources { source.cancel() }
    }
}
