import ConnectTesting
import Glibc
import Testing

@testable import connectd

@Suite("The demo's text")
struct DemoTextTests {
    @Test("Licences and the packages' texts are found; links, empty files and other files are not")
    func finding() throws {
        let folder = try TemporaryFolder()
        try folder.write("licences/GPL-3", "free")
        try folder.link("licences/GPL", to: "GPL-3")
        try folder.write("doc/b/changelog.Debian.gz", "x")
        try folder.write("doc/b/copyright", "x")
        try folder.write("doc/b/examples.txt", "x")
        try folder.write("doc/a/changelog.html", "x")
        try folder.write("doc/a/README.md", "x")
        try folder.write("doc/a/NEWS.gz", "")
        let files = DemoTextFiles.find(licences: folder.path("licences"), documentation: folder.path("doc"))
        #expect(
            files
                == ["licences/GPL-3", "doc/a/README.md", "doc/b/changelog.Debian.gz", "doc/b/copyright"].map(
                    folder.path
                )
        )
    }

    @Test("Folders that are not there give no files")
    func missing() {
        #expect(DemoTextFiles.find(licences: "/nonexistent/a", documentation: "/nonexistent/b").isEmpty)
    }

    @Test("Compressed and plain files are read one after the other, again and again")
    func decompressing() throws {
        let folder = try TemporaryFolder()
        try folder.write("plain", "one\n")
        try folder.write("packed", "two")
        #expect(system("gzip '\(folder.path("packed"))'") == 0)
        var text = DemoText(files: [folder.path("plain"), folder.path("packed.gz")])
        var all: [UInt8] = []
        while all.count < 16 { all += try text.next(count: 5) }
        #expect(String(decoding: all.prefix(16), as: UTF8.self) == "one\ntwo\none\ntwo\n")
    }

    @Test("Without files, or with empty ones, there is a built-in text")
    func builtIn() throws {
        var none = DemoText(files: [])
        #expect(String(decoding: try none.next(count: 10), as: UTF8.self).hasPrefix("Line 1: "))
        var unreadable = DemoText(files: ["/nonexistent/file"])
        #expect(String(decoding: try unreadable.next(count: 10), as: UTF8.self).hasPrefix("Line 1: "))
    }

    @Test("Lines come out whole, as valid UTF-8 and without carriage returns")
    func cleaning() {
        var cleaner = LineCleaner()
        #expect(cleaner.add(Array("a\r\nb\u{fc}".utf8).dropLast()) == Array("a\n".utf8))
        #expect(cleaner.add([0xbc, 0x0a, 0xff, 0x0a, 0x63]) == Array("b\u{fc}\n\u{fffd}\n".utf8))
        #expect(cleaner.finish() == Array("c\n".utf8))
        #expect(cleaner.finish().isEmpty)
    }

    @Test("A line without end is cut")
    func endlessLine() {
        var cleaner = LineCleaner()
        let cut = cleaner.add([UInt8](repeating: 0x61, count: LineCleaner.longestLine + 1))
        #expect(cut.count == LineCleaner.longestLine + 2)
        #expect(cut.last == 0x0a)
    }
}
