import CareCore
import CareProtocols
import Foundation
import Testing

private let head = """
    protocol: syn-general
    version: "2027.1"
    owner: SYN General Hospital
    reviewDate: 2027-11-01

    """

private let signed = "signedBy: SYN Matron, signedOn: 2027-01-05"

/// Loads a hospital's file after the built-in ones.
private func load(_ body: String, head: String = head) throws(ProtocolError) -> LoadedProtocols {
    try ProtocolLoader.load(
        BuiltInProtocols.documents
            + [ProtocolDocument(name: "50-syn.yaml", text: head + body, isBuiltIn: false)])
}

private func faults(_ body: String, head: String = head) -> [String] {
    do {
        _ = try load(body, head: head)
        return []
    } catch {
        return error.faults.map(\.description)
    }
}

/// What a hospital writes, and the one fault that must be reported for it.
private struct BadFile: Sendable, CustomTestStringConvertible {
    let name: String
    let body: String
    let fault: String

    init(_ name: String, _ body: String, _ fault: String) {
        self.name = name
        self.body = body
        self.fault = fault
    }

    var testDescription: String { name }
}

private let badFiles: [BadFile] = [
    .init(
        "override of a rule that does not exist",
        "overrides:\n  - {rule: TRUN-4, schedule: {once: 60}, reason: r, \(signed)}",
        "50-syn.yaml:6: there is no rule TRUN-4; did you mean TURN-4?"),
    .init(
        "override of an activity that does not exist",
        "overrides:\n  - {activity: TRUN, term: t, reason: r, \(signed)}",
        "50-syn.yaml:6: there is no activity TRUN; did you mean TURN?"),
    .init(
        "override of nothing", "overrides:\n  - {rlue: TURN-4, reason: r, \(signed)}",
        "50-syn.yaml:6: an override does not say which entry it is about; did you mean rule?"),
    .init(
        "override without a change", "overrides:\n  - {rule: TURN-4, reason: r, \(signed)}",
        "50-syn.yaml:6: the override of rule TURN-4 changes nothing; the keys that change; to sign "
            + "without a change use signatures"),
    .init(
        "override with an unknown key",
        "overrides:\n  - rule: TURN-4\n    shedule: {once: 60}\n    reason: r\n"
            + "    signedBy: SYN Matron\n    signedOn: 2027-01-05",
        "50-syn.yaml:7: a rule has no key \"shedule\"; did you mean schedule?"),
    .init(
        "override with a faulty value",
        "overrides:\n  - rule: TURN-4\n    reason: r\n    signedBy: SYN Matron\n"
            + "    signedOn: 2027-01-05\n    schedule: {every: 3, first: atOnce}",
        "50-syn.yaml:10: every is \"3\"; at least 5 minutes, as a whole number"),
    .init(
        "override of the id",
        "overrides:\n  - {rule: TURN-4, id: TURN-3, reason: r, \(signed), detail: d}",
        "50-syn.yaml:6: an override cannot give another id; a new rule under rules, and this one "
            + "switched off"),
    .init(
        "two overrides of one rule",
        "overrides:\n  - {rule: TURN-4, detail: a, reason: r, \(signed)}\n"
            + "  - {rule: TURN-4, detail: b, reason: r, \(signed)}",
        "50-syn.yaml:7: rule TURN-4 is changed twice; one override; the first is 50-syn.yaml:6"),
    .init(
        "override without a reason",
        "overrides:\n  - {rule: TURN-4, detail: a, \(signed)}",
        "50-syn.yaml:6: an override lacks reason; why the hospital does so"),
    .init(
        "override that nobody signed",
        "overrides:\n  - {rule: TURN-4, detail: a, reason: r, signedOn: 2027-01-05}",
        "50-syn.yaml:6: an override lacks signedBy; signedBy: the person who answers for it"),
    .init(
        "override signed on a day that is none",
        "overrides:\n  - {rule: TURN-4, detail: a, reason: r, signedBy: SYN Matron, "
            + "signedOn: 2027-02-30}",
        "50-syn.yaml:6: signedOn is \"2027-02-30\"; a date like 2027-11-01"),
    .init(
        "window longer than the new interval",
        "overrides:\n  - activity: TURN\n    ladder: [360, 240, 180, 10]\n    reason: r\n"
            + "    signedBy: SYN Matron\n    signedOn: 2027-01-05",
        "pressure-ulcer.yaml:"),
    .init(
        "a finding of several activities",
        "overrides:\n  - {finding: SEA-1-BED, of: SKIN, when: always, reason: r, \(signed)}",
        "50-syn.yaml:6: there is no finding SEA-1-BED of SKIN"),
    .init(
        "switching off what is not there",
        "switchedOff:\n  - {rule: TURN-7, reason: r, \(signed)}",
        "50-syn.yaml:6: there is no rule TURN-7; did you mean TURN-2?"),
    .init(
        "switching off an activity",
        "switchedOff:\n  - {activity: TURN, reason: r, \(signed)}",
        "50-syn.yaml:6: what is switched off does not say which entry it is about"),
    .init(
        "switching off without a reason", "switchedOff:\n  - {rule: TURN-6, \(signed)}",
        "50-syn.yaml:6: what is switched off lacks reason; reason: why the hospital does so"),
    .init(
        "switched off and changed",
        "switchedOff:\n  - {rule: TURN-6, reason: r, \(signed)}\n"
            + "overrides:\n  - {rule: TURN-6, detail: a, reason: r, \(signed)}",
        "50-syn.yaml:8: rule TURN-6 is switched off; one or the other"),
    .init(
        "a new rule with the id of a built-in one",
        "rules:\n  - id: TURN-4\n    activity: TURN\n    when: always\n"
            + "    schedule: {every: 60, first: atOnce}\n    source: s\n    status: D",
        "50-syn.yaml:6: rule TURN-4 is built in (pressure-ulcer.yaml:"),
    .init(
        "a new rule for an unknown activity",
        "rules:\n  - id: SYN-1\n    activity: TRUN\n    when: always\n"
            + "    schedule: {every: 60, first: atOnce}\n    source: s\n    status: D",
        "50-syn.yaml:7: the rule names \"TRUN\", which is no activity; did you mean TURN?"),
    .init(
        "care that accompanies itself",
        "rules:\n  - id: SYN-1\n    activity: CLEX\n    when: always\n"
            + "    schedule: {with: CLEX}\n    source: s\n    status: D\n"
            + "activities:\n  - {code: CLEX, term: t, domain: d, windows: [{early: any, onTime: 5, "
            + "status: D}]}",
        "50-syn.yaml:6: SYN-1 goes with CLEX, which itself accompanies"),
    .init(
        "a signature of what is not there",
        "signatures:\n  - {protocol: pressure-ulcer, version: \"2026.1\", rules: [TRUN-4], "
            + "\(signed)}",
        "50-syn.yaml:6: there is no rule TRUN-4; did you mean TURN-4?"),
    .init(
        "a signature of another protocol's rule",
        "signatures:\n  - {protocol: chest, version: \"2026.1\", rules: [TURN-4], \(signed)}",
        "50-syn.yaml:6: rule TURN-4 is not part of protocol chest; protocol: pressure-ulcer"),
    .init(
        "a signature of nothing",
        "signatures:\n  - {protocol: chest, version: \"2026.1\", \(signed)}",
        "50-syn.yaml:6: the signature signs nothing"),
    .init(
        "a signature of no version",
        "signatures:\n  - {protocol: chest, rules: [CHE-2], \(signed)}",
        "50-syn.yaml:6: a signature lacks version; version: for example \"2026.1\""),
]

