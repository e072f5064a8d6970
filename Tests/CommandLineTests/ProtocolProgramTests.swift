import ControlAPI
import Foundation
import Testing

@testable import sccctl

/// `sccctl protocol` without a service: over the daemon's program beside it.
@Suite struct `Protocols on the command line` {
    private static let example = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../docs/protocols").standardizedFileURL.path

    private static func directory(_ text: String) throws -> String {
        let url = FileManager.default.temporaryDirectory.appending(
            path: "scc-protocols-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url.appending(path: "50-syn.yaml"))
        return url.path
    }

    @Test func `the documented example is taken, and says what it changes`() async throws {
        let run = try await sccctl(["protocol", "lint", Self.example])
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(run.output.contains("without a fault"))
        #expect(run.output.contains("rule TURN-4: changed"))
        #expect(run.output.contains("rule IPC-2: switched off"))
        #expect(run.output.contains("Not signed yet:"))
    }

    @Test func `faults are told with file, line and remedy, and the exit code is 2`() async throws {
        let directory = try Self.directory(
            """
            protocol: syn
            version: "1"
            owner: SYN
            reviewDate: 2027-11-01
            overrides:
              - {rule: TRUN-4, detail: d, reason: r, signedBy: SYN Matron, signedOn: 2027-01-05}
            rules:
              - {id: TURN-2, activity: TURN, when: always, schedule: {every: 240, first: atOnce}, source: s, status: D}
            """)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let run = try await sccctl(["protocol", "lint", directory])
        #expect(run.exitCode == 2)
        #expect(
            run.errors.contains("50-syn.yaml:6: there is no rule TRUN-4; did you mean TURN-4?"))
        #expect(run.errors.contains("50-syn.yaml:8: rule TURN-2 is built in"))
        #expect(run.errors.contains("2 faults"))
        let json = try await sccctl(["protocol", "lint", directory, "--json"])
        #expect(json.exitCode == 2)
        #expect((json.documents.first?["faults"] as? [Any])?.count == 2)
    }

    @Test func `a directory that is not there is said so`() async throws {
        let run = try await sccctl(["protocol", "lint", "/nonexistent"])
        #expect(run.exitCode == 2)
        #expect(run.errors.contains("there is no such directory"))
    }

    @Test func `a rule is shown with all that a ward wants to read`() async throws {
        let run = try await sccctl(["protocol", "show", "turn-4", "--built-in"])
        #expect(run.exitCode == 0)
        for text in [
            "Braden 10 to 14, or Waterlow 15 to 19", "every 4 h", "windows",
            "recorded", "findings", "NICE QS89", "D: a design default", "pressure-ulcer.yaml:",
            "by nobody; it needs a signature",
        ] {
            #expect(run.output.contains(text), "\(text)")
        }
        let unknown = try await sccctl(["protocol", "show", "TURN-99", "--built-in"])
        #expect(unknown.exitCode == 3)
        #expect(unknown.errors.contains("TURN-4"))
    }

    @Test func `what nobody has signed is listed and counted, until it is signed`() async throws {
        func unsigned(_ source: [String]) async throws -> UnsignedList {
            let run = try await sccctl(["protocol", "list", "--unsigned", "--json"] + source)
            return try JSONDecoder().decode(UnsignedList.self, from: Data(run.output.utf8))
        }
        let before = try await unsigned(["--built-in"])
        #expect(before.rules == before.parts.count { $0.kind == "rule" } && before.rules > 10)
        #expect(before.parts.contains { $0.id == "TURN-2" && $0.kind == "rule" })
        let after = try await unsigned(["--directory", Self.example])
        #expect(!after.parts.contains { $0.id == "TURN-2" && $0.kind == "rule" })
        #expect(after.parts.contains { $0.id == "SYN-EYES-1" })
    }

    @Test func `differences are told field by field`() async throws {
        let run = try await sccctl(["protocol", "diff", "--directory", Self.example])
        #expect(run.output.contains("- every 4 h after it was done"))
        #expect(run.output.contains("+ every 3 h after it was done"))
        let none = try await sccctl(["protocol", "diff", "--built-in"])
        #expect(none.output == "The built-in protocols are in force as they are.\n")
    }

    @Test func `a reload and a move need a named person, and a move says of whom`() async throws {
        for arguments in [["reload"], ["migrate", "12A"]] {
            let run = try await sccctl(["protocol"] + arguments)
            #expect(run.exitCode == 2 && run.errors.contains("--by NAME"), "\(arguments)")
        }
        #expect(try await sccctl(["protocol", "migrate", "--by", "SYN nurse"]).exitCode == 64)
    }
}
