import CareCore
import CareEngine
import CareProtocols
import ControlAPI
import Testing

@Suite struct `The hand-over list` {
    private let assessment = #"""
        {"braden":9,"cannotReposition":true,"spineState":"SPN-1","lesionLevel":"T4",
        "catheter":"urethral","catheterMaterial":"long-term",
        "catheterChangedAt":"2027-01-12T10:00:00Z","drainageBagChangedAt":"2027-01-18T10:00:00Z",
        "bowelPattern":"reflexic","anticoagulant":"enoxaparin","anticoagulantDoseMg":40,
        "creatinineClearance":80,"dexamethasoneMg":16,"taperFrom":"2027-01-18T09:00:00Z",
        "dexamethasoneTaper":"12x3 8x3","specialSurface":"alternating","ulcerCategory":"cat2"}
        """#

    private func topic(_ list: HandoverAnswer, _ name: String) -> String {
        list.topics.first { $0.topic == name }?.text ?? "-"
    }

    @Test func `it tells what a receiving ward has to know`() async throws {
        try await TestWard.run(library: try BuiltInProtocols.library()) { ward in
            try await ward.enrol(bed: "12", assessment: assessment)
            let list = try await ward.get("/v1/stays/S1/handover").decode(HandoverAnswer.self)
            #expect(
                topic(list, "catheter").hasPrefix(
                    "Catheter urethral, long-term, changed Tue 12 Jan 10:00, next change "))
            #expect(topic(list, "catheter").contains("next bag Mon 25 Jan"))
            #expect(topic(list, "bowel").contains("reflexic"))
            #expect(topic(list, "anticoagulant").hasPrefix("Anticoagulant: enoxaparin 40 mg"))
            #expect(topic(list, "anticoagulant").contains("next check"))
            #expect(topic(list, "steroid").contains("taper from 08:00") == false)
            #expect(topic(list, "steroid").contains("taper from Tue 19 Jan, over after Sun 24 Jan"))
            #expect(topic(list, "steroid-card") != "-")
            #expect(topic(list, "surface") == "Support surface: alternating.")
            #expect(topic(list, "ulcers") == "Skin: worst pressure ulcer cat2.")
            #expect(topic(list, "dysreflexia").hasPrefix("Lesion T4, at or above T6"))
            #expect(
                list.taper == [
                    HandoverDose(from: "2027-01-19", to: "2027-01-21", dose: "dexamethasone 12 mg"),
                    HandoverDose(from: "2027-01-22", to: "2027-01-24", dose: "dexamethasone 8 mg"),
                ])
            let stay = try await ward.get("/v1/stays/S1").decode(StayAnswer.self)
            #expect(list.care.map(\.id) == stay.items.filter { $0.endedAt == nil }.map(\.id))
            #expect(list.care.map(\.nextDue) == stay.items.map { $0.reminder?.due })
        }
    }

    @Test func `after the discharge it is as it was just before`() async throws {
        try await TestWard.run(library: try BuiltInProtocols.library()) { ward in
            try await ward.enrol(bed: "12", assessment: assessment)
            let before = try await ward.get("/v1/stays/S1/handover").decode(HandoverAnswer.self)
            _ = try await ward.post("/v1/stays/S1/discharge", #"{"by":"n7","reason":"hospice"}"#)
            let after = try await ward.get("/v1/stays/S1/handover").decode(HandoverAnswer.self)
            #expect(after.stay.dischargedAt != nil)
            #expect(after.care == before.care)
            #expect(after.topics == before.topics)
            #expect(after.taper == before.taper)
            #expect(after.alerts == before.alerts)
        }
    }

    @Test func `a lesion below T6 needs no card, and no steroid no taper`() async throws {
        try await TestWard.run(library: try BuiltInProtocols.library()) { ward in
            try await ward.enrol(bed: "12", assessment: #"{"lesionLevel":"T7"}"#)
            let list = try await ward.get("/v1/stays/S1/handover").decode(HandoverAnswer.self)
            #expect(topic(list, "dysreflexia") == "-")
            #expect(topic(list, "steroid") == "-")
            #expect(list.taper.isEmpty)
            #expect(try await ward.get("/v1/stays/S9/handover").status == 404)
        }
    }
}
