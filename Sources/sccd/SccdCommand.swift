import ArgumentParser
import CareProtocols
import Foundation
import Systemd

/// The daemon's command line: parses, loads the settings, runs.
@main
struct SccdCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sccd",
        abstract: "Watches over recurring care on hospital wards and reminds of it.",
        discussion: """
            Settings come from flags, then from the environment (SCCD_CLOCK_RATE for --clock-rate), then \
            from the file. Everything that is wrong with them is named at once.

            sccd reminds of planned care. It never decides treatment, never gives a dose, and is not for \
            situations that need immediate action.

            EXIT CODES
              0   stopped on request
              64  wrong usage of the command line
              78  the settings are wrong
              75  another sccd uses the same state directory
              74  the ledger cannot be opened or read
              70  anything else

            EXAMPLES
              sccd --config /etc/sccd/sccd.yaml
              sccd --wards 7=Europe/London --state-directory /tmp/ward --socket-path /tmp/ward/sccd.sock
            """,
        version: DaemonVersion.text,
        // Without one of them it is the service that runs.
        subcommands: [SimulateCommand.self, ProtocolCommand.self])

    @Option(help: ArgumentHelp("The settings file.", valueName: "file"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "Wards and their zones, for example 7=Europe/London,8=Europe/London.", valueName: "list"
        ))
    var wards: String?

    @Option(help: ArgumentHelp("Where the ledger lies.", valueName: "dir"))
    var stateDirectory: String?

    @Option(
        help: ArgumentHelp(
            "The socket to listen on, unless systemd hands one over.", valueName: "path"))
    var socketPath: String?

    @Option(
        help: ArgumentHelp(
            "Ward seconds per real second; other than 1 is a demonstration.", valueName: "rate"))
    var clockRate: String?

    @Option(help: ArgumentHelp("Where a demonstration's time starts.", valueName: "time"))
    var clockStart: String?

    @Option(
        help: ArgumentHelp(
            "trace, debug, info, notice, warning, error or critical.", valueName: "level"))
    var logLevel: String?

    @Option(help: ArgumentHelp("User ids that may do everything.", valueName: "ids"))
    var adminUsers: String?

    @Option(help: ArgumentHelp("User ids that may only look.", valueName: "ids"))
    var viewUsers: String?

    @Option(help: ArgumentHelp("Where the time zones lie.", valueName: "dir"))
    var zoneinfoDirectory: String?

    @Option(help: ArgumentHelp("Where the hospital's own protocols lie.", valueName: "dir"))
    var protocolDirectory: String?

    @Option(
        help: ArgumentHelp(
            "How long a poll's answer may be trusted, in seconds.", valueName: "seconds"))
    var pollValiditySeconds: String?

    @Flag(help: "Check the settings and stop.")
    var checkSettings = false

    static let defaultFile = "/etc/sccd/sccd.yaml"

    func run() async throws {
        ProcessSignals.ignoreBrokenPipes()
        let settings: Settings
        do {
            settings = try await Settings.load(sources)
        } catch {
            throw DaemonExit(code: 78, message: error.description)
        }
        if checkSettings {
            do {
                _ = try ProtocolDirectory.load(settings.protocolDirectory)
            } catch {
                throw DaemonExit(code: 78, message: ProtocolKeeper.sentence(of: error))
            }
            Self.tell("The settings are right: \(settings.wards.count) ward(s).")
            return
        }
        try await Daemon(settings: settings).run()
    }

    private static func tell(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }

    private var flags: [(Settings.Key, String?)] {
        [
            (.wards, wards), (.stateDirectory, stateDirectory), (.socketPath, socketPath),
            (.clockRate, clockRate), (.clockStart, clockStart), (.logLevel, logLevel),
            (.adminUsers, adminUsers), (.viewUsers, viewUsers),
            (.zoneinfoDirectory, zoneinfoDirectory), (.protocolDirectory, protocolDirectory),
            (.pollValiditySeconds, pollValiditySeconds),
        ]
    }

    /// As typed, for example `--wards`: a subcommand takes none of them.
    var givenOptions: [String] {
        (config == nil ? [] : ["--config"])
            + flags.filter { $0.1 != nil }.map(\.0.flagName)
            + (checkSettings ? ["--check-settings"] : [])
    }

    private var sources: Settings.Sources {
        let environment = ProcessInfo.processInfo.environment
        var sources = Settings.Sources()
        for case (let key, let value?) in flags { sources.flags[key] = value }
        sources.environment = environment
        let named = config ?? environment["SCCD_CONFIG"]
        sources.file = named ?? Self.defaultFile
        sources.fileIsRequired = named != nil
        return sources
    }

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let exit as DaemonExit {
            Self.tell(exit.message)
            Foundation.exit(exit.code)
        } catch {
            Self.exit(withError: error)
        }
    }
}

/// Ends the process with a code and a sentence.
struct DaemonExit: Error {
    let code: Int32
    let message: String
}

enum DaemonVersion {
    static let text = "0.1.0"
}
