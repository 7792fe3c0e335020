import Engine
import OrderedCollections
import Testing

struct ConnectorFileTests {
    private func read(_ text: String, file: String = "c.json") throws(ConnectError) -> ConnectorFile {
        try ConnectorFile.read(Array(text.utf8), file: file)
    }

    @Test(
        arguments: [
            ("name=c\nfile=/x", "c.properties"), (#"{"name":"c","file":"/x"}"#, "c.json"),
            (#"{"name":"c","config":{"file":"/x"}}"#, "c.json"), (#"{"config":{"file":"/x","name":"c"}}"#, "c.json"),
            (#"{"name":"c","config":{"name":"c","file":"/x"}}"#, "c.json"),
            (" \r\n\t{\"name\":\"c\",\n\"file\":\"/x\"}\n", "c.properties"),
            ("\u{FEFF}{\"name\":\"c\",\"file\":\"/x\"}", "c"),
        ]
    )
    func forms(text: String, file: String) throws {
        let read = try read(text, file: file)
        #expect(read.name == "c")
        #expect(read.configuration.map == ["name": "c", "file": "/x"])
        #expect(read.initialState == nil)
        #expect(read.configuration.file == file)
        #expect(read.configuration.notices.isEmpty)
    }

    @Test(arguments: zip(["RUNNING", "paused", "Stopped"], ConnectorFile.InitialState.allCases))
    func initialStates(text: String, state: ConnectorFile.InitialState) throws {
        #expect(try read(#"{"name":"c","config":{},"initial_state":"\#(text)"}"#).initialState == state)
        #expect(try read(#"{"name":"c","config":{},"initial_state":null}"#).initialState == nil)
    }

    @Test func numbersAndBooleansAreTakenAsWritten() throws {
        let read = try read(#"{"name":"c","a":1,"b":1.50,"c":1e3,"d":true,"e":12345678901234567890,"f":false}"#)
        #expect(
            read.configuration.map == [
                "name": "c", "a": "1", "b": "1.50", "c": "1e3", "d": "true", "e": "12345678901234567890", "f": "false",
            ]
        )
    }

    @Test func linesOfKeys() throws {
        let flat = try read("{\n  \"name\": \"c\",\n\n  \"file\":\n    \"/x\"\n}")
        #expect(flat.configuration.place(of: "file") == "c.json:4")
        let request = try read("{\n\"config\": {\n  \"file\": \"/x\" },\n\"name\": \"c\"}")
        #expect(request.configuration.place(of: "file") == "c.json:3")
        #expect(request.configuration.place(of: "name") == "c.json:4")
    }

    @Test(
        arguments: [
            ("{\n  \"name\": \"c\",\n  \"file\" \"/x\"\n}", "c.json:3:"),
            ("{\"name\":\"c\",}", "c.json:1:13: not valid JSON"),
            ("{\"name\":\"c\"", "not valid JSON"),
            ("", "not valid JSON"),
            ("[]", "expected an object"),
            ("name=c", "not valid JSON"),
            ("{\"name\":\"c\"} x", "not valid JSON"),
            (
                "{\"name\":\"c\",\n\"a\":null}",
                "c.json:2: a is null: expected a text, a number, true or false; leave the key out"
            ),
            ("{\"name\":\"c\",\"topics\":[\"a\"]}", "topics is an array"),
            ("{\"name\":\"c\",\"a\":{\"b\":1}}", "a is an object"),
            ("{\"name\":\"c\",\"config\":{\"a\":{\"b\":{}}}}", "a is an object"),
            ("{\"file\":\"x\"}", "c.json: name is missing"),
            ("{\"config\":{\"file\":\"x\"}}", "c.json: name is missing"),
            ("{\"name\":null,\"config\":{}}", "name is null"),
            (
                "{\"name\":\"a\",\n\"config\":{\n\"name\":\"b\"}}",
                "c.json:3: the name in config, \"b\", is not the name beside it, \"a\""
            ),
            ("{\"name\":\"a\",\"config\":{},\"initial_state\":\"BUSY\"}", "expected RUNNING, PAUSED or STOPPED"),
            ("{\"name\":\"a\",\"config\":{},\"initial_state\":1}", "initial_state = \"1\""),
            ("{\"name\":\"a\",\"config\":null}", "config is null"),
        ]
    )
    func mistakes(text: String, expected: String) throws {
        let message = try configurationMessage { _ = try read(text) }
        #expect(message.contains(expected), "\(message)")
        #expect(message.hasPrefix("c.json:"))
    }

    @Test func mistakesInProperties() throws {
        let missing = try configurationMessage { _ = try read("file=x", file: "c.properties") }
        #expect(missing == "c.properties: name is missing: add the connector's name, such as name=my-connector")
        let escape = try configurationMessage { _ = try read("name=c\nfile=\\u00", file: "c.properties") }
        #expect(escape.hasPrefix("c.properties:2: malformed"))
    }

    @Test func membersBesideConfigAreNoticed() throws {
        let read = try read("{\"name\":\"c\",\"config\":{},\n\"initial.state\":\"PAUSED\"}")
        #expect(read.initialState == nil)
        #expect(read.configuration.notices.map(\.key) == ["initial.state"])
        #expect(read.configuration.notices.first?.message.hasPrefix("c.json:2:") == true)
        #expect(read.configuration.notices.first?.message.contains("did you mean initial_state?") == true)
    }
}
