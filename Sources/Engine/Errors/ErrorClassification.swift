extension ErrorClass {
    /// The class of any error. The one place where errors are classified; a plugin classifies its own by throwing a
    /// ``ConnectError`` with a code of its own.
    public static func of(_ error: any Error) -> ErrorClass {
        if let error = error as? ConnectError {
            // A wrapper without an opinion of its own takes the class of what it wraps.
            if error.code == .connect, let cause = error.cause { return of(cause) }
            return error.code.errorClass
        }
        return .bug
    }
}
