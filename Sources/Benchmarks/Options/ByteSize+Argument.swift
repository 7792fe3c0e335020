public import ArgumentParser
public import Engine

extension ByteSize: ExpressibleByArgument {
    /// A size on the command line: `64MB`, `1GB`, `512KiB`.
    public init?(argument: String) {
        self.init(argument)
    }
}
