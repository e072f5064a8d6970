import ControlAPI

/// A timeline as plain SVG: a lane for each care item, grouped by domain, on the ward's clock.
///
/// No script, no style sheet, no font but the reader's, so that it shows wherever pictures show.
/// Shape says what colour says, and each mark carries its own words.
struct TimelinePicture {
    private let answer: SimulationAnswer
    private let start: Int64
    private let end: Int64

    private enum Size {
        static let width = 1_200.0
        static let left = 178.0
        static let right = 8.0
        static let lane = 34.0
        static let head = 24.0
        /// Labels closer than this would run into each other.
        static let label = 34.0
        static let margin = 24.0
    }

    private enum Colour {
        static let text = "#1f2933"
        static let quiet = "#61707f"
        static let grid = "#e3e8ed"
        static let hour = "#f0f3f5"
        static let band = "#f7f9fa"
        static let done = "#2f7d5b"
        static let due = "#4a5866"
        static let held = "#8b97a3"
        static let change = "#7a4fb5"

        /// The colours of IEC 60601-1-8.
        static func fill(_ priority: String) -> String {
            switch priority {
            case "HIGH": "#d3222a"
            case "MEDIUM": "#f5c400"
            case "LOW": "#00b3c4"
            default: "#ffffff"
            }
        }

        static func edge(_ priority: String) -> String {
            switch priority {
            case "HIGH": "#8e1318"
            case "MEDIUM": "#8a6d00"
            case "LOW": "#00737e"
            default: quiet
            }
        }
    }

    init(_ answer: SimulationAnswer) {
        self.answer = answer
        start = UTCTime(rfc3339: answer.start)?.seconds ?? 0
        end = max(start + 60, UTCTime(rfc3339: answer.end)?.seconds ?? 0)
    }

    var text: String {
        var canvas = Canvas()
        var y = Size.margin + 20
        let title = answer.title ?? answer.file ?? "Simulation"
        for line in wrapped(title, width: 100) {
            canvas.text(Size.margin, y, line, size: 17, weight: "600", Colour.text)
            y += 22
        }
        for stay in answer.stays { draw(stay, &canvas, &y) }
        draw(legend: &canvas, &y)
        return canvas.document(
            width: Size.width, height: y, title: title,
            description: "Due times, what was done, and alerts, from \(answer.start) to "
                + "\(answer.end) UTC.")
    }

    private func x(_ seconds: Int64) -> Double {
        let span = Double(end - start)
        let share = Double(min(max(seconds, start), end) - start) / span
        return leftEdge + share * (rightEdge - leftEdge)
    }

    private func x(_ text: String?) -> Double? {
        text.flatMap(UTCTime.init(rfc3339:)).map { x($0.seconds) }
    }

    private func seconds(_ text: String?) -> Int64? {
        text.flatMap(UTCTime.init(rfc3339:))?.seconds
    }

    private var leftEdge: Double { Size.left + Size.margin }
    private var rightEdge: Double { Size.width - Size.margin - Size.right }

    // MARK: One stay

    /// What stands in a lane from top to bottom.
    private enum Lane {
        case heading(String)
        case alerts([SimulatedAlert])
        case item(SimulatedItem)

        var height: Double {
            if case .heading = self { Size.head } else { Size.lane }
        }
    }

    private func lanes(_ stay: SimulatedStay) -> [Lane] {
        var lanes: [Lane] = []
        if !stay.alerts.isEmpty { lanes.append(.alerts(stay.alerts)) }
        var domain: String?
        for item in stay.items where !item.rows.isEmpty || !item.unscheduled.isEmpty {
            if item.domain != domain {
                domain = item.domain
                lanes.append(.heading(item.domain))
            }
            lanes.append(.item(item))
        }
        return lanes
    }

    private func draw(_ stay: SimulatedStay, _ canvas: inout Canvas, _ y: inout Double) {
        let places = stay.places.map { "\($0.ward)/\($0.bed) (\($0.zone))" }
        canvas.text(
            Size.margin, y, "\(stay.admission) · \(places.joined(separator: " → "))", size: 12.5,
            weight: "400", Colour.quiet)
        y += 14
        let top = y + 34
        let lanes = lanes(stay)
        let bottom = top + lanes.reduce(0) { $0 + $1.height } + 6
        axis(stay, &canvas, top: top, bottom: bottom)
        holds(stay, lanes, &canvas, top)
        var lane = top
        for each in lanes {
            switch each {
            case .heading(let domain):
                canvas.text(
                    Size.margin, lane + 17, domain.replacing("-", with: " "), size: 11.5,
                    weight: "600", Colour.quiet)
            case .alerts(let alerts): draw(alerts, stay, &canvas, lane, bottom)
            case .item(let item): draw(item, stay, &canvas, lane)
            }
            lane += each.height
        }
        if lanes.isEmpty {
            canvas.text(
                leftEdge + 8, top - 4, "Nothing falls due.", size: 12, weight: "400", Colour.quiet)
        }
        y = bottom + 22
    }

