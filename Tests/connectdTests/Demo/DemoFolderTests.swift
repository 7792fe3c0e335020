import ConnectTesting
import Engine
import Glibc
import Testing

@testable import connectd

@Suite("The demo's folder")
struct DemoFolderTests {
    @Test("The configuration files say what is meant, whatever the folder is called")
    func configuration() throws {
        let parent = try TemporaryFolder()
        try parent.write("a\\b c=ü🙂/x", "")
        let folder = try DemoFolder(in: parent.path("a\\b c=ü🙂"))
        try folder.writeConfiguration()
        func read(_ path: String) throws -> [UInt8] {
            try #require(parent.read(String(path.dropFirst(parent.root.count + 1))))
        }
        let worker = try PropertiesReader.read(read(folder.worker), file: "worker")
        let broker = try WorkerConfiguration(worker).embeddedBroker
        #expect(broker?.directory == "\(folder.path)/broker")
        #expect(broker?.listener == ListenAddress(host: "127.0.0.1", port: 0))
        #expect(worker["offset.storage.file.filename"] == "\(folder.path)/connect.offsets")
        #expect(try WorkerConfiguration(worker).notices.isEmpty)
        let source = try ConnectorFile.read(read(folder.sourceConnector), file: "source")
        #expect(source.configuration["file"] == folder.source)
        let sink = try ConnectorFile.read(read(folder.sinkConnector), file: "sink")
        #expect(sink.configuration["file"] == folder.sink)
        #expect(sink.configuration["topics"] == source.configuration["topic"])
        try parent.write(
            String(folder.path.dropFirst(parent.root.count + 1)) + "/broker/topics/x",
            "a file in a folder in a folder"
        )
        folder.remove()
        #expect(parent.read(String(folder.worker.dropFirst(parent.root.count + 1))) == nil)
        // Nothing at all is left: what is empty can be removed.
        #expect(rmdir(parent.path("a\\b c=ü🙂/x")) != 0 && unlink(parent.path("a\\b c=ü🙂/x")) == 0)
        #expect(rmdir(parent.path("a\\b c=ü🙂")) == 0)
    }

    @Test("A folder that cannot be made is a clear error")
    func missing() throws {
        let error = #expect(throws: ConnectError.self) { try DemoFolder(in: "/nonexistent") }
        #expect(
            error?.message == "Cannot make a folder in /nonexistent: No such file or directory. "
                + "Name a folder that exists and may be written to with --dir."
        )
    }
}
