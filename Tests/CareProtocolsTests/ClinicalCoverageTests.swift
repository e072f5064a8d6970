import CareCore
import CareProtocols
import Foundation
import Testing

/// `docs/clinical-coverage.md` against the protocols that ship.
@Suite struct ClinicalCoverageTests {
    /// A row of the document's tables.
    private struct Row {
        let id: String
        /// File and the ids that stand in it, for example `spine` and `SPN-2`.
        let places: [(file: String, ids: [String])]
        let status: String
        let remark: String
    }

    private let library: CareLibrary
    private let rows: [Row]
    /// What is defined in each file, by its name without suffix.
    private let defined: [String: Set<String>]

    init() throws {
        library = try SharedLibrary.get()
        let root = URL(filePath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(
            contentsOf: root.appending(path: "docs/clinical-coverage.md"), encoding: .utf8)
        rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") }.map { line in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            let places = cells[3].split(separator: ";").map { place in
                let parts = place.split(separator: "`", omittingEmptySubsequences: false)
                return (
                    file: parts[0].trimmingCharacters(in: .whitespaces),
                    ids: stride(from: 1, to: parts.count, by: 2).map { String(parts[$0]) }
                )
            }
            return Row(id: cells[1], places: places, status: cells[4], remark: cells[5])
        }.filter { $0.id != "Id" }
        var defined: [String: Set<String>] = [:]
        for document in BuiltInProtocols.documents {
            let matches = document.text.matches(of: /\b(?:id|code|reason): ([A-Za-z0-9-]+)/)
            defined[document.name.replacing(".yaml", with: "")] = Set(matches.map { String($0.1) })
        }
        self.defined = defined
    }

    /// The ids of the clinical fact sheet: activities, rules, spine states, escalations.
    private static let sheet: [String] =
        [
            "TURN", "SKIN", "SKIN-NB", "HEEL", "SURF", "SEAT", "SEAT-END", "COLLAR", "DEVICE",
            "PURA", "NUTR", "ASSKING", "VTE-RA", "STK-FIT", "STK-SKIN", "STK-CHANGE", "STK-REVIEW",
            "IPC-CHK", "LEG-CHK", "AC-CHK", "AC-DOSE", "LAB-PLT", "LAB-RENAL", "DBE", "IS",
            "COUGH", "VC", "OBS-RESP", "CATH-CARE", "CATH-EMPTY", "CATH-BAG", "CATH-CHG", "IC",
            "PVR", "BOWEL", "BOWEL-REV", "FLUID", "SPN", "NEURO", "DEX", "CBG", "PPI", "AD-ALERT",
            "ABS", "DIS", "TURN-L", "TURN-N", "TURN-P", "TURN-H", "HEE-1", "BED-1", "NEU-1",
            "SPN-R", "SPN-I", "IPC-X1", "ADY-3a", "EOL-1", "DIS-1",
        ]
        + [
            ("RSK-", 1...3), ("TURN-", 2...4), ("TURN-", 6...6), ("SKN-", 1...2), ("SUR-", 1...2),
            ("SEA-", 1...3), ("MDR-", 1...4), ("SPN-", 0...4), ("STF-", 1...5), ("VTE-", 1...7),
            ("STK-X", 1...4), ("STK-", 1...6), ("IPC-", 1...2), ("ANT-", 1...2), ("ANT-H", 1...5),
            ("REN-", 1...5), ("HIT-", 1...3), ("CHE-", 1...8), ("CAT-", 1...6), ("ICA-", 1...5),
            ("PVR-", 1...2), ("BOW-", 1...6), ("ADY-", 1...8), ("DEX-", 1...6), ("GLU-", 1...3),
            ("ABS-", 1...4), ("ESC-", 1...18),
        ].flatMap { (prefix: String, numbers: ClosedRange<Int>) in
            numbers.map { "\(prefix)\($0)" }
        }

    @Test func `has each id of the fact sheet once`() {
        #expect(rows.map(\.id).sorted() == Self.sheet.sorted())
    }

    @Test func `says where an id is, or why it is not`() {
        for row in rows {
            #expect(!row.places.isEmpty || !row.remark.isEmpty, "\(row.id)")
            for place in row.places {
                let there = defined[place.file] ?? []
                #expect(Set(place.ids).subtracting(there).isEmpty, "\(row.id) in \(place.file)")
                #expect(!place.ids.isEmpty)
            }
        }
    }

    @Test func `names everything that the protocols hold`() {
        var named: [String: Set<String>] = [:]
        for place in rows.flatMap(\.places) {
            named[place.file, default: []].formUnion(place.ids)
        }
        let all = named.values.reduce(into: Set<String>()) { $0.formUnion($1) }
        let held =
            library.activities.flatMap { [$0.code.code] + $0.findings.map(\.id) }
            + library.rules.map(\.id) + library.watches.map(\.id) + library.standing.map(\.id)
            + library.transitions.map(\.id)
        #expect(Set(held).subtracting(all).isEmpty)
        // The same per file, so that an id of one file does not cover for another.
        for (file, ids) in defined where file != "holds" {
            let written = ids.filter { $0.contains { $0.isUppercase } }
            #expect(written.subtracting(named[file] ?? []).isEmpty, "\(file)")
        }
    }

    @Test func `tells the weakest status of the first id`() {
        var statuses: [String: [Provenance.Status]] = [:]
        func note(_ id: String, _ provenance: Provenance) {
            statuses[id, default: []].append(provenance.status)
        }
        for rule in library.rules {
            note(rule.id, rule.provenance)
            for hold in rule.timeHolds { note(hold.id, hold.provenance) }
        }
        for activity in library.activities {
            for finding in activity.findings { note(finding.id, finding.provenance) }
            for staffing in activity.staffing { note(staffing.id, staffing.provenance) }
            for needed in activity.requirements { note(needed.id, needed.provenance) }
        }
        for watch in library.watches { note(watch.id, watch.provenance) }
        for rule in library.standing { note(rule.id, rule.provenance) }
        for step in library.transitions { note(step.id, step.provenance) }
        for row in rows {
            guard let first = row.places.first?.ids.first, let all = statuses[first] else {
                continue
            }
            let weakest: Provenance.Status =
                all.contains(.designDefault)
                ? .designDefault : all.contains(.knowledge) ? .knowledge : .confirmed
            #expect(row.status == weakest.rawValue, "\(row.id)")
        }
    }
}
