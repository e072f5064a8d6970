import ControlAPI

/// Protocols for people.
struct ProtocolView {
    private let answer: ProtocolsAnswer
    private let width: Int
    private let coloured: Bool

    init(_ output: Output, _ answer: ProtocolsAnswer) {
        self.answer = answer
        width = output.width
        coloured = output.coloured
    }

    // MARK: Lists

    /// One line an entry, file by file.
    func list(_ parts: [ProtocolPartView]) -> [String] {
        var lines: [String] = []
        for file in answer.files {
            let own = parts.filter { $0.protocolID == file.id }
            guard !own.isEmpty else { continue }
            if !lines.isEmpty { lines.append("") }
            lines += heading(file)
            var table = Table(columns: [
                Column("KIND", drop: 2), Column("ID"), Column("STATUS"), Column("SIGNED", drop: 1),
                Column("WHAT", shortest: 24),
            ])
            for part in own {
                table.add([
                    Cell(part.kind, .dim), Cell(name(part), .bold), Cell(status(part)),
                    Cell(signed(part)), Cell(part.title),
                ])
            }
            lines += table.lines(width: width, coloured: coloured)
        }
        return lines.isEmpty ? ["Nothing of this kind is in the protocols."] : lines
    }

    func unsigned(_ parts: [ProtocolPartView]) -> [String] {
        guard !parts.isEmpty else { return ["Nothing needs a signature."] }
        let rules = parts.count { $0.kind == "rule" }
        return list(parts) + [
            "",
            "\(count(rules, "rule needs", "rules need")) a signature, and "
                + "\(count(parts.count - rules, "other entry", "other entries")).",
        ]
    }

    private func heading(_ file: ProtocolFileView) -> [String] {
        let whose = file.builtIn ? "built in" : file.name
        let text =
            "\(file.id) \(file.version) · \(whose) · \(file.owner) · review by \(file.reviewDate)"
        return wrapped(text, width: width).map { styled($0, .bold, coloured: coloured) }
    }

    private func name(_ part: ProtocolPartView) -> String {
        part.id + (part.of.map { " (\($0))" } ?? "")
    }

    private func status(_ part: ProtocolPartView) -> String {
        if part.switchedOff { return "off" }
        return part.status + (part.change == nil ? "" : ", changed")
    }

    private func signed(_ part: ProtocolPartView) -> String {
        if part.needsSignOff { return "no" }
        guard let signature = part.change?.signature ?? part.signature else { return "" }
        return "\(signature.on)"
    }

    // MARK: One entry

    /// Each entry in full, and what belongs to it.
    func whole(_ parts: [ProtocolPartView]) -> [String] {
        var lines: [String] = []
        var shown: [ProtocolPartView] = []
        for part in parts {
            if !lines.isEmpty { lines.append("") }
            lines += whole(part)
            shown.append(part)
        }
        // The activity says windows, fields and findings of a rule.
        for activity in parts.flatMap(\.related) where activity.hasPrefix("activity ") {
            guard parts.contains(where: { $0.kind == "rule" }),
                let related = answer.parts.first(where: { "\($0.kind) \($0.id)" == activity }),
                !shown.contains(related)
            else { continue }
            shown.append(related)
            lines += [""] + whole(related)
        }
        return lines
    }

    private func whole(_ part: ProtocolPartView) -> [String] {
        var lines = wrapped("\(part.kind) \(name(part))", width: width).map {
            styled($0, .bold, coloured: coloured)
        }
        lines += wrapped(part.title, width: width, indent: "  ")
        for line in part.lines { lines += entry(line.label, line.texts) }
        lines += entry("source", part.sources)
        lines += entry("status", [meaning(part)])
        lines += entry(
            "origin",
            [
                "\(part.builtIn ? "built in, " : "")\(part.file):\(part.line), "
                    + "\(part.protocolID) \(part.protocolVersion)"
            ])
        if let change = part.change {
            let what =
                part.switchedOff
                ? "switched off" : "changed: \(change.keys.joined(separator: ", "))"
            lines += entry(
                "hospital", ["\(what) (\(change.file):\(change.line))", "reason: \(change.reason)"])
        }
        lines += entry("signed", signatures(part))
        let related = part.related.filter { !$0.hasPrefix("activity ") }
        if !related.isEmpty { lines += entry("see also", [related.joined(separator: ", ")]) }
        return lines
    }

    private func entry(_ label: String, _ texts: [String]) -> [String] {
        guard !texts.isEmpty else { return [] }
        let labels = ["  \(styled(label, .dim, coloured: coloured))"]
        return labels + texts.flatMap { wrapped($0, width: width, indent: "    ") }
    }

    private func meaning(_ part: ProtocolPartView) -> String {
        switch part.status {
        case "confirmed": "confirmed: read in the named source"
        case "K": "K: from knowledge, the text was not seen"
        case "D": "D: a design default that no guideline gives"
        default: part.status
        }
    }

    private func signatures(_ part: ProtocolPartView) -> [String] {
        let all = [part.change?.signature, part.signature].compactMap { $0 }
        var texts = all.map { signature in
            "by \(signature.by) on \(signature.on)"
                + (signature.version.map { " for version \($0)" } ?? "")
                + (signature.current
                    ? "" : ", which is not in force any more: it has to be signed again")
                + " (\(signature.file):\(signature.line))"
        }
        if part.needsSignOff, texts.isEmpty { texts = ["by nobody; it needs a signature"] }
        return texts
    }

