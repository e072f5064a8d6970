import ControlAPI

/// What needs somebody, as a nursing station shows it.
struct AlertsView {
    let view: View
    let answer: AlertsAnswer
    /// Why what is shown can no longer be trusted.
    var stale: String?
    /// How many lines there are for it: alerts then take a line each and leave room for what is to do.
    var rows: Int?

    init(
        _ output: Output, _ answer: AlertsAnswer, ward: String?, stale: String? = nil,
        rows: Int? = nil
    ) {
        view = View(
            output, madeAt: answer.madeAt, wards: answer.wards,
            demoClockRate: answer.demoClockRate)
        self.answer = answer
        self.ward = ward
        self.stale = stale
        self.rows = rows
    }

    private let ward: String?

    var lines: [String] {
        // Wards may have different zones; the head's times are in the only one there is.
        let one = ward ?? answer.wards.first?.id
        let made = view.clock.exact(answer.madeAt, ward: one)
        let until = view.clock.exact(answer.validUntil, ward: one)
        var lines = view.heading(
            ward.map { "Ward \($0)" } ?? "All wards",
            "\(count(answer.patients, "patient")) · made at \(made) · trust until \(until)")
        if let stale {
            lines.append(
                view.style("▲ STALE: this is how it was at \(made). Do not rely on it.", .high))
            lines += view.paragraph(stale, indent: "  ")
        }
        if answer.reminders.isEmpty && answer.alerts.isEmpty {
            lines.append(
                stale == nil
                    ? view.style("Nothing needs doing. Known until \(until).", .good)
                    : "When it was last known, nothing needed doing.")
        }
        if !answer.alerts.isEmpty {
            lines += view.section("Alerts")
            lines += rows.map(briefAlerts) ?? (alertLines(answer.alerts, view: view) + proposals)
        }
        if !answer.reminders.isEmpty {
            lines += view.section("To do: \(counted)") + view.table(reminders)
        }
        if !answer.absences.isEmpty {
            lines += view.section("Off the ward") + view.table(absences)
        }
        if !answer.held.isEmpty {
            lines += view.section("Held, nobody is reminded") + view.table(held)
        }
        return lines
    }

    /// The most urgent alerts in a quarter of the lines, and how many more there are.
    private func briefAlerts(rows: Int) -> [String] {
        let shown = answer.alerts.prefix(max(3, rows / 4))
        var table = Table(columns: [
            Column("PRIORITY"), Column("ALERT"), Column("BED"), Column("WHAT", shortest: 20),
        ])
        for alert in shown {
            let limit = 60
            let message =
                alert.message.count > limit ? alert.message.prefix(limit - 1) + "…" : alert.message
            table.add([
                Priority.cell(alert.priority), Cell(alert.id),
                Cell([alert.ward, alert.bed].compactMap { $0 }.joined(separator: "/"), .bold),
                Cell(String(message)),
            ])
        }
        let more = answer.alerts.count - shown.count
        return view.table(table)
            + (more > 0 ? view.paragraph("and \(count(more, "more alert")): `sccctl alerts`") : [])
    }

    private var proposals: [String] {
        guard answer.alerts.contains(where: { $0.kind == "proposal" }) else { return [] }
        return view.paragraph(
            "A proposal changes nothing until `sccctl confirm ALERT` or `decline`.")
    }

    /// `5 reminders in 3 visits`.
    private var counted: String {
        let reminders = count(answer.reminders.count, "reminder")
        return answer.visits.isEmpty
            ? reminders : "\(reminders) in \(count(answer.visits.count, "visit"))"
    }

    private var reminders: Table {
        var table = Table(columns: [
            Column("PRIORITY"), Column("BED"), Column("ACTIVITY"),
            Column("WHAT", shortest: 14), Column("DUE", shortest: 9), Column("LATE", shortest: 6),
            Column("ON TIME UNTIL", drop: 3), Column("REMINDER", drop: 1),
        ])
        let grouped = inVisits(answer.reminders) { $0.visit }
        for (reminder, place) in grouped {
            table.add(
                [
                    Priority.cell(reminder.priority),
                    Cell(place.mark + "\(reminder.ward)/\(reminder.bed)", .bold),
                    Cell(reminder.activity),
                    Cell(what(reminder.term, reminder.detail)),
                    Cell(view.time(reminder.due, reminder.ward)),
                    Cell(view.clock.lateness(due: reminder.due, lateFrom: reminder.lateFrom)),
                    Cell(view.time(reminder.onTimeUntil, reminder.ward)),
                    Cell(reminder.id, .dim),
                ], below: visitLine(reminder.visit, place, answer.visits))
        }
        return table
    }

