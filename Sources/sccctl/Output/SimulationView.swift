import ControlAPI

/// A wall time with its offset, `2027-01-19T20:00:00+00:00`, taken apart.
struct WallTime {
    let date: CivilDate
    let clock: String
    /// `+00:00`.
    let offset: String
    let minutes: Int

    init?(_ text: String) {
        guard text.utf8.count == 25, let year = Int(text.prefix(4)),
            let month = Int(text.dropFirst(5).prefix(2)),
            let day = Int(text.dropFirst(8).prefix(2)),
            let date = CivilDate(year: year, month: month, day: day),
            let hour = Int(text.dropFirst(11).prefix(2)),
            let minute = Int(text.dropFirst(14).prefix(2))
        else { return nil }
        self.date = date
        clock = String(text.dropFirst(11).prefix(5))
        offset = String(text.suffix(6))
        minutes = hour * 60 + minute
    }

    var day: String { "\(date.weekday) \(date.day) \(date.monthName)" }
    var text: String { "\(day) \(clock)" }
}

/// What came of a case, for people: each activity by day on the ward's clock, then what was raised.
struct SimulationView {
    private let answer: SimulationAnswer
    private let output: Output
    private let long: Bool

    init(_ output: Output, _ answer: SimulationAnswer, long: Bool) {
        self.output = output
        self.answer = answer
        self.long = long
    }

    var lines: [String] {
        var lines = wrapped(
            answer.title ?? answer.file ?? "Simulation", width: output.width
        ).map { styled($0, .bold, coloured: output.coloured) }
        for (index, stay) in answer.stays.enumerated() {
            if index > 0 { lines.append("") }
            lines += head(stay)
            lines += long ? everyRow(stay) : byDay(stay)
            lines += alerts(stay) + proposals(stay) + holds(stay) + changes(stay)
        }
        lines += refusals()
        if let check = answer.check { lines += verdict(check) }
        return lines
    }

    private func section(_ title: String, _ table: Table) -> [String] {
        guard !table.isEmpty else { return [] }
        return ["", styled(title, .bold, coloured: output.coloured)]
            + table.lines(width: output.width, coloured: output.coloured)
    }

    /// `Tue 19 Jan 20:00`.
    private func wall(_ text: String?) -> String {
        guard let text else { return "" }
        return WallTime(text)?.text ?? text
    }

    private func wall(_ utc: String, _ zone: String) -> String {
        guard let instant = UTCTime(rfc3339: utc), let local = LocalTime(instant, zone: zone)
        else { return utc }
        return "\(local.date.weekday) \(local.date.day) \(local.date.monthName) \(local.clock)"
    }

    private func head(_ stay: SimulatedStay) -> [String] {
        guard let first = stay.places.first, let last = stay.places.last else { return [] }
        let text =
            "\(first.ward)/\(first.bed) · \(stay.admission) · \(first.zone) · "
            + "\(wall(answer.start, first.zone)) to \(wall(answer.end, last.zone)), "
            + "\(answer.start.prefix(4))"
        var lines = wrapped(text, width: output.width)
        if stay.enrolledAt != answer.start {
            lines += ["Enrolled \(wall(stay.enrolledAt, first.zone))."]
        }
        for place in stay.places.dropFirst() {
            lines += [
                "From \(wall(place.from, place.zone)) in \(place.ward)/\(place.bed), \(place.zone)."
            ]
        }
        for change in stay.clockChanges {
            let span =
                abs(change.minutes) % 60 == 0
                ? "\(abs(change.minutes) / 60) h" : "\(abs(change.minutes)) min"
            lines += [
                "The clock goes \(change.minutes > 0 ? "forward" : "back") by \(span), to "
                    + "\(wall(change.local)) (\(change.at))."
            ]
        }
        if let end = stay.dischargedAt { lines += ["Discharged \(wall(end, last.zone))."] }
        return lines
    }

    // MARK: Times

    private func byDay(_ stay: SimulatedStay) -> [String] {
        var table = Table(columns: [
            Column("ACTIVITY"), Column("DAY"), Column("DUE", shortest: 30),
            Column("WHAT", drop: 1, shortest: 18),
        ])
        for item in stay.items {
            var days: [(day: String, times: [String])] = []
            for row in item.rows {
                let day = WallTime(row.dueLocal)?.day ?? ""
                if days.last?.day != day { days.append((day, [])) }
                days[days.count - 1].times.append(time(row, stay))
            }
            let details = item.rows.compactMap(\.detail)
            let detail = details.last
            let term = item.term + (detail.map { ": \($0)" } ?? "")
            if days.isEmpty, item.nextDueLocal == nil { continue }
            if days.isEmpty { days.append(("", ["–"])) }
            let last = days.count - 1
            if let next = item.nextDueLocal { days[last].times.append("(next \(wall(next)))") }
            if let end = item.endedAt, let place = stay.places.last {
                days[last].times.append("(ends \(wall(end, place.zone)): \(item.endReason ?? ""))")
            }
            for (index, day) in days.enumerated() {
                table.add([
                    Cell(index == 0 ? item.activity : "", .bold), Cell(day.day),
                    Cell(day.times.joined(separator: " ")), Cell(index == 0 ? term : ""),
                ])
            }
        }
        guard !table.isEmpty else { return ["", "Nothing falls due."] }
        return [""] + table.lines(width: output.width, coloured: output.coloured) + legend(stay)
    }