    // MARK: Differences

    func differences() -> [String] {
        guard !answer.differences.isEmpty else {
            return ["The built-in protocols are in force as they are."]
        }
        var lines: [String] = []
        for difference in answer.differences {
            if !lines.isEmpty { lines.append("") }
            let part = answer.parts.first {
                $0.kind == difference.kind && $0.id == difference.id && $0.of == difference.of
            }
            let name =
                "\(difference.kind) \(difference.id)" + (difference.of.map { " of \($0)" } ?? "")
            lines += wrapped("\(name): \(difference.difference)", width: width).map {
                styled($0, .bold, coloured: coloured)
            }
            if let change = part?.change {
                lines += wrapped(
                    "\(change.reason) (\(change.file):\(change.line))", width: width, indent: "  ")
            }
            if let part {
                lines += signatures(part).flatMap {
                    wrapped("signed \($0)", width: width, indent: "  ")
                }
            }
            for field in difference.fields {
                lines.append("  \(styled(field.label, .dim, coloured: coloured))")
                // What stayed is not worth a line.
                let gone = field.before.filter { !field.after.contains($0) }
                let new = field.after.filter { !field.before.contains($0) }
                lines += gone.flatMap { marked($0, "- ") } + new.flatMap { marked($0, "+ ") }
            }
        }
        return lines
    }

    private func marked(_ text: String, _ mark: String) -> [String] {
        wrapped(text, width: width, indent: "      ").enumerated().map { index, line in
            index == 0 ? "    \(mark)\(line.dropFirst(6))" : line
        }
    }

    // MARK: A check

    func checked(_ check: ProtocolCheckAnswer) -> [String] {
        let own = answer.files.filter { !$0.builtIn }
        var lines = [
            "\(check.directory): \(count(own.count, "file")) without a fault; it would be taken."
        ]
        lines.append("Version: \(answer.version)")
        if !answer.differences.isEmpty { lines += [""] + differences() }
        for part in answer.parts {
            guard let signature = part.signature ?? part.change?.signature, !signature.current
            else { continue }
            lines += wrapped(
                "\(part.kind) \(name(part)): the signature for version \(signature.version ?? "?") "
                    + "does not cover \(part.protocolVersion); sign again "
                    + "(\(signature.file):\(signature.line))", width: width)
        }
        let unsigned = answer.parts.filter(\.needsSignOff)
        let rules = unsigned.count { $0.kind == "rule" }
        lines += [
            "",
            "Not signed yet: \(count(rules, "rule")), "
                + "\(count(unsigned.count - rules, "other entry", "other entries")); "
                + "`sccctl protocol list --unsigned --directory \(check.directory)` lists them.",
        ]
        return lines
    }
}

/// What moving stays to the current protocols would change.
struct MigrationLines {
    let lines: [String]

    init(_ output: Output, _ answer: MigrationsAnswer) {
        let view = View(
            output, madeAt: answer.madeAt, wards: answer.wards,
            demoClockRate: answer.demoClockRate)
        guard !answer.stays.isEmpty else {
            lines = ["Nobody here follows earlier protocols: nothing would change."]
            return
        }
        var lines = view.heading("To protocols \(Self.sum(answer.version))")
        for stay in answer.stays {
            lines += view.section("\(stay.ward)/\(stay.bed) · \(stay.stay)")
            lines += view.paragraph(
                "from \(stay.from.map(Self.sum) ?? "an unknown version")", indent: "  ")
            if stay.changes.isEmpty, stay.alerts.isEmpty {
                lines.append("  Care stays as it is.")
            }
            for change in stay.changes {
                lines += Self.lines(change, stay.ward, view)
            }
            for alert in stay.alerts {
                let kind = alert.kind == "proposal" ? "proposes" : "\(alert.priority) alert"
                lines += view.paragraph("\(kind): \(alert.message)", indent: "  ")
            }
        }
        self.lines = lines
    }

    /// The sum at the end tells versions apart; `sccctl protocol show` has the names before it.
    private static func sum(_ version: String) -> String {
        version.lastIndex(of: "#").map { String(version[$0...]) } ?? version
    }

    private static func lines(
        _ change: MigratedItemView, _ ward: String, _ view: View
    ) -> [String] {
        func text(_ item: PlannedItemView) -> String {
            var parts = [item.schedule, "rule \(item.rule)"]
            if let detail = item.detail { parts.append(detail) }
            if let due = item.nextDue { parts.append("due \(view.time(due, ward))") }
            if let held = item.heldBecause { parts.append("held: \(held)") }
            return parts.joined(separator: ", ")
        }
        switch (change.before, change.after) {
        case (nil, let after?):
            return view.paragraph("new: \(change.activity), \(text(after))", indent: "  ")
        case (let before?, nil):
            return view.paragraph("ends: \(change.activity), \(text(before))", indent: "  ")
        case (let before?, let after?):
            return view.paragraph("changes: \(change.activity)", indent: "  ")
                + view.paragraph("before: \(text(before))", indent: "    ")
                + view.paragraph("after:  \(text(after))", indent: "    ")
        case (nil, nil): return []
        }
    }
}
