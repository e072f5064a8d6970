package import ControlAPI

/// Why there is no answer, or not the wanted one.
package enum ClientError: Error, Sendable {
    case noSocket(path: String)
    case notPermitted(path: String)
    case refused(path: String)
    /// The path cannot name a socket.
    case badPath(path: String)
    /// No answer in time to a request that changes nothing.
    case timeout(path: String)
    /// The connection broke during a request that changes nothing.
    case broken(path: String, what: String)
    /// A write may or may not have been done.
    case unknownOutcome(requestID: String)
    /// The daemon said no; `body` is its document, byte for byte.
    case problem(Problem, body: String, daemonVersion: String?)
    /// The client itself found something wrong with the request.
    case local(Problem)
    /// Something answered, but not in the words of this interface.
    case unreadable(what: String, daemonVersion: String?)
}

extension ClientError {
    /// The stable word, which decides the exit code.
    package var code: ProblemCode {
        switch self {
        case .noSocket, .refused, .timeout, .broken: .unavailable
        case .notPermitted: .denied
        case .badPath: .invalid
        case .unknownOutcome: .unknownOutcome
        case .problem(let problem, _, _), .local(let problem): problem.code
        case .unreadable: .internal
        }
    }

    /// What happened and what to do about it, for people.
    package var sentence: String {
        switch self {
        case .noSocket(let path):
            "sccd is not running: no socket at \(path). Start it with "
                + "`systemctl start sccd.socket`, or give --socket."
        case .notPermitted(let path):
            "You are not in group sccd, so \(path) may not be opened. Ask the administrator for "
                + "`usermod -aG sccd USER`, then log in again."
        case .refused(let path):
            "sccd is not running: nobody listens at \(path). Start it with "
                + "`systemctl start sccd.socket`; `systemctl status sccd` says why it stopped."
        case .badPath(let path):
            "\(path) cannot be a socket: a path is at most 103 bytes long and not empty."
        case .timeout(let path):
            "sccd at \(path) does not answer. What a board shows now may be out of date; "
                + "`systemctl status sccd` says more."
        case .broken(let path, let what):
            "The connection to sccd at \(path) broke before the answer was complete (\(what)). "
                + "Try again."
        case .unknownOutcome(let requestID):
            "The connection broke before sccd answered: it may or may not have been done. "
                + "To settle it, repeat the same command with --request-id \(requestID); "
                + "it is then done at most once."
        case .problem(let problem, _, let version):
            problem.detail + Self.hint(version)
        case .local(let problem): problem.detail
        case .unreadable(let what, let version):
            "The answer cannot be read: \(what)." + Self.hint(version)
        }
    }

    /// The problem document: the daemon's, or one of the same form made here.
    package var problem: Problem {
        switch self {
        case .problem(let problem, _, _), .local(let problem): problem
        default: Problem(code, sentence)
        }
    }

    private static func hint(_ daemonVersion: String?) -> String {
        guard let daemonVersion, daemonVersion != ControlAPI.version else { return "" }
        return " (sccd is version \(daemonVersion), this program \(ControlAPI.version): "
            + "install the same version of both.)"
    }
}