    /// A time with what became of it, where that is not simply "done when it was due".
    private func time(_ row: SimulatedRow, _ stay: SimulatedStay) -> String {
        guard let due = WallTime(row.dueLocal) else { return row.dueLocal }
        var text = due.clock
        if isRepeated(due, stay) { text += due.offset }
        for step in row.steps { text += Self.shape(step.priority) }
        if row.held { text += "[held]" }
        if let outcome = row.outcome {
            if outcome.outcome != "done" { text += "[\(outcome.outcome)]" }
            if outcome.at != row.due, outcome.outcome == "done" {
                let done = WallTime(outcome.local)
                text += "→" + (done?.day == due.day ? done?.clock ?? "" : done?.text ?? "")
            }
            if outcome.byEvent { text += "*" }
        } else if row.missedAt != nil, !row.held {
            text += "[missed]"
        } else if row.endedAt != nil {
            text += "[ended]"
        } else if !row.held, answer.file != nil {
            text += "[open]"
        }
        return text
    }

    /// Whether the wall clock shows this time twice.
    private func isRepeated(_ time: WallTime, _ stay: SimulatedStay) -> Bool {
        stay.clockChanges.contains { change in
            guard change.minutes < 0, let local = WallTime(change.local) else { return false }
            return local.date == time.date && time.minutes >= local.minutes
                && time.minutes < local.minutes - change.minutes
        }
    }

    private static func shape(_ priority: String) -> String {
        switch priority {
        case "LOW": "●"
        case "MEDIUM": "◆"
        default: "▲"
        }
    }

    private func legend(_ stay: SimulatedStay) -> [String] {
        let rows = stay.items.flatMap(\.rows)
        var parts: [String] = []
        if rows.contains(where: { $0.outcome?.byEvent == true }) {
            parts.append("* reported by an event of the case")
        }
        if rows.contains(where: { row in
            row.outcome.map { $0.outcome == "done" && $0.at != row.due } ?? false
        }) {
            parts.append("→ done then")
        }
        let steps = Set(rows.flatMap(\.steps).map(\.priority))
        for priority in ["LOW", "MEDIUM", "HIGH"] where steps.contains(priority) {
            parts.append("\(Self.shape(priority)) became \(priority)")
        }
        return parts.isEmpty
            ? [] : [""] + wrapped(parts.joined(separator: " · "), width: output.width)
    }

    private func everyRow(_ stay: SimulatedStay) -> [String] {
        var table = Table(columns: [
            Column("ACTIVITY"), Column("DUE"), Column("UTC"), Column("RULE"),
            Column("WHY", shortest: 20), Column("THEN", shortest: 12),
        ])
        for item in stay.items {
            for row in item.rows {
                table.add([
                    Cell(item.activity, .bold), Cell(wall(row.dueLocal)),
                    Cell(String(row.due.dropFirst(11).prefix(5)) + "Z"), Cell(row.rule),
                    Cell(why(row, stay)), Cell(then(row)),
                ])
            }
        }
        guard !table.isEmpty else { return ["", "Nothing falls due."] }
        return [""] + table.lines(width: output.width, coloured: output.coloured)
    }

    private func why(_ row: SimulatedRow, _ stay: SimulatedStay) -> String {
        var text = row.reason
        if let base = row.base, let zone = stay.places.last?.zone {
            text += ": \(wall(base, zone)) + \(row.plusMinutes ?? 0) min"
        }
        if let slot = row.slot { text += " at \(slot)" }
        if let by = row.timedBy { text += " (\(by))" }
        return text
    }

    private func then(_ row: SimulatedRow) -> String {
        var parts: [String] = []
        for step in row.steps {
            parts.append("\(step.priority) \(WallTime(step.local)?.clock ?? step.local)")
        }
        if row.held { parts.append("held\(row.heldBecause.map { ": \($0)" } ?? "")") }
        if let outcome = row.outcome {
            parts.append(
                "\(outcome.outcome) \(WallTime(outcome.local)?.clock ?? "")"
                    + (outcome.reason.map { ": \($0)" } ?? ""))
        }
        if let missed = row.missedReason { parts.append("missed: \(missed)") }
        if row.outcome == nil, row.endedAt != nil { parts.append("ended") }
        return parts.joined(separator: ", ")
    }

