import ArgumentParser
import ControlAPI
import ControlClient

/// Options of every command.
struct GlobalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The daemon's socket; else $SCC_SOCKET, else \(ControlAPI.defaultSocketPath).",
            valueName: "path"),
        completion: .file())
    var socket: String?

    @Flag(help: "Print the answer as JSON, alone on standard output.")
    var json = false

    @Flag(help: "No colours, as with $NO_COLOR.")
    var noColor = false

    @Option(help: .hidden)
    var requestId: String?

    func validate() throws {
        if let requestId, requestId.wholeMatch(of: #/[A-Za-z0-9-]{8,64}/#) == nil {
            throw ValidationError("--request-id takes the UUID that the earlier try printed.")
        }
    }

    var requestID: String? { requestId }

    var socketPath: String {
        socket ?? System.environment("SCC_SOCKET") ?? ControlAPI.defaultSocketPath
    }

    var output: Output { Output(json: json, noColour: noColor) }
}

/// Who acts.
///
/// No care is recorded without a named person.
struct ActorOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Who acts, as it goes into the record; else $SCC_STAFF.", valueName: "name"))
    var by: String?

    var name: String {
        get throws(ClientError) {
            let name = (by ?? System.environment("SCC_STAFF") ?? "").trimmed
            guard !name.isEmpty else {
                throw .mistake(
                    .unnamed,
                    "Say who acts: add --by NAME, or set SCC_STAFF to your name once for the "
                        + "session (export SCC_STAFF=NAME). Nothing was sent.")
            }
            return name
        }
    }
}

extension String {
    var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