    private var absences: Table {
        var table = Table(columns: [Column("BED"), Column("WHERE", shortest: 20)])
        for absence in answer.absences {
            table.add([
                Cell("\(absence.ward)/\(absence.bed)", .bold), Cell(words(absence, view.clock)),
            ])
        }
        return table
    }

    private var held: Table {
        var table = Table(columns: [
            Column("BED"), Column("ACTIVITY"), Column("WHAT", shortest: 14),
            Column("DUE", shortest: 9), Column("HELD BECAUSE", shortest: 8),
        ])
        for reminder in answer.held {
            table.add([
                Cell("\(reminder.ward)/\(reminder.bed)", .bold), Cell(reminder.activity),
                Cell(what(reminder.term, reminder.detail)),
                Cell(view.time(reminder.due, reminder.ward)), Cell(reminder.heldBecause ?? ""),
            ])
        }
        return table
    }
}

/// Where a row stands among those of its visit.
enum VisitPlace {
    case alone, first, inside, last

    /// Rows of one visit hang together.
    var mark: String {
        switch self {
        case .alone, .first: ""
        case .inside: "├ "
        case .last: "└ "
        }
    }
}

/// Rows in their order, but those of one visit together, where its first one stands.
func inVisits<Row>(
    _ rows: [Row], _ visit: (Row) -> String?
) -> [(row: Row, place: VisitPlace)] {
    var order: [[Row]] = []
    var places: [String: Int] = [:]
    for row in rows {
        if let id = visit(row), let place = places[id] {
            order[place].append(row)
        } else {
            if let id = visit(row) { places[id] = order.count }
            order.append([row])
        }
    }
    return order.flatMap { rows in
        rows.enumerated().map { index, row in
            (
                row,
                rows.count == 1
                    ? .alone : index == 0 ? .first : index == rows.count - 1 ? .last : .inside
            )
        }
    }
}

/// Below the last row of a visit: how many people it takes.
func visitLine(_ id: String?, _ place: VisitPlace, _ visits: [VisitView]) -> [String] {
    guard place == .last, let visit = visits.first(where: { $0.id == id }) else { return [] }
    let staff = visit.staff.map { ", \(count($0, "person", "people"))" } ?? ""
    return ["one visit: \(visit.activities.joined(separator: " + "))\(staff)"]
}

/// Alerts, each with its message below it.
func alertLines(_ alerts: [AlertView], view: View) -> [String] {
    var table = Table(columns: [
        Column("PRIORITY"), Column("ALERT"), Column("BED"), Column("KIND", drop: 4),
        Column("ACT BY"), Column("WHO", drop: 3, shortest: 8), Column("SINCE", drop: 2),
        Column("SEEN BY", drop: 1, shortest: 8),
    ])
    for alert in alerts {
        table.add(
            [
                Priority.cell(alert.priority), Cell(alert.id),
                Cell([alert.ward, alert.bed].compactMap { $0 }.joined(separator: "/"), .bold),
                Cell(alert.kind), Cell(view.time(alert.actBy, alert.ward)), Cell(alert.who),
                Cell(view.time(alert.raisedAt, alert.ward)), Cell(alert.acknowledgedBy ?? ""),
            ],
            below: [alert.message] + (alert.proposes.map { [sentence($0)] } ?? []))
    }
    return view.table(table)
}

private func sentence(_ proposal: ProposalView) -> String {
    let now = proposal.fromMinutes.map { " instead of every \($0) min" } ?? ""
    return proposal.toMinutes == 0
        ? "Proposed: stop \(proposal.activity)."
        : "Proposed: \(proposal.activity) every \(proposal.toMinutes) min\(now)."
}
