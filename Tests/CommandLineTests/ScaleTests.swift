import ArgumentParser
import ControlAPI
import ControlClient
import Testing

@testable import sccctl

private let plain = Output(json: false, coloured: false, width: 100)

@Suite struct ItemTests {
    @Test(arguments: [
        ("11", nil), ("12x3 8x3", nil), ("", nil),
        ("sensory=2,moisture=3", ["sensory": JSONScalar.number("2"), "moisture": .number("3")]),
        ("sensory=2, moisture=3", ["sensory": .number("2"), "moisture": .number("3")]),
        ("activeCancer=yes,age70=no", ["activeCancer": .bool(true), "age70": .bool(false)]),
        ("outcome=amber", ["outcome": .string("amber")]),
    ]) func `items are told from a total`(text: String, read: [String: JSONScalar]?) throws {
        #expect(try items(text, of: "braden") == read)
    }

    @Test(arguments: [
        ("sensory=2,moisture", "braden: moisture is not item=value"),
        ("sensory=2,", "braden: nothing is not item=value"),
        ("=2", "braden: =2 is not item=value"),
        ("sensory=2,sensory=3", "braden: sensory is answered twice."),
    ]) func `half an answer is refused by name`(text: String, message: String) {
        let error = #expect(throws: ClientError.self) { try items(text, of: "braden") }
        #expect(error?.problem.detail.hasPrefix(message) == true)
        #expect(error?.code == .invalid)
    }

    @Test func `a ward file takes a total or the items of a scale`() throws {
        func file(_ braden: String) throws -> WardFile {
            try WardFile(
                """
                {"ward": "7", "bed": "1", "admission": "A-1", "name": "Test", "recordNumber": "TEST-1",
                 "assessment": {
                   "braden": \(braden) } }
                """)
        }
        #expect(try file("11").stays[0].assessment == ["braden": .number("11")])
        let whole = try file("{\n\"sensory\": 2,\n\"moisture\": 3}")
        #expect(
            whole.stays[0].assessment
                == ["braden": .items(["sensory": .number("2"), "moisture": .number("3")])])
        // The daemon's fault is shown at the line of the item.
        #expect(whole.line("stays[0].assessment.braden.moisture") == 5)
        #expect(whole.line("stays[0].assessment.braden.friction") == 3)
        for wrong in ["[1]", "{\"sensory\": {}}", "{\"sensory\": [2]}"] {
            #expect(throws: WardFile.Faults.self) { try file(wrong) }
        }
    }
}

@Suite struct ScaleViewTests {
    private let score = ScoreView(
        name: "braden", title: "Braden", result: .number("10"), unit: nil,
        band: BandView(
            text: "high risk", results: "10 to 12", source: "published bands", sourceStatus: "K"),
        items: ["sensory": .number("2"), "moisture": .number("3")], unanswered: [], notes: [])

    @Test func `a score says its band and what it was made of`() {
        #expect(scoreText(score) == "Braden 10: high risk (moisture 3, sensory 2)")
        let padua = ScoreView(
            name: "padua", title: "Padua", result: .number("3"), unit: nil, band: nil,
            items: ["activeCancer": .bool(true), "age70": .bool(false)], unanswered: [], notes: [])
        #expect(scoreText(padua) == "Padua 3 (activeCancer)")
        let clearance = ScoreView(
            name: "cockcroftGault", title: "Cockcroft-Gault", result: .number("60.3"),
            unit: "ml/min", band: nil, items: nil, unanswered: [], notes: [])
        #expect(scoreText(clearance) == "Cockcroft-Gault 60.3 ml/min")
    }

    @Test func `what it leads to, what was not answered and what needs a signature are told`() {
        var score = score
        score.unanswered = ["age70"]
        score.notes = ["A note."]
        let lines = scoreLines(
            ScaleAnswer(
                score: score,
                leadsTo: [
                    ScaleEffectView(
                        rule: "TURN-4", activity: "TURN", text: "turning, every 4 h",
                        source: "NICE", sourceStatus: "D")
                ], protocolVersion: "x 1"), output: plain)
        let text = lines.joined(separator: "\n")
        for part in [
            "Braden 10: high risk", "from knowledge (published bands)", "counted as no: age70.",
            "A note.", "TURN-4", "turning, every 4 h", "NICE (D)",
        ] { #expect(text.contains(part), "\(part)") }
        let none = scoreLines(
            ScaleAnswer(score: score, leadsTo: [], protocolVersion: "x 1"), output: plain)
        #expect(none.last == "No rule of the protocols looks at this result alone.")
    }

    @Test func `a definition shows items, groups, bands and sources`() {
        let scale = ScaleView(
            name: "caprini", title: "Caprini", purpose: "risk", version: "2005", fact: "caprini",
            result: "total", expects: "a whole number from 0 to 69", direction: "high",
            items: ["age41", "age61"].map {
                ScaleItemView(
                    name: $0, meaning: "old", expects: "true or false", required: false, points: 1,
                    group: "age")
            },
            bands: [score.band].compactMap(\.self),
            sources: [PartSourceView(part: "items", source: "CKM", sourceStatus: "confirmed")],
            notes: [])
        let text = scaleLines(scale, output: plain).joined(separator: "\n")
        for part in [
            "Caprini (2005): risk. The total is a whole number from 0 to 69, high is bad.",
            "age41", "10 to 12", "published bands (K)", "CKM", "At most one of age41, age61.",
            "What is not answered counts as no.", "sign-off",
        ] { #expect(text.contains(part), "\(part)") }
        #expect(
            scaleLines(ScalesAnswer(scales: [scale]), output: plain)[1].hasPrefix("caprini"))
    }

    @Test(arguments: [
        (["scale"], nil as String?), (["scale", "braden"], nil), (["scale", "braden", "11"], nil),
        (["scale", "braden", "11", "sensory=2"], "State the result alone"),
    ]) func `a result stands alone or among the answers`(words: [String], message: String?) {
        do {
            _ = try Sccctl.parseAsRoot(words)
            #expect(message == nil)
        } catch {
            #expect(Sccctl.message(for: error).contains(message ?? "no message"))
        }
    }
}
