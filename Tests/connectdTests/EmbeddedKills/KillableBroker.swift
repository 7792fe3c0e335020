import ConnectTesting
import Engine
import Glibc

/// `connectd embedded` on a folder and a port that stay the same however often it is killed.
struct KillableBroker {
    let folder: String
    let port: UInt16

    var bootstrap: String { "127.0.0.1:\(port)" }

    init(folder: String) throws {
        self.folder = folder
        port = try Self.freePort()
    }

    /// Every answer waits until what it says is on the disk.
    func start() throws -> RunningProgram {
        var arguments = ["embedded", "--dir", folder, "--listen", bootstrap, "--flush", "always"]
        for topic in [(topic: TransactionalLoad.input, partitions: 3)] + TransactionalLoad.outputs {
            arguments += ["--topic", "\(topic.topic):\(topic.partitions)"]
        }
        return try RunningProgram(product: "connectd", arguments)
    }

    /// A port below those that the system gives to clients: nobody takes it while the broker is down.
    private static func freePort() throws -> UInt16 {
        for _ in 0..<100 {
            let port = UInt16.random(in: 20_000..<30_000)
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            guard descriptor >= 0 else { break }
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
            let code = withUnsafePointer(to: &address) { address in
                address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            if code == 0 { return port }
        }
        throw ConnectError(.inputOutput, "no port is free between 20000 and 30000")
    }
}
