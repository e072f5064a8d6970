import CareCore
import CareProtocols
import Testing

/// A rule and the words in which a ward reads when it applies.
private let wordings: [(rule: String, when: String)] = [
    (
        "TURN-4",
        "Braden 10 to 14, or Waterlow 15 to 19, or Norton at most 12, or PURPOSE-T red"
    ),
    (
        "TURN-2",
        "(motor deficit and sensation impaired), or Braden at most 9, or Waterlow at least 20"
    ),
    ("SKN-1", "always"),
    ("SKN-2", "skin non blanching"),
]

private func loaded(_ body: String? = nil) throws -> ProtocolDescription {
    let head = "protocol: syn-general\nversion: \"2027.1\"\nowner: SYN\nreviewDate: 2027-11-01\n"
    let own = body.map {
        ProtocolDocument(name: "50-syn.yaml", text: head + $0, isBuiltIn: false)
    }
    return try ProtocolLoader.describe(BuiltInProtocols.documents + [own].compactMap { $0 })
}

private let signed = "signedBy: SYN Matron, signedOn: 2027-01-05"

@Suite struct `The description of protocols` {
    @Test(arguments: wordings.indices)
    private func `says in words when a rule applies`(row: Int) throws {
        let part = try #require(try loaded().part(.rule, wordings[row].rule))
        #expect(part.text("applies when") == [wordings[row].when])
    }

    @Test func `has every entry with its place, source and status`() throws {
        let library = try BuiltInProtocols.library()
        let description = try loaded()
        for rule in library.rules {
            let part = try #require(description.part(.rule, rule.id))
            #expect(part.sources.contains(rule.provenance.source))
            #expect(part.origin.file.hasSuffix(".yaml") && part.origin.line > 1)
            #expect(part.text("schedule")?.isEmpty == false)
        }
        for activity in library.activities {
            let part = try #require(description.part(.activity, activity.code.code))
            #expect(part.text("windows")?.count == activity.windows.count)
            for finding in activity.findings {
                let part = try #require(
                    description.part(.finding, finding.id, of: activity.code.code)
                        ?? description.part(.finding, finding.id))
                #expect(part.text("then")?.count == finding.effects.count)
            }
        }
        for hold in library.holds { #expect(description.part(.hold, hold.reason) != nil) }
    }

    @Test func `tells what a finding does`() throws {
        let part = try #require(try loaded().part(.finding, "ESC-2"))
        #expect(part.text("when") == ["skin cat2, cat3, cat4, unstageable or dti"])
        #expect(
            part.text("then") == [
                "TURN at least every 2 h, from now", "the next TURN within 2 h",
                "the next PURA at once",
                "alert MEDIUM for nurse in charge within 2 h: Pressure ulcer of category 2 or "
                    + "worse: off the site, photograph, refer to tissue viability, report the "
                    + "incident",
            ])
    }

    @Test func `lists what nobody has signed`() throws {
        let before = try loaded().unsigned.map(\.name)
        #expect(before.contains("rule TURN-4"))
        #expect(before.contains("finding SEA-1 of TURN"))
        #expect(!before.contains("rule HEE-1"), "its source was read, so it needs no signature")
        let after = try loaded(
            """
            signatures:
              - protocol: pressure-ulcer
                version: "2026.1"
                rules: [TURN-4]
                findings: [SEA-1]
                signedBy: SYN Matron
                signedOn: 2027-01-05
            """
        ).unsigned.map(\.name)
        #expect(Set(before).subtracting(after) == ["rule TURN-4", "finding SEA-1 of TURN"])
        #expect(Set(after).isSubset(of: before))
    }

    @Test func `asks for a new signature when another version was signed`() throws {
        let description = try loaded(
            """
            signatures:
              - {protocol: pressure-ulcer, version: "2025.9", rules: [TURN-4], \(signed)}
            """)
        let part = try #require(description.part(.rule, "TURN-4"))
        #expect(part.signature?.isCurrent == false)
        #expect(part.needsSignOff)
    }

    @Test func `tells a change with its reason, who signed it, and where it stands`() throws {
        let description = try loaded(
            "overrides:\n  - {rule: HEE-1, schedule: {every: 240, first: atOnce}, reason: all heels, "
                + signed + "}")
        let part = try #require(description.part(.rule, "HEE-1"))
        #expect(part.origin.isBuiltIn && part.origin.file == "pressure-ulcer.yaml")
        let change = try #require(part.change)
        #expect(change.keys == ["schedule"])
        #expect(change.reason == "all heels")
        #expect(change.file == "50-syn.yaml" && change.line == 6)
        #expect(change.signature.by == "SYN Matron" && change.signature.on == "2027-01-05")
        #expect(!part.needsSignOff)
    }

    @Test func `asks to look again at a change that was written for another version`() throws {
        let description = try loaded(
            "overrides:\n  - {rule: HEE-1, detail: heels, reason: r, version: \"2025.9\", "
                + signed + "}")
        #expect(description.part(.rule, "HEE-1")?.needsSignOff == true)
    }

    @Test func `tells what is different from the built-in protocols, field by field`() throws {
        let differences = try loaded(
            """
            overrides:
              - {rule: TURN-4, schedule: {every: 180, first: atOnce}, reason: rounds, \(signed)}
            switchedOff:
              - {rule: TURN-6, reason: four-hourly for all, \(signed)}
            signatures:
              - {protocol: pressure-ulcer, version: "2026.1", rules: [TURN-2], \(signed)}
            rules:
              - {id: SYN-1, activity: SKIN, when: inChair, schedule: {with: TURN}, source: s, status: D}
            """
        ).differences(from: try loaded())
        let told = differences.map { "\($0.part.name) \($0.kind.rawValue)" }
        #expect(
            Set(told) == [
                "rule TURN-4 changed", "rule TURN-6 switched off", "rule TURN-2 signed",
                "rule SYN-1 added",
            ])
        let turn = try #require(differences.first { $0.part.id == "TURN-4" })
        let schedule = try #require(turn.fields.first { $0.label == "schedule" })
        #expect(
            schedule.before
                == ["every 4 h after it was done, the first counted from last turned"])
        #expect(schedule.after == ["every 3 h after it was done, the first at once"])
    }

    @Test func `finds no difference where a hospital has no files`() throws {
        #expect(try loaded().differences(from: try loaded()).isEmpty)
    }
}

extension ProtocolDescription.Part {
    fileprivate func text(_ label: String) -> [String]? {
        lines.first { $0.label == label }?.texts
    }
}
