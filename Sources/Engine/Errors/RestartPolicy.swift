/// When a failed task is started again. Defaults are on: a task that fails for a passing reason heals by itself.
public struct RestartPolicy: Sendable, Hashable {
    /// False: a failed task stays FAILED until a person restarts it, as in Kafka Connect.
    public var isEnabled: Bool
    /// Restarts allowed inside one window; one more failure is final.
    public var maximumAttempts: Int
    /// The window in which attempts are counted.
    public var window: Duration
    /// The wait before the first restart; each further one doubles it.
    public var initialBackoff: Duration
    /// The longest wait, and the wait from the start for authentication errors.
    public var maximumBackoff: Duration
    /// After so long without a failure the count and the wait begin anew.
    public var resetAfter: Duration

    /// Makes one of its parts.
    public init(
        isEnabled: Bool = true,
        maximumAttempts: Int = 10,
        window: Duration = .seconds(600),
        initialBackoff: Duration = .seconds(1),
        maximumBackoff: Duration = .seconds(60),
        resetAfter: Duration = .seconds(300)
    ) {
        self.isEnabled = isEnabled
        self.maximumAttempts = maximumAttempts
        self.window = window
        self.initialBackoff = initialBackoff
        self.maximumBackoff = maximumBackoff
        self.resetAfter = resetAfter
    }
}

/// Decides what follows a failure. A pure state machine: time and jitter come in as parameters.
///
/// - *counting*: knows the times of the failures inside the window. A failure of class configuration or data, or one past the
///   budget, or any failure with the policy off → *failed*. Any other adds to the count and asks for a restart.
/// - *failed*: stays so; only ``reset()`` (a person, a new configuration) leads back to *counting* with nothing counted.
public struct RestartMachine: Sendable {
    /// What to do after a failure.
    public enum Decision: Sendable, Hashable {
        /// Start again after this wait.
        case restart(after: Duration, attempt: Int)
        /// The task is FAILED and waits for a person.
        case fail(FailReason)
    }

    /// Why a task is not started again.
    public enum FailReason: Sendable, Hashable {
        /// Trying again cannot help.
        case errorClass(ErrorClass)
        /// The window's budget is spent.
        case budget(attempts: Int)
        /// The policy is off.
        case disabled
    }

    private let policy: RestartPolicy
    private var failures: [Duration] = []
    private var consecutive = 0

    /// Restarts since the machine was made: what statuses show.
    public private(set) var restartCount = 0

    /// Makes one of its parts.
    public init(policy: RestartPolicy) {
        self.policy = policy
    }

    /// The task failed at `now`. `jitter` is a random number in 0..<1: the wait is between 80 % and 120 % of its nominal length.
    public mutating func failed(_ errorClass: ErrorClass, at now: Duration, jitter: Double) -> Decision {
        guard policy.isEnabled else { return .fail(.disabled) }
        if errorClass == .configuration || errorClass == .data { return .fail(.errorClass(errorClass)) }
        if let last = failures.last, now - last >= policy.resetAfter { forget() }
        failures.removeAll { now - $0 >= policy.window }
        guard failures.count < policy.maximumAttempts else { return .fail(.budget(attempts: failures.count)) }
        failures.append(now)
        consecutive += 1
        restartCount += 1
        return .restart(after: backoff(errorClass) * (0.8 + 0.4 * jitter), attempt: failures.count)
    }

    /// The task got something done (a batch was acknowledged): what was wrong is over.
    public mutating func progressed() {
        forget()
    }

    /// A person restarted the task, or its configuration changed.
    public mutating func reset() {
        forget()
        restartCount = 0
    }

    private mutating func forget() {
        failures.removeAll()
        consecutive = 0
    }

    private func backoff(_ errorClass: ErrorClass) -> Duration {
        if errorClass == .authentication { return policy.maximumBackoff }
        // Doubling stops at the maximum long before the shift could overflow.
        let doubled = policy.initialBackoff * (1 << min(max(consecutive - 1, 0), 20))
        return min(doubled, policy.maximumBackoff)
    }
}