    /// Days, hours and clock changes, each at the instant at which the wall clock shows it.
    private func axis(
        _ stay: SimulatedStay, _ canvas: inout Canvas, top: Double, bottom: Double
    ) {
        let perHour = (rightEdge - leftEdge) / (Double(end - start) / 3_600)
        let step = [1, 2, 3, 4, 6, 12, 24].first { Double($0) * perHour >= 30 } ?? 24
        let showsHours = Double(step) * perHour >= 30
        var days: [(name: String, from: Double, to: Double)] = []
        // Quarter hours find every full local hour, also where zones are off by 30 or 45 minutes.
        var at = (start + 899) / 900 * 900
        var lines: [(x: Double, hour: Int)] = []
        while at <= end {
            if let local = local(at, stay) {
                let name = "\(local.date.weekday) \(local.date.day) \(local.date.monthName)"
                if days.last?.name != name { days.append((name, x(at), x(at))) }
                days[days.count - 1].to = x(min(at + 900, end))
                // A repeated hour is drawn once more: the clock does show it twice.
                if local.minutes % 60 == 0 { lines.append((x(at), local.minutes / 60)) }
            }
            at += 900
        }
        if let first = days.indices.first { days[first].from = leftEdge }
        for (index, day) in days.enumerated() {
            if index % 2 == 1 {
                canvas.rectangle(
                    day.from, top - 30, day.to - day.from, bottom - top + 30, Colour.band)
            }
            if day.to - day.from > 70 {
                canvas.text(day.from + 6, top - 20, day.name, size: 12, weight: "600", Colour.text)
            }
        }
        for line in lines {
            let isDay = line.hour == 0
            if !isDay, perHour < 6 { continue }
            canvas.line(
                line.x, isDay ? top - 30 : top, line.x, bottom, isDay ? "#c3ccd5" : Colour.hour)
            if showsHours, line.hour % step == 0 {
                canvas.line(line.x, top - 3, line.x, bottom, isDay ? "#c3ccd5" : Colour.grid)
                canvas.text(
                    line.x, top - 6, padded(line.hour), size: 10.5, weight: "400", Colour.quiet,
                    anchor: "middle")
            }
        }
        for change in stay.clockChanges {
            guard let x = x(change.at) else { continue }
            canvas.line(x, top - 30, x, bottom, Colour.change, width: 1.5, dash: "4 3")
            let span =
                abs(change.minutes) % 60 == 0
                ? "\(abs(change.minutes) / 60) h" : "\(abs(change.minutes)) min"
            canvas.text(
                x + 5, bottom + 12,
                "clock \(change.minutes > 0 ? "forward" : "back") \(span)", size: 10.5,
                weight: "600", Colour.change)
        }
        canvas.line(leftEdge, top, rightEdge, top, "#c3ccd5")
        canvas.line(leftEdge, bottom, rightEdge, bottom, "#c3ccd5")
        for edge in [("enrolled", stay.enrolledAt), ("discharged", stay.dischargedAt)] {
            guard let text = edge.1, text != answer.start, let x = x(text) else { continue }
            canvas.line(x, top, x, bottom, Colour.due, width: 1.5, dash: "1 3")
            canvas.text(x + 5, bottom + 12, edge.0, size: 10.5, weight: "600", Colour.due)
        }
    }

    private func local(_ seconds: Int64, _ stay: SimulatedStay) -> LocalTime? {
        let place =
            stay.places.last { self.seconds($0.from).map { $0 <= seconds } ?? false }
            ?? stay.places.first
        return place.flatMap { LocalTime(UTCTime(seconds: seconds), zone: $0.zone) }
    }

    // MARK: Holds

    private func holds(
        _ stay: SimulatedStay, _ lanes: [Lane], _ canvas: inout Canvas, _ top: Double
    ) {
        for hold in stay.holds {
            guard let from = x(hold.from), let to = x(hold.endedAt ?? hold.until), to > from else {
                continue
            }
            var y = top
            for lane in lanes {
                if case .item(let item) = lane,
                    hold.activities.isEmpty || hold.activities.contains(item.activity)
                {
                    canvas.hatch(
                        from, y + 1, to - from, lane.height - 2,
                        "held: \(hold.reason)\(hold.note.map { ", \($0)" } ?? "")")
                }
                y += lane.height
            }
        }
    }

