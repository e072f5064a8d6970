import ArgumentParser
import CareCore
import CareProtocols
import CareSimulation
import ControlAPI
import Foundation
import Schemas

/// Runs cases through the engine: no ledger, no socket, no settings, no clock.
///
/// `sccctl simulate` calls it and shows what it answers.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Runs worked cases through the engine and prints what comes of them, as JSON.",
        discussion: """
            One document a line and a case. `sccctl simulate` shows the same to people, and its help \
            describes the format. Nothing is written and nobody is reminded.

            EXIT CODES
              0   every case was run
              64  wrong usage of the command line
              65  a case or a protocol is wrong; nothing was run
              66  a file cannot be read; nothing was run
            """)

    @Flag(help: "One JSON document a line, which is what it prints anyway.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "A hospital's own protocols, which change the built-in ones.", valueName: "dir"))
    var protocols: String?

    @Option(
        help: ArgumentHelp(
            "List these activities only, for example TURN,IC; else those that the case names.",
            valueName: "codes"))
    var only: String?

    @Flag(help: "Print the JSON Schema of a case and stop.")
    var schema = false

    @Argument(help: ArgumentHelp("Cases; - reads standard input.", valueName: "file"))
    var files: [String] = []

    /// The service's own options say nothing here.
    @ParentCommand var service: SccdCommand

    func validate() throws {
        if let option = service.givenOptions.first {
            throw ValidationError("\(option) belongs to the service; simulate does not take it.")
        }
        if files.isEmpty, !schema { throw ValidationError("Name a case, or - for standard input.") }
        if files.count(where: { $0 == "-" }) > 1 {
            throw ValidationError("Standard input can be one case only.")
        }
    }

    func run() throws {
        if schema {
            Self.write(CaseSchema.text)
            return
        }
        let library = try OfflineProtocols.library(directory: protocols)
        let codes = try codes(in: library)
        var answers: [SimulationAnswer] = []
        var trouble = Trouble()
        for file in files {
            let name = file == "-" ? "standard input" : file
            let text: String
            do throws(DaemonExit) {
                text = try Self.read(file, name)
            } catch {
                trouble.add(error)
                continue
            }
            do throws(CaseFaults) {
                let (plan, document) = try CaseReader.read(
                    text, library: library, zones: Self.zone)
                var answer = try Simulator.run(
                    plan, library: library, document: document, only: codes)
                answer.file = name
                answers.append(answer)
            } catch {
                trouble.add(error, in: name)
            }
        }
        try trouble.check()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        for answer in answers {
            Self.write(String(decoding: try encoder.encode(answer), as: UTF8.self) + "\n")
        }
    }

    /// What is wrong with all files together: nothing is shown of the others.
    private struct Trouble {
        private var lines: [String] = []
        private var code: Int32 = 0

        mutating func add(_ exit: DaemonExit) {
            lines.append(exit.message)
            code = max(code, exit.code)
        }

        mutating func add(_ faults: CaseFaults, in name: String) {
            let count = faults.faults.count
            lines.append("\(name) has \(count) fault\(count == 1 ? "" : "s"); nothing was run.")
            for fault in faults.faults {
                let column = fault.column.map { ":\($0)" } ?? ""
                lines.append("\(name):\(fault.line)\(column): \(fault.sentence)")
            }
            code = max(code, 65)
        }

        func check() throws(DaemonExit) {
            guard lines.isEmpty else {
                throw DaemonExit(code: code, message: lines.joined(separator: "\n"))
            }
        }
    }

    private func codes(in library: CareLibrary) throws(DaemonExit) -> [ActivityCode] {
        var codes: [ActivityCode] = []
        for name in (only ?? "").split(separator: ",").map(String.init) {
            let code = ActivityCode(name)
            guard library.activity(code) != nil else {
                let known = library.activities.map(\.code.code)
                let near = nearest(to: name, among: known).map { "did you mean \($0)?" }
                throw DaemonExit(
                    code: 64,
                    message: "--only \(name): is not an activity of the protocols; "
                        + (near ?? "expected one of \(known.joined(separator: ", "))"))
            }
            codes.append(code)
        }
        return codes
    }

    @Sendable
    private static func zone(_ name: String) -> Result<ZoneRules, CaseReader.ZoneProblem> {
        do {
            return .success(try ZoneRulesLoader.rules(for: name))
        } catch {
            return .failure(CaseReader.ZoneProblem("\(error)"))
        }
    }

    private static func read(_ file: String, _ name: String) throws(DaemonExit) -> String {
        let data =
            file == "-"
            ? FileHandle.standardInput.readDataToEndOfFile()
            : FileManager.default.contents(atPath: file)
        guard let data else {
            throw DaemonExit(code: 66, message: "\(name): cannot be read; expected a case in JSON")
        }
        guard data.count <= largestFile else {
            throw DaemonExit(
                code: 65, message: "\(name): is larger than \(largestFile) bytes; divide the case")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw DaemonExit(code: 65, message: "\(name): is not in UTF-8")
        }
        return text
    }

    private static let largestFile = 4_194_304

    private static func write(_ text: String) {
        FileHandle.standardOutput.write(Data(text.utf8))
    }
}

/// The protocols of a command that runs without a service.
enum OfflineProtocols {
    /// The built-in ones, changed by a hospital's own where a directory is named.
    static func library(directory: String?) throws(DaemonExit) -> CareLibrary {
        do {
            if let directory, !FileManager.default.fileExists(atPath: directory) {
                throw DaemonExit(
                    code: 66,
                    message: "\(directory): cannot be read; expected a directory of YAML files")
            }
            return try ProtocolDirectory.load(directory).library
        } catch let error as DaemonExit {
            throw error
        } catch let error as ProtocolError {
            throw DaemonExit(
                code: 65,
                message: "The protocols have \(error.faults.count) fault"
                    + "\(error.faults.count == 1 ? "" : "s"); nothing was run.\n\(error)")
        } catch {
            throw DaemonExit(
                code: 66,
                message: "\(directory ?? ""): cannot be read; expected a directory of YAML files")
        }
    }
}
