import CareCore
import CareEngine
import ControlAPI

/// The one table from what went wrong to what the caller is told.
extension Problem {
    init(_ error: any Error) {
        switch error {
        case let problem as Problem:
            self = problem
        case let failure as EngineFailure:
            self.init(failure)
        case let rejection as Rejection:
            self.init(rejection)
        case let failure as LedgerFailure:
            self.init(failure)
        case let fault as JSONFault:
            self.init(fault)
        case let refused as MethodNotAllowed:
            self.init(
                .methodNotAllowed,
                "\(refused.path) takes \(refused.allow.joined(separator: " or ")).")
        default:
            // What it was is in the log; outside it would only tell how the program is built.
            self.init(
                .internal,
                "Something went wrong inside sccd; its log says what. Nothing is known "
                    + "to have been changed.")
        }
    }

    private init(_ failure: EngineFailure) {
        switch failure {
        case .rejected(let rejection):
            self.init(rejection)
        case .requestReused:
            self.init(
                .requestReused,
                "This request id was used for another request. Take a new one for "
                    + "each request; the same one only to repeat a request unchanged.")
        case .unavailable(let reason):
            self.init(.unavailable, "Nothing was changed. \(reason)")
        case .unknownOutcome(let reason):
            self.init(
                .unknownOutcome,
                "It may or may not have been done: repeat the request with the "
                    + "same request id to find out. \(reason)")
        }
    }

    private init(_ rejection: Rejection) {
        let code: ProblemCode =
            switch rejection.code {
            case .invalid: .invalid
            case .notFound: .notFound
            case .conflict: .conflict
            case .contraindicated: .contraindicated
            case .unnamed: .unnamed
            }
        self.init(code, rejection.message, faults: rejection.faults.map(FieldFault.init))
    }

    private init(_ failure: LedgerFailure) {
        switch failure {
        case .refused(let reason), .corrupt(let reason), .unknown(let reason):
            self.init(.unavailable, reason)
        }
    }

    private init(_ fault: JSONFault) {
        self.init(
            .malformed,
            "The JSON cannot be read at line \(fault.line), column \(fault.column): \(fault.what).",
            faults: fault.path.isEmpty
                ? []
                : [
                    FieldFault(
                        field: quoted(fault.path), value: nil, problem: fault.what, expected: nil)
                ])
    }
}

extension FieldFault {
    init(_ fault: Fault) {
        self.init(
            field: quoted(fault.field), value: fault.value.map(quoted), problem: fault.problem,
            expected: fault.expected)
    }
}
