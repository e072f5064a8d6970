/// The wire types of the local control interface, version 1.
///
/// `Schemas/control.openapi.yaml` is the document that these types follow; a test decodes every example
/// in it. Instants are RFC 3339 text in UTC. This module imports nothing, so that the client and the
/// server can share it without sharing anything else.
package enum ControlAPI {
    /// The number in every answer's `schema` field.
    package static let schema = 1
    /// The release; the daemon sends it in ``Header/version``, so that a client sees a mismatch.
    package static let version = "0.1.0"
    package static let defaultSocketPath = "/run/sccd/sccd.sock"
    /// Largest request body that is read, in bytes.
    package static let bodyLimitBytes = 1_048_576

    package enum Header {
        package static let requestID = "Idempotency-Key"
        package static let replayed = "Idempotent-Replayed"
        package static let madeAt = "SCC-Made-At"
        package static let validUntil = "SCC-Valid-Until"
        package static let version = "SCC-Version"
        /// Present, with the rate, when the daemon's clock is not real time.
        package static let demo = "SCC-Demo-Clock-Rate"
    }
}

/// A JSON value of an assessment field or a recorded field.
package enum JSONScalar: Hashable, Sendable {
    case bool(Bool)
    /// A number as text in plain decimal notation.
    case number(String)
    case string(String)
    case null
}

extension JSONScalar: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .bool(flag)
        } else if let whole = try? container.decode(Int.self) {
            self = .number("\(whole)")
        } else if let number = try? container.decode(Double.self) {
            self = .number("\(number)")
        } else {
            self = .string(try container.decode(String.self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .bool(let flag): try container.encode(flag)
        case .number(let text):
            if let whole = Int(text) {
                try container.encode(whole)
            } else if let number = Double(text) {
                try container.encode(number)
            } else {
                try container.encode(text)
            }
        case .string(let text): try container.encode(text)
        case .null: try container.encodeNil()
        }
    }
}
