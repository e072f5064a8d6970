import ArgumentParser
import CareProtocols
import ControlAPI
import Foundation

/// What can be said of protocol files without a service.
///
/// `sccctl protocol` calls it and shows what it answers.
struct ProtocolCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "protocol",
        abstract: "Checks and describes protocol files without a service, as JSON.",
        subcommands: [ProtocolLintCommand.self, ProtocolDescribeCommand.self])
}

struct ProtocolLintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract:
            "Checks a hospital's files together with the built-in ones, and prints all faults.",
        discussion: """
            EXIT CODES
              0   they would be taken
              64  wrong usage of the command line
              65  they have faults
              66  there is no such directory
            """)

    @Argument(help: ArgumentHelp("The hospital's own files.", valueName: "dir"))
    var directory = Settings().protocolDirectory

    func run() throws {
        try ProtocolOutput.checkThere(directory)
        var check = ProtocolCheckAnswer(directory: directory, faults: [], protocols: nil)
        do throws(ProtocolError) {
            check.protocols = try ProtocolOutput.describe(directory)
        } catch {
            check.faults = error.faults.map {
                ProtocolFaultView(
                    file: $0.file, line: $0.line, problem: $0.problem, expected: $0.expected)
            }
        }
        try ProtocolOutput.write(check)
        if check.protocols == nil { throw ExitCode(65) }
    }
}

struct ProtocolDescribeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: "Prints the effective protocols in words.",
        discussion: """
            EXIT CODES
              0   they are printed
              64  wrong usage of the command line
              65  they have faults
              66  there is no such directory
            """)

    @Option(help: ArgumentHelp("The hospital's own files; else none.", valueName: "dir"))
    var directory: String?

    func run() throws {
        if let directory { try ProtocolOutput.checkThere(directory) }
        let answer: ProtocolsAnswer
        do throws(ProtocolError) {
            answer = try ProtocolOutput.describe(directory)
        } catch {
            throw DaemonExit(code: 65, message: ProtocolKeeper.sentence(of: error))
        }
        try ProtocolOutput.write(answer)
    }
}

private enum ProtocolOutput {
    /// A hospital need not have files, but a directory that somebody names is there.
    static func checkThere(_ directory: String) throws(DaemonExit) {
        guard FileManager.default.fileExists(atPath: directory) else {
            throw DaemonExit(
                code: 66,
                message: "\(directory): there is no such directory; expected one with "
                    + "*.yaml, see docs/protocols.md")
        }
    }

    static func describe(_ directory: String?) throws(ProtocolError) -> ProtocolsAnswer {
        let builtIn = try ProtocolLoader.describe(BuiltInProtocols.documents)
        guard let directory else {
            return ProtocolsAnswer(builtIn, builtIn: builtIn, directory: nil)
        }
        let effective = try ProtocolLoader.describe(ProtocolDirectory.all(with: directory))
        return ProtocolsAnswer(effective, builtIn: builtIn, directory: directory)
    }

    static func write(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        FileHandle.standardOutput.write(try encoder.encode(value) + Data("\n".utf8))
    }
}
