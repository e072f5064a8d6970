/// Why a request was not done, in stable words.
///
/// One table maps each to HTTP status and exit code.
package enum ProblemCode: String, Codable, CaseIterable, Sendable {
    case invalid
    case malformed
    case notFound = "not-found"
    case conflict
    case contraindicated
    case unnamed
    case denied
    case tooLarge = "too-large"
    case requestReused = "request-reused"
    case unavailable
    case unknownOutcome = "unknown-outcome"
    case methodNotAllowed = "method-not-allowed"
    case `internal`

    /// HTTP status.
    package var status: Int {
        switch self {
        case .invalid, .unnamed, .requestReused: 422
        case .malformed: 400
        case .notFound: 404
        case .conflict, .contraindicated: 409
        case .denied: 403
        case .tooLarge: 413
        case .unavailable: 503
        case .unknownOutcome: 504
        case .methodNotAllowed: 405
        case .internal: 500
        }
    }

    /// Exit code of `sccctl`; 64 is kept for usage errors.
    package var exitCode: Int32 {
        switch self {
        case .invalid, .malformed, .unnamed, .tooLarge, .requestReused: 2
        case .notFound: 3
        case .conflict, .contraindicated: 4
        case .denied: 5
        case .unavailable: 6
        case .unknownOutcome: 7
        case .methodNotAllowed, .internal: 1
        }
    }

    /// The short title of the problem document.
    package var title: String {
        switch self {
        case .invalid: "Something in the request is not possible"
        case .malformed: "The request cannot be read"
        case .notFound: "There is no such thing"
        case .conflict: "It contradicts what is there"
        case .contraindicated: "A protocol rule forbids it"
        case .unnamed: "Nobody was named"
        case .denied: "You may not do this"
        case .tooLarge: "The request is too large"
        case .requestReused: "This request id was used for something else"
        case .unavailable: "Nothing was changed"
        case .unknownOutcome: "Outcome unknown"
        case .methodNotAllowed: "This method is not allowed here"
        case .internal: "Internal error"
        }
    }
}

/// An RFC 9457 problem document, `application/problem+json`.
package struct Problem: Codable, Hashable, Error, Sendable {
    /// `urn:sccd:problem:` and the code.
    package var type: String
    package var title: String
    package var status: Int
    /// A sentence for people: what was wrong and what would be right.
    package var detail: String
    package var code: ProblemCode
    package var faults: [FieldFault]

    package init(_ code: ProblemCode, _ detail: String, faults: [FieldFault] = []) {
        type = "urn:sccd:problem:\(code.rawValue)"
        title = code.title
        status = code.status
        self.detail = detail
        self.code = code
        self.faults = faults
    }
}

/// One thing that was wrong.
package struct FieldFault: Codable, Hashable, Sendable {
    /// For example `stays[3].assessment.braden`.
    package var field: String
    package var value: String?
    package var problem: String
    package var expected: String?

    package init(field: String, value: String?, problem: String, expected: String?) {
        self.field = field
        self.value = value
        self.problem = problem
        self.expected = expected
    }
}
