import ArgumentParser
import ControlAPI
import ControlClient

struct AlertsCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "alerts",
        abstract: "What needs somebody now.",
        discussion: """
            Says when it was made and until when it can be trusted. With --watch it is a live \
            board: it is drawn anew at each change, and marked STALE when the daemon stops \
            answering. With --json --watch each change is one document on one line.

            EXAMPLES
              sccctl alerts --ward 7
              sccctl alerts --watch
              sccctl alerts --json | jq '.reminders[].id'
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: "Only this ward.")
    var ward: String?

    @Flag(help: "Stay, and show each change as it happens.")
    var watch = false

    @Option(help: "Answer only what changed since the cursor of an earlier answer.")
    var since: Int64?

    func run(_ session: Session) async throws {
        if watch {
            try await Watch(session: session, ward: ward).run(since: since)
        } else {
            try await once(session)
        }
    }

    private func once(_ session: Session) async throws {
        var query = ward.map { [(name: "ward", value: $0)] } ?? []
        if let since { query.append(("since", "\(since)")) }
        let answer = try await session.client.getIfChanged(
            "/v1/alerts", query: query, as: AlertsAnswer.self)
        guard let value = answer.value else {
            if session.output.json {
                session.output.document(
                    Unchanged(
                        cursor: since ?? 0, madeAt: answer.madeAt, validUntil: answer.validUntil))
            } else {
                session.output.show(["Nothing has changed since \(since ?? 0)."])
            }
            return
        }
        session.output.show(answer) { _ in
            AlertsView(session.output, value, ward: ward).lines
        }
    }

    /// What `--json` prints when there is no new document.
    private struct Unchanged: Encodable {
        let schema = ControlAPI.schema
        let unchanged = true
        let cursor: Int64
        let madeAt: String?
        let validUntil: String?
    }
}

/// The live view: a long poll that knows how long its last answer can be trusted.
private struct Watch {
    let session: Session
    let ward: String?

    /// The longest that one poll waits; each answer renews the times on the board.
    private static let longestWait = 15

    func run(since: Int64?) async throws {
        var last: AlertsAnswer?
        var cursor = since
        var receivedAt = System.bootSeconds
        var isStale = false
        while true {
            do {
                let trusted = trust(last, receivedAt: receivedAt)
                // Half of the trusted time, so that an answer is renewed before it runs out.
                let wait = max(1, min(Self.longestWait, Int(trusted / 2)))
                var query = ward.map { [(name: "ward", value: $0)] } ?? []
                if let cursor {
                    query += [("since", "\(cursor)"), ("wait", "\(wait)")]
                }
                let answer = try await session.client.getIfChanged(
                    "/v1/alerts", query: query, as: AlertsAnswer.self,
                    timeoutSeconds: last == nil ? nil : max(2, Int(trusted.rounded(.up))))
                receivedAt = System.bootSeconds
                if let value = answer.value {
                    last = value
                    cursor = value.cursor
                } else if let madeAt = answer.madeAt, let validUntil = answer.validUntil {
                    // Unchanged, but known for longer.
                    last?.madeAt = madeAt
                    last?.validUntil = validUntil
                }
                draw(last, body: answer.value == nil ? nil : answer.body, stale: nil)
                isStale = false
            } catch {
                // Only a daemon that was there can have gone away, and come back.
                guard last != nil, [.unavailable, .internal].contains(error.code) else {
                    throw error
                }
                if trust(last, receivedAt: receivedAt) <= 0 || !session.output.json {
                    if !isStale, session.output.json { session.output.failed(error) }
                    draw(last, body: nil, stale: error.sentence)
                    isStale = true
                }
                try await Task.sleep(for: .seconds(2))
            }
        }
    }

    /// Seconds for which the last answer can still be trusted, by this machine's steady clock.
    private func trust(_ answer: AlertsAnswer?, receivedAt: Double) -> Double {
        guard let answer, let made = UTCTime(rfc3339: answer.madeAt),
            let until = UTCTime(rfc3339: answer.validUntil)
        else { return Double(2 * Self.longestWait) }
        let span = Double(until.seconds - made.seconds) / (answer.demoClockRate ?? 1)
        return span - (System.bootSeconds - receivedAt)
    }

    private func draw(_ answer: AlertsAnswer?, body: String?, stale: String?) {
        if session.output.json {
            if let body { session.output.document(body) }
        } else if let answer {
            session.output.redraw(
                AlertsView(
                    session.output, answer, ward: ward, stale: stale,
                    rows: System.isTerminal(.output) ? System.terminalSize?.rows ?? 24 : nil
                ).lines)
        }
    }
}
