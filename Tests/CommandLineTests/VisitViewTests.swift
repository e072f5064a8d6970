import ControlAPI
import Testing

@testable import sccctl

private let plain = Output(json: false, coloured: false, width: 100)

private func reminder(_ activity: String, bed: String, visit: String?) -> ReminderView {
    ReminderView(
        id: "S1.1.1", stay: "S1", ward: "7", bed: bed, activity: activity, term: "care",
        detail: nil, state: "due", priority: "INFO", due: "2027-01-19T13:48:00Z",
        lateFrom: "2027-01-19T13:48:00Z", earliest: nil, onTimeUntil: "2027-01-19T14:03:00Z",
        reason: "interval", rule: "R", heldBecause: nil, sequence: 9, visit: visit)
}

@Suite struct VisitViewTests {
    @Test func `rows of one visit stand together, where the first of them stands`() {
        let rows = inVisits(["a1", "b1", "a2", "c", "a3", "b2"]) { row in
            row == "c" ? nil : String(row.prefix(1))
        }
        #expect(rows.map { $0.place.mark + $0.row } == ["a1", "├ a2", "└ a3", "b1", "└ b2", "c"])
    }

    @Test func `the board counts reminders and visits, and says how many people one takes`() {
        let answer = AlertsAnswer(
            madeAt: "2027-01-19T14:00:00Z", validUntil: "2027-01-19T14:00:45Z", cursor: 5,
            wards: [WardView(id: "7", zone: "Europe/Berlin")], patients: 2,
            reminders: [
                reminder("TURN", bed: "1", visit: "V1"), reminder("DBE", bed: "2", visit: "V2"),
                reminder("SKIN", bed: "1", visit: "V1"),
            ], held: [], alerts: [],
            visits: [
                VisitView(
                    id: "V1", stay: "S1", ward: "7", bed: "1", due: "2027-01-19T13:48:00Z",
                    activities: ["TURN", "SKIN"], staff: 4),
                VisitView(
                    id: "V2", stay: "S2", ward: "7", bed: "2", due: "2027-01-19T13:48:00Z",
                    activities: ["DBE"], staff: nil),
            ])
        let lines = AlertsView(plain, answer, ward: "7").lines
        #expect(lines.contains("To do: 3 reminders in 2 visits"))
        #expect(lines.contains("    one visit: TURN + SKIN, 4 people"))
        let beds = lines.compactMap { line in
            line.firstMatch(of: #/INFO\s+(└ )?7/(\d)/#).map { ($0.1 ?? "") + $0.2 }
        }
        #expect(beds == ["1", "└ 1", "2"])
    }

    @Test func `an explanation is a column of reasons`() {
        let answer = ExplainAnswer(
            madeAt: "2027-01-19T14:00:00Z", ward: WardView(id: "7", zone: "Europe/Berlin"),
            subject: ExplainSubject(
                id: "S1.1.2", kind: "reminder", stay: "S1", ward: "7", bed: "1", activity: "TURN",
                term: "reposition", detail: "log-roll"), conclusion: "Due 14:20.",
            steps: [
                ExplainStep(kind: "last-done", text: "Last done 12:20."),
                ExplainStep(kind: "became", text: "One."),
                ExplainStep(kind: "became", text: "Two."),
            ])
        #expect(
            ExplainView(plain, answer).lines == [
                "S1.1.2 · 7/1 · TURN reposition: log-roll", "Due 14:20.", "", "WHY",
                "Last done  Last done 12:20.", "Became     One.", "           Two.",
            ])
    }
}
