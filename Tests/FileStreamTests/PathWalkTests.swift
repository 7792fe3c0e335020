import Glibc
import Testing

@testable import FileStream

@Suite struct PathWalkTests {
    private func steps(_ path: String) -> [String] {
        var found: [String] = []
        PathWalk.walk(path) { folder, name in found.append("\(folder)|\(name)") }
        return found
    }

    @Test func stopsBehindTheFirstNameThatIsMissing() throws {
        let fixture = try FileFixture()
        try fixture.makeFolder("a")
        let folder = fixture.folder
        let base = steps(folder)
        #expect(steps(fixture.path("a/b/c.txt")) == base + ["\(folder)|a", "\(folder)/a|b"])
    }

    @Test func goesThroughSymbolicLinks() throws {
        let fixture = try FileFixture()
        try fixture.makeFolder("v1")
        try fixture.append("x", to: "v1/log.txt")
        try #require(symlink("v1", fixture.path("current")) == 0)
        let folder = fixture.folder
        #expect(
            steps(fixture.path("current/./log.txt"))
                == steps(folder) + ["\(folder)|current", "\(folder)|v1", "\(folder)/v1|log.txt"]
        )
        try #require(symlink(fixture.path("v1/log.txt"), fixture.path("absolute")) == 0)
        #expect(steps(fixture.path("absolute")).last == "\(folder)/v1|log.txt")
    }

    @Test func linkToItselfEnds() throws {
        let fixture = try FileFixture()
        try #require(symlink("loop", fixture.path("loop")) == 0)
        #expect(steps(fixture.path("loop")).count < 100)
    }

    @Test func relativePathStartsAtTheWorkingFolder() {
        #expect(steps("no-such-name-here.txt") == [".|no-such-name-here.txt"])
        #expect(steps("/") == [])
    }
}