    // MARK: A care item

    private func draw(
        _ item: SimulatedItem, _ stay: SimulatedStay, _ canvas: inout Canvas, _ y: Double
    ) {
        let middle = y + Size.lane - 12
        canvas.text(Size.margin, middle - 3, item.activity, size: 13, weight: "600", Colour.text)
        let detail = item.rows.compactMap(\.detail).last ?? item.term
        canvas.text(
            Size.margin, middle + 8.5, Self.shortened(detail, 30), size: 9.5, weight: "400",
            Colour.quiet)
        canvas.line(leftEdge, y + Size.lane, rightEdge, y + Size.lane, Colour.grid)
        var labelledTo = -Double.infinity
        for row in item.rows {
            guard let due = x(row.due) else { continue }
            let wall = WallTime(row.dueLocal)
            if due - labelledTo >= Size.label, let clock = wall?.clock {
                canvas.text(
                    due, y + 10, clock, size: 10, weight: "400",
                    row.held ? Colour.held : Colour.text, anchor: "middle")
                labelledTo = due
            }
            draw(row, item, &canvas, due, middle)
        }
        for act in item.unscheduled {
            guard let at = x(act.at) else { continue }
            canvas.circle(
                at, middle, 3.5, fill: Colour.done, edge: Colour.done,
                "\(item.activity) \(act.outcome) \(WallTime(act.local)?.text ?? act.local), not due"
            )
        }
    }

    private func draw(
        _ row: SimulatedRow, _ item: SimulatedItem, _ canvas: inout Canvas, _ due: Double,
        _ y: Double
    ) {
        let words = words(row, item)
        // From due to done, in the colours that it went through.
        let over = row.outcome?.at ?? row.missedAt ?? row.endedAt
        if !row.steps.isEmpty {
            let stop = x(over) ?? rightEdge
            for (index, step) in row.steps.enumerated() {
                guard let from = x(step.at) else { continue }
                let to = index + 1 < row.steps.count ? x(row.steps[index + 1].at) ?? stop : stop
                canvas.rectangle(
                    from, y - 3, max(2, to - from), 6, Colour.fill(step.priority), words)
                canvas.mark(step.priority, from, y, 5, words)
            }
            if let first = x(row.steps[0].at) { canvas.line(due, y, first, y, Colour.due) }
        } else if let done = x(row.outcome?.at), done > due + 1 {
            canvas.line(due, y, done, y, Colour.due)
        }
        canvas.line(due, y - 7, due, y + 7, row.held ? Colour.held : Colour.due, width: 1.5)
        if row.held {
            canvas.circle(due, y, 4.5, fill: "#ffffff", edge: Colour.held, words)
        } else if let outcome = row.outcome, let at = x(outcome.at) {
            if outcome.outcome == "done" {
                canvas.circle(
                    at, y, 4.5, fill: Colour.done,
                    edge: outcome.byEvent ? Colour.text : Colour.done,
                    words)
            } else {
                canvas.diamond(at, y, 6, fill: "#ffffff", edge: Colour.text, words)
            }
        } else if row.missedAt != nil {
            canvas.cross(x(row.missedAt) ?? due, y, 4, Colour.quiet, words)
        } else if row.steps.isEmpty {
            canvas.circle(
                due, y, answer.file == nil ? 3.5 : 2.5, fill: Colour.due, edge: Colour.due, words)
        }
    }

    private func words(_ row: SimulatedRow, _ item: SimulatedItem) -> String {
        var text = "\(item.activity) due \(WallTime(row.dueLocal)?.text ?? row.dueLocal)"
        if let detail = row.detail { text += ", \(detail)" }
        if !row.reason.isEmpty { text += "; \(row.reason)" }
        if let minutes = row.plusMinutes, minutes > 0 { text += " + \(minutes) min" }
        text += ", \(row.timedBy ?? row.rule)"
        for step in row.steps {
            text += "; \(step.priority) from \(WallTime(step.local)?.clock ?? step.local)"
        }
        if row.held { text += "; held\(row.heldBecause.map { ": \($0)" } ?? "")" }
        if let outcome = row.outcome {
            text += "; \(outcome.outcome) \(WallTime(outcome.local)?.clock ?? outcome.local)"
            if let reason = outcome.reason { text += ": \(reason)" }
        }
        if let missed = row.missedReason { text += "; missed, \(missed)" }
        return text
    }

    // MARK: Alerts

