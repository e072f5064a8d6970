import ArgumentParser
import ControlAPI

struct SocketPathCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "socket-path",
        abstract: "Print the path of the socket that the other commands use.",
        discussion: """
            EXAMPLES
              curl --unix-socket "$(sccctl socket-path)" http://sccd/v1/status
            """)

    @OptionGroup var global: GlobalOptions

    func run() {
        if global.json {
            global.output.document(Path(path: global.socketPath))
        } else {
            global.output.show([global.socketPath])
        }
    }

    private struct Path: Encodable {
        let schema = ControlAPI.schema
        let path: String
    }
}
