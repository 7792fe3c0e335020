/// What this program is, for `connectd version` and the first log line.
enum Version {
    /// The program's version; CHANGELOG.md says what each one brought.
    static let current = "0.1.0"
    /// The Kafka Connect release whose behaviour is matched (docs/compatibility.md names the differences).
    static let kafkaConnect = "4.3.0"
}