@Suite struct `A hospital's own rules` {
    @Test(arguments: badFiles)
    private func `that are not possible are refused with line and remedy`(bad: BadFile) {
        let found = faults(bad.body)
        #expect(found.contains { $0.hasPrefix(bad.fault) }, "reported: \(found)")
    }

    @Test func `need an owner, a version and a review date`() {
        #expect(
            faults("rules: []", head: "protocol: syn\n") == [
                "50-syn.yaml:1: a protocol file lacks owner; owner: who answers for this file",
                "50-syn.yaml:1: a protocol file lacks reviewDate; reviewDate: a date like 2027-11-01",
                "50-syn.yaml:1: a protocol file lacks version; version: for example \"2026.1\"",
            ])
    }

    @Test func `report all faults of all files at once`() {
        let found = faults(
            """
            overrides:
              - {rule: NONE-1, detail: d, reason: r, \(signed)}
            switchedOff:
              - {finding: NONE-2, reason: r, \(signed)}
            signatures:
              - {protocol: none, version: "1", rules: [TURN-4], \(signed)}
            """)
        #expect(
            found.map { $0.prefix(14) } == ["50-syn.yaml:6:", "50-syn.yaml:8:", "50-syn.yaml:10"])
    }

    @Test func `change only the keys they name`() throws {
        let builtIn = try #require(try BuiltInProtocols.library().rule("TURN-4"))
        let changed = try #require(
            try load(
                """
                overrides:
                  - rule: TURN-4
                    schedule: {every: 180, first: atOnce}
                    reason: rounds of three hours
                    \(signed.replacing(", ", with: "\n    "))
                """
            ).library.rule("TURN-4"))
        #expect(changed.schedule == .every(minutes: 180, first: .atOnce))
        #expect(changed.when == builtIn.when)
        #expect(changed.activity == builtIn.activity)
        #expect(changed.provenance == builtIn.provenance)
    }

    @Test func `can take a key away`() throws {
        let library = try load(
            "overrides:\n  - {activity: TURN, lengthening: ~, reason: never automatic, \(signed)}"
        ).library
        let turn = try #require(library.activity(ActivityCode("TURN")))
        #expect(turn.lengthening == nil)
        #expect(turn.ladder == [360, 240, 180, 120])
    }

    @Test func `change a finding for every activity that attaches it`() throws {
        let library = try load(
            """
            overrides:
              - finding: ESC-2
                effects: [{shortenTo: TURN, minutes: 60}]
                reason: r
                signedBy: SYN Matron
                signedOn: 2027-01-05
              - {finding: SEA-1, when: {field: toPosition, oneOf: [chair, standing]}, reason: r, \(signed)}
            """
        ).library
        for code in ["TURN", "SKIN", "HEEL"] {
            let activity = try #require(library.activity(ActivityCode(code)))
            let finding = try #require(activity.findings.first { $0.id == "ESC-2" })
            #expect(finding.effects == [.shortenTo(ActivityCode("TURN"), minutes: 60)])
        }
        let turn = try #require(library.activity(ActivityCode("TURN")))
        #expect(
            turn.findings.first { $0.id == "SEA-1" }?.when
                == .field("toPosition", .oneOf(["chair", "standing"])))
    }

    @Test func `switch off rules and findings`() throws {
        let library = try load(
            """
            switchedOff:
              - {rule: TURN-6, reason: four-hourly for all, \(signed)}
              - {finding: ESC-3, reason: a form of its own, \(signed)}
              - {hold: sleep, reason: not used here, \(signed)}
            """
        ).library
        #expect(library.rule("TURN-6") == nil)
        #expect(library.rule("TURN-4") != nil)
        #expect(library.hold("sleep") == nil)
        #expect(!library.activities.contains { $0.findings.contains { $0.id == "ESC-3" } })
    }

    @Test func `add activities and rules`() throws {
        let library = try load(
            """
            activities:
              - code: SYN-EYES
                term: eye care
                domain: comfort
                windows: [{early: any, onTime: 30, low: 30, medium: 90, status: D}]
            rules:
              - {id: SYN-EYES-1, activity: SYN-EYES, when: cannotReposition, schedule: {every: 240, first: atOnce}, source: ward policy, status: D}
            """
        ).library
        #expect(library.rules.last?.id == "SYN-EYES-1")
        #expect(library.activity(ActivityCode("SYN-EYES"))?.term == "eye care")
    }

    @Test func `make a new version by every change of a text`() throws {
        let first = try load("rules: []").library.version
        let second = try load("rules: [] # seen").library.version
        let again = try load("rules: []").library.version
        #expect(first == again)
        #expect(first != second)
        #expect(first.contains("pressure-ulcer 2026.1") && first.contains("syn-general 2027.1"))
    }

    @Test func `can be read again from what is kept of a version`() throws {
        let loaded = try load("rules: []")
        let again = try ProtocolLoader.load(loaded.documents.documents)
        #expect(again.library.version == loaded.documents.version)
    }

    @Test func `sign a finding in the protocol they name, where two have one of that id`() throws {
        let loaded = try load(
            """
            signatures:
              - {protocol: pressure-ulcer, version: "2026.1", findings: [ESC-1], \(signed)}
            """
        )
        let description = try ProtocolLoader.describe(loaded.documents.documents)
        let own = description.parts.filter { $0.kind == .finding && $0.id == "ESC-1" }
        #expect(own.count > 1)
        for part in own {
            #expect((part.signature != nil) == (part.origin.protocolID == "pressure-ulcer"))
        }
    }

    /// What a ward reads first: the documented example, and a file with every key there is.
    @Test(arguments: ["../../docs/protocols", "Resources"])
    func `in the documented examples are taken`(place: String) throws {
        let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: place)
        let documents = try ProtocolDirectory.documents(at: directory.path)
        #expect(!documents.isEmpty)
        let description = try ProtocolLoader.describe(BuiltInProtocols.documents + documents)
        #expect(description.files.contains { !$0.isBuiltIn })
    }
}