    // MARK: What was raised

    private func alerts(_ stay: SimulatedStay) -> [String] {
        var table = Table(columns: [
            Column("RAISED"), Column("PRIORITY"), Column("RULE"), Column("WHAT", shortest: 24),
            Column("WHO", drop: 1, shortest: 8), Column("OVER", drop: 2),
        ])
        for alert in stay.alerts where alert.kind != "proposal" {
            table.add([
                Cell(wall(alert.raisedLocal)), Priority.cell(alert.priority), Cell(alert.rule),
                Cell(alert.message), Cell(alert.who), Cell(wall(alert.resolvedLocal)),
            ])
        }
        return section("Alerts", table)
    }

    private func proposals(_ stay: SimulatedStay) -> [String] {
        var table = Table(columns: [
            Column("RAISED"), Column("RULE"), Column("ACTIVITY"), Column("WHAT", shortest: 24),
            Column("DECIDED"),
        ])
        for alert in stay.alerts where alert.kind == "proposal" {
            let decided: String
            switch alert.accepted {
            case true?: decided = "confirmed \(wall(alert.resolvedLocal))"
            case false?: decided = "declined \(wall(alert.resolvedLocal))"
            case nil: decided = alert.resolvedAt == nil ? "open" : "over"
            }
            table.add([
                Cell(wall(alert.raisedLocal)), Cell(alert.rule), Cell(alert.activity ?? ""),
                Cell(alert.message), Cell(decided),
            ])
        }
        return section("Proposals, which wait for a named person", table)
    }

    private func holds(_ stay: SimulatedStay) -> [String] {
        guard let zone = stay.places.first?.zone else { return [] }
        var table = Table(columns: [
            Column("HELD FROM"), Column("UNTIL"), Column("WHAT"), Column("WHY", shortest: 20),
        ])
        for hold in stay.holds {
            table.add([
                Cell(wall(hold.from, zone)), Cell(wall(hold.endedAt ?? hold.until, zone)),
                Cell(hold.activities.isEmpty ? "all" : hold.activities.joined(separator: ", ")),
                Cell(hold.reason + (hold.note.map { ": \($0)" } ?? "")),
            ])
        }
        return section("Holds", table)
    }

    private func changes(_ stay: SimulatedStay) -> [String] {
        var table = Table(columns: [
            Column("AT"), Column("BECAUSE"), Column("FROM THEN ON", shortest: 24),
        ])
        var rows: [(at: String, cells: [Cell])] = stay.changes.map { change in
            let facts = change.facts.keys.sorted().map { name in
                switch change.facts[name] ?? .null {
                case .bool(let flag): "\(name) \(flag)"
                case .number(let text): "\(name) \(text)"
                case .string(let text):
                    "\(name) \(stay.places.last.map { wall(text, $0.zone) } ?? text)"
                case .null: "\(name) unknown"
                }
            }
            return (
                change.at,
                [
                    Cell(wall(change.local)), Cell(change.because),
                    Cell(facts.joined(separator: ", ")),
                ]
            )
        }
        for item in stay.items {
            rows += item.intervals.map { interval in
                (
                    interval.at,
                    [
                        Cell(wall(interval.local)), Cell(interval.rule),
                        Cell("\(item.activity) every \(interval.minutes) min (\(interval.why))"),
                    ]
                )
            }
        }
        // Sorting by instant keeps what belongs to one instant in its order.
        let ordered = rows.enumerated().sorted {
            ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
        }
        for (_, row) in ordered { table.add(row.cells) }
        return section("What changed", table)
    }

    private func refusals() -> [String] {
        var table = Table(columns: [
            Column("AT"), Column("EVENT", shortest: 14), Column("REFUSED"),
            Column("WHY", shortest: 24),
        ])
        for refusal in answer.refused {
            table.add([
                Cell(wall(refusal.local)), Cell(refusal.what, refusal.expected ? .plain : .high),
                Cell(refusal.code + (refusal.expected ? ", as it must be" : "")),
                Cell(
                    ([refusal.message]
                        + refusal.faults.map { fault in
                            "\(fault.field): \(fault.problem)"
                                + (fault.expected.map { "; expected \($0)" } ?? "")
                        }).joined(separator: " ")),
            ])
        }
        return section("Refused", table)
    }

    private func verdict(_ check: SimulationCheck) -> [String] {
        let compared = count(check.compared, "thing")
        guard !check.passed else {
            return [
                "",
                styled(
                    "As expected: \(compared) compared.", .good, coloured: output.coloured),
            ]
        }
        return [
            "",
            styled(
                "Not as expected: \(count(check.differences.count, "difference")), "
                    + "\(compared) compared.", .high, coloured: output.coloured),
        ]
            + check.differences.flatMap {
                wrapped("line \($0.line): \($0.sentence)", width: output.width, indent: "  ")
            }
    }
}
