import CareCore
import CareProtocols

/// A ward of one patient in a test: the shipped protocols, the real core and its wheel, and an
/// instant that only the test moves.
struct WardRun: ~Copyable {
    private(set) var core: CareCore
    private(set) var now: Instant
    let context: CareContext
    private(set) var entries: [LedgerEntry] = []
    /// Everything that came due, in order, held or not.
    private(set) var rows: [Row] = []

    struct Row: Hashable, CustomStringConvertible {
        let activity: String
        let due: Instant
        let held: Bool
        var detail: String?

        var description: String { "\(activity) \(due)\(held ? " HELD" : "")" }
    }

    init(at now: Instant, zone: ZoneRules, library: CareLibrary) {
        self.now = now
        core = CareCore(CareState(), now: now)
        context = CareContext(library: library, wards: [Ward(id: "7", zone: zone)])
    }

    static let nurse = Actor(person: "nurse N7", uid: 1_000, pid: 1)

    /// Decides a command now and applies what comes out.
    @discardableResult
    mutating func submit(_ command: Command, by actor: Actor = nurse) throws(Rejection) -> Decision
    {
        let decision = try core.state.decide(command, at: now, by: actor, in: context)
        commit(decision, by: actor)
        return decision
    }

    private mutating func commit(_ decision: Decision, by actor: Actor) {
        var batch: [LedgerEntry] = []
        for event in decision.events {
            batch.append(
                LedgerEntry(
                    sequence: Int64(entries.count + batch.count + 1), at: now, actor: actor,
                    event: event))
        }
        core.apply(batch)
        entries += batch
        for entry in batch { note(entry.event) }
    }

    private mutating func note(_ event: Event) {
        guard case .reminderChanged(let id, let phase, _, _) = event,
            let item = core.state[id.item.stay]?.item(id.item)
        else { return }
        // An item that its own batch ended, or moved on, is found in what was set before.
        let occurrence =
            item.occurrence?.number == id.occurrence ? item.occurrence : setOccurrence(id)
        guard let occurrence else { return }
        let row = Row(
            activity: item.activity.code, due: occurrence.due, held: phase == .held,
            detail: occurrence.detail ?? item.detail)
        let isKnown = rows.contains {
            $0.activity == row.activity && $0.due == row.due && $0.held == row.held
        }
        if !isKnown { rows.append(row) }
    }

    private func setOccurrence(_ id: ReminderID) -> Occurrence? {
        for entry in entries.reversed() {
            if case .occurrenceSet(id.item, let occurrence?) = entry.event,
                occurrence.number == id.occurrence
            {
                return occurrence
            }
        }
        return nil
    }

    /// Lets the clock run to `end`, stopping at every instant at which something changes.
    mutating func advance(to end: Instant) {
        while let next = core.nextWake(), next <= end {
            now = max(now, next)
            tick()
        }
        now = max(now, end)
        tick()
    }

    /// One turn of the clock at `now`.
    mutating func tick() {
        let due = core.takeDue(upTo: now, limit: 10_000)
        guard !due.wakes.isEmpty else { return }
        if let decision = try? core.state.decide(
            .clock(due.wakes), at: now, by: .service, in: context)
        {
            commit(decision, by: .service)
        }
        core.rearm(due.wakes)
    }

    mutating func jump(to instant: Instant) {
        now = instant
    }

    var stay: Stay {
        guard let stay = core.state.stays.values.min(by: { $0.id < $1.id }) else {
            preconditionFailure("a test enrols before it looks")
        }
        return stay
    }

    /// Everything that reminds now, in the order of the care items.
    var raised: [CareItem] {
        stay.items.filter { $0.isActive && $0.occurrence?.isRaised == true }
    }

    var nextWake: Instant? {
        mutating get { core.nextWake() }
    }
}

/// The shipped protocols and zones, read once.
enum Fixture {
    static let library: CareLibrary = {
        do {
            return try BuiltInProtocols.library()
        } catch {
            preconditionFailure("the shipped protocols load: \(error)")
        }
    }()

    static func zone(_ name: String) -> ZoneRules {
        do {
            return try ZoneRulesLoader.rules(for: name, directory: "/usr/share/zoneinfo")
        } catch {
            preconditionFailure("zone \(name) loads: \(error)")
        }
    }

    static let london = zone("Europe/London")

    static func admission(
        _ facts: [(String, RawValue)], bed: String = "12A", number: String = "SYN-0001"
    ) -> Admission {
        let (assessment, faults) = Assessment.parse(
            facts.map { (name: $0.0, value: $0.1) }, path: "")
        precondition(faults.isEmpty, "a test states possible facts: \(faults)")
        return Admission(
            ward: "7", bed: bed, admission: number,
            identity: Identity(name: "Synthetic Patient \(number)", recordNumber: number),
            assessment: assessment)
    }
}

func at(_ text: String) -> Instant {
    guard let instant = Instant(rfc3339: text) else {
        preconditionFailure("a test names possible instants: \(text)")
    }
    return instant
}
