import ArgumentParser
import ControlAPI
import ControlClient

struct StatusCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "How the daemon is.",
        discussion: """
            EXAMPLES
              sccctl status
              sccctl status --json | jq -r .health
            """)

    @OptionGroup var global: GlobalOptions

    func run(_ session: Session) async throws {
        let answer = try await session.client.get("/v1/status", as: StatusAnswer.self)
        session.output.show(answer) { value in statusLines(value, output: session.output) }
    }
}

func statusLines(_ answer: StatusAnswer, output: Output) -> [String] {
    let view = View(
        output, madeAt: answer.now, wards: answer.wards, demoClockRate: answer.demoClockRate)
    let ward = answer.wards.first?.id
    let isWell = answer.health == "ok"
    var lines = view.heading("sccd \(answer.version)", "made at \(view.time(answer.now, ward))")
    var health = isWell ? "● OK" : "▲ \(answer.health.uppercased())"
    if let reason = answer.healthReason { health += ": \(reason)" }
    lines.append(view.style(printable(health), isWell ? .good : .high))
    let blind = answer.blindTime.map { span in
        "\(view.time(span.from, ward)) to \(view.time(span.to, ward)), "
            + (span.fellDue.isEmpty
                ? "nothing fell due" : "fell due: \(span.fellDue.joined(separator: ", "))")
    }
    let facts: [(String, String)] = [
        ("patients", "\(answer.patients)"), ("care items", "\(answer.careItems)"),
        ("reminders raised", "\(answer.raisedReminders)"), ("alerts", "\(answer.activeAlerts)"),
        ("next due", answer.nextDue.map { view.time($0, ward) } ?? "nothing"),
        ("nobody watched", blind ?? "never, as far as is known"),
        ("boards watching", "\(answer.watchers)"),
        ("wards", answer.wards.map { "\($0.id) (\($0.zone))" }.joined(separator: ", ")),
        ("protocol", answer.protocolVersion), ("ledger", answer.ledgerPath),
        ("last event", "\(answer.lastSequence)"),
        ("running since", "\(view.time(answer.startedAt, ward)), process \(answer.pid)"),
    ]
    for (name, value) in facts {
        let label = name + String(repeating: " ", count: max(1, 18 - name.count))
        let text = wrapped(value, width: max(20, view.width - 18))
        lines.append(view.style(label, .dim) + (text.first ?? ""))
        lines += text.dropFirst().map { String(repeating: " ", count: 18) + $0 }
    }
    if answer.version != ControlAPI.version {
        lines += view.paragraph(
            "sccctl is version \(ControlAPI.version): install the same version of both.")
    }
    return lines
}