/// A directory of its own for a test, gone with it.
private final class Scratch {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "syn-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ bytes: Data) throws {
        try bytes.write(to: URL(filePath: path).appending(path: name))
    }
}

@Suite struct `The directory of a hospital's files` {
    @Test func `may be absent`() throws {
        #expect(try ProtocolDirectory.documents(at: "/nonexistent/protocols").isEmpty)
    }

    @Test func `is read in the order of names, and only its YAML files`() throws {
        let scratch = try Scratch()
        for name in ["90-b.yaml", "10-a.yaml", "README.md", ".hidden.yaml", "10-a.yaml~"] {
            try scratch.write(name, Data("# \(name)".utf8))
        }
        let names = try ProtocolDirectory.documents(at: scratch.path).map(\.name)
        #expect(names == ["\(scratch.path)/10-a.yaml", "\(scratch.path)/90-b.yaml"])
    }

    @Test func `tells of every file that it would pass over or cannot read`() throws {
        let scratch = try Scratch()
        try scratch.write("a.yml", Data("protocol: a".utf8))
        try scratch.write("b.yaml", Data([0xff, 0xfe, 0x00]))
        let error = #expect(throws: ProtocolError.self) {
            try ProtocolDirectory.documents(at: scratch.path)
        }
        #expect(
            error?.faults.map(\.problem) == [
                "the file would not be read", "the file is not in UTF-8",
            ])
    }

    @Test func `is a directory`() throws {
        let scratch = try Scratch()
        try scratch.write("file", Data())
        #expect(throws: ProtocolError.self) {
            try ProtocolDirectory.documents(at: scratch.path + "/file")
        }
    }

    @Test func `makes the same version wherever it lies`() throws {
        let (one, other) = (try Scratch(), try Scratch())
        for scratch in [one, other] {
            try scratch.write("50.yaml", Data((head + "rules: []").utf8))
        }
        #expect(
            try ProtocolDirectory.load(one.path).library.version
                == ProtocolDirectory.load(other.path).library.version)
    }
}