    private func draw(
        _ alerts: [SimulatedAlert], _ stay: SimulatedStay, _ canvas: inout Canvas, _ y: Double,
        _ bottom: Double
    ) {
        let middle = y + Size.lane - 12
        canvas.text(
            Size.margin, middle + 4, "alerts, proposals", size: 11.5, weight: "600", Colour.quiet)
        canvas.line(leftEdge, y + Size.lane, rightEdge, y + Size.lane, Colour.grid)
        var labelledTo = -Double.infinity
        // The gravest last, so that it lies on top.
        let ordered = alerts.enumerated().sorted { left, right in
            (Priority(word: left.element.priority), left.offset)
                < (Priority(word: right.element.priority), right.offset)
        }
        for (_, alert) in ordered {
            guard let at = x(alert.raisedAt) else { continue }
            let until = x(alert.resolvedAt) ?? rightEdge
            let words =
                "\(alert.rule) \(alert.kind == "proposal" ? "proposal" : alert.priority), "
                + "\(WallTime(alert.raisedLocal)?.text ?? alert.raisedLocal): \(alert.message). "
                + "For: \(alert.who)"
            if alert.kind != "proposal" {
                canvas.rectangle(
                    at, middle + 7, max(2, until - at), 3, Colour.fill(alert.priority), words)
            }
            canvas.line(
                at, middle, at, bottom, Colour.edge(alert.priority), width: 1, dash: "2 4")
            canvas.mark(alert.kind == "proposal" ? "INFO" : alert.priority, at, middle, 7, words)
        }
        for alert in alerts {
            guard let at = x(alert.raisedAt), at - labelledTo >= 0 else { continue }
            let width = Double(alert.rule.count) * 6.4
            let isAtEdge = at + width + 12 > rightEdge
            canvas.text(
                isAtEdge ? at - 10 : at + 10, middle - 6, alert.rule, size: 10.5, weight: "600",
                Colour.text, anchor: isAtEdge ? "end" : "start")
            labelledTo = at + width + 16
        }
    }

    // MARK: The legend

    private func draw(legend canvas: inout Canvas, _ y: inout Double) {
        let rows = answer.stays.flatMap(\.items).flatMap(\.rows)
        let alerts = answer.stays.flatMap(\.alerts)
        var x = Size.margin
        let middle = y + 4
        func say(_ words: String, _ canvas: inout Canvas) {
            canvas.text(x + 12, middle + 4, words, size: 11, weight: "400", Colour.quiet)
            x += 34 + Double(words.count) * 6.2
        }
        x += 4
        if rows.contains(where: { $0.outcome?.outcome == "done" && $0.outcome?.byEvent == false }) {
            canvas.circle(x, middle, 4.5, fill: Colour.done, edge: Colour.done, "done")
            say("done when due", &canvas)
        }
        if rows.contains(where: { $0.outcome?.outcome == "done" && $0.outcome?.byEvent == true }) {
            canvas.circle(x, middle, 4.5, fill: Colour.done, edge: Colour.text, "done")
            say("done, as the case says", &canvas)
        }
        if rows.contains(where: { row in row.outcome.map { $0.outcome != "done" } ?? false }) {
            canvas.diamond(x, middle, 6, fill: "#ffffff", edge: Colour.text, "not done")
            say("refused, unable or skipped", &canvas)
        }
        if rows.contains(where: { row in
            row.outcome == nil && !row.held && row.missedAt == nil && row.steps.isEmpty
        }) {
            canvas.circle(x, middle, 3.5, fill: Colour.due, edge: Colour.due, "due")
            say("due", &canvas)
        }
        if rows.contains(where: \.held) {
            canvas.circle(x, middle, 4.5, fill: "#ffffff", edge: Colour.held, "held")
            say("held: nobody is reminded", &canvas)
        }
        if rows.contains(where: { $0.missedAt != nil && !$0.held }) {
            canvas.cross(x, middle, 4, Colour.quiet, "missed")
            say("missed", &canvas)
        }
        let priorities = Set(
            alerts.map { $0.kind == "proposal" ? "INFO" : $0.priority }
                + rows.flatMap(\.steps).map(\.priority))
        for (priority, name) in [
            ("HIGH", "HIGH"), ("MEDIUM", "MEDIUM"), ("LOW", "LOW"), ("INFO", "proposal"),
        ] where priorities.contains(priority) {
            canvas.mark(priority, x, middle, 6, name)
            say(name, &canvas)
        }
        y += 28
        let note =
            answer.file == nil
            ? "If everything is done when it is due."
            : "What no event of the case mentions is done when it is due."
        canvas.text(
            Size.margin, y, note + " Reminders for planned care; they decide no treatment.",
            size: 10.5, weight: "400", Colour.quiet)
        y += Size.margin - 6
    }

    private static func shortened(_ text: String, _ length: Int) -> String {
        text.count <= length ? text : text.prefix(length - 1) + "…"
    }
}
