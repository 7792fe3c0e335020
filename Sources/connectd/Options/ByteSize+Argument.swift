import ArgumentParser
import Engine

extension ByteSize: @retroactive ExpressibleByArgument {
    public init?(argument: String) {
        self.init(argument)
    }
}
