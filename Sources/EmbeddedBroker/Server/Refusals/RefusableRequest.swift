/// A request that can be answered with one error throughout, in whatever places its answer has for errors. What a fault or a failed
/// check needs.
protocol RefusableRequest: RequestMessage {
    /// The answer that says `error` for everything that was asked.
    func refused(_ error: ErrorCode) -> Response
}
