import Engine

// The kinds of error that Kafka Connect's converters report as causes, under the classes in which they name them.
extension ConnectError.Code {
    /// Text that breaks JSON's grammar.
    static let jsonSyntax = ConnectError.Code(
        name: "json-syntax",
        javaClassName: "com.fasterxml.jackson.core.JsonParseException",
        errorClass: .data
    )
    /// Text that stops in the middle of a JSON value.
    static let jsonEnd = ConnectError.Code(
        name: "json-end",
        javaClassName: "com.fasterxml.jackson.core.io.JsonEOFException",
        errorClass: .data
    )
    /// JSON that passes a limit on depth or on a number's length.
    static let jsonLimit = ConnectError.Code(
        name: "json-limit",
        javaClassName: "com.fasterxml.jackson.core.exc.StreamConstraintsException",
        errorClass: .data
    )
    /// A string that is not Base64.
    static let invalidBase64 = ConnectError.Code(
        name: "invalid-base64",
        javaClassName: "com.fasterxml.jackson.databind.exc.InvalidFormatException",
        errorClass: .data
    )
    /// A text that is not a number.
    static let invalidNumber = ConnectError.Code(
        name: "invalid-number",
        javaClassName: "java.lang.NumberFormatException",
        errorClass: .data
    )
    /// A parameter of a logical type that its schema lacks: Connect runs into a null reference there.
    static let missingParameter = ConnectError.Code(
        name: "missing-parameter",
        javaClassName: "java.lang.NullPointerException",
        errorClass: .data
    )
    /// An encoding that is not known; Connect reports it when the converter is made.
    static let serializerConfiguration = ConnectError.Code(
        name: "serializer-configuration",
        javaClassName: "org.apache.kafka.common.errors.SerializationException",
        errorClass: .configuration
    )
    /// The cause of ``serializerConfiguration``.
    static let unsupportedEncoding = ConnectError.Code(
        name: "unsupported-encoding",
        javaClassName: "java.nio.charset.UnsupportedCharsetException",
        errorClass: .configuration
    )
}
