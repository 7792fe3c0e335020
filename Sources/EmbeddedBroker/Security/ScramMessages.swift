/// A client's first SCRAM message (RFC 5802, section 7): `n,,n=user,r=nonce`.
struct ScramClientFirst: Equatable {
    /// The part about channel binding, with its commas; the last message has to repeat it.
    var header: String
    /// Everything after the header: a part of what is signed.
    var bare: String
    var authorizationID: String
    var user: String
    var nonce: String

    init(_ text: String) throws(ScramSyntaxError) {
        let parts = text.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .notAMessage }
        switch parts[0] {
        case "n", "y": break
        default: throw parts[0].hasPrefix("p=") ? .channelBinding : .notAMessage
        }
        if parts[1].isEmpty {
            authorizationID = ""
        } else {
            guard parts[1].hasPrefix("a=") else { throw .notAMessage }
            authorizationID = try scramName(parts[1].dropFirst(2))
        }
        header = "\(parts[0]),\(parts[1]),"
        bare = String(parts[2])

        let attributes = parts[2].split(separator: ",", omittingEmptySubsequences: false)
        guard let first = attributes.first, !first.hasPrefix("m=") else { throw .mandatoryExtension }
        guard attributes.count >= 2, first.hasPrefix("n="), attributes[1].hasPrefix("r=") else { throw .notAMessage }
        user = try scramName(first.dropFirst(2))
        nonce = String(attributes[1].dropFirst(2))
        guard !user.isEmpty, !nonce.isEmpty, nonce.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw .notAMessage
        }
    }
}

/// A client's last SCRAM message: `c=binding,r=nonce,p=proof`.
struct ScramClientFinal: Equatable {
    /// The header of the first message, decoded.
    var binding: [UInt8]
    var nonce: String
    var proof: [UInt8]
    /// Everything before the proof: a part of what is signed.
    var withoutProof: String

    init(_ text: String) throws(ScramSyntaxError) {
        let attributes = text.split(separator: ",", omittingEmptySubsequences: false)
        guard attributes.count >= 3, attributes[0].hasPrefix("c="), attributes[1].hasPrefix("r="),
            let last = attributes.last, last.hasPrefix("p="),
            let binding = Base64.decode(attributes[0].dropFirst(2).utf8),
            let proof = Base64.decode(last.dropFirst(2).utf8)
        else { throw .notAMessage }
        self.binding = binding
        self.proof = proof
        nonce = String(attributes[1].dropFirst(2))
        withoutProof = String(text[..<last.startIndex].dropLast())
    }
}

/// Why a text is no SCRAM message that this side understands.
enum ScramSyntaxError: Error {
    case notAMessage, channelBinding, mandatoryExtension

    /// For the client and the log.
    var message: String {
        switch self {
        case .notAMessage: "the message is not one of SCRAM"
        case .channelBinding: "channel binding is not supported"
        case .mandatoryExtension: "the client demands an extension that is not supported"
        }
    }
}

/// A name as SCRAM carries it: commas and equals signs stand as `=2C` and `=3D`.
private func scramName(_ text: Substring) throws(ScramSyntaxError) -> String {
    var name = ""
    var rest = text
    while let mark = rest.firstIndex(of: "=") {
        name += rest[..<mark]
        switch rest[mark...].prefix(3) {
        case "=2C": name += ","
        case "=3D": name += "="
        default: throw .notAMessage
        }
        rest = rest[mark...].dropFirst(3)
    }
    return name + rest
}
