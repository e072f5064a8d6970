/// The state of all stays: the fold of the ledger's events, and nothing else.
package struct CareState: Sendable {
    /// Looked up by number only; lists go through ``activeStays``.
    package private(set) var stays: [StayID: Stay] = [:]
    package private(set) var technicalAlerts: [Alert] = []
    package private(set) var lastStayNumber = 0
    package private(set) var lastTechnicalAlertNumber = 0
    package private(set) var blindTime: BlindTime?
    private var beds: [Place: StayID] = [:]
    private var admissions: [String: StayID] = [:]
    private var wards: [String: Set<StayID>] = [:]

    /// The last span in which nobody was watching.
    package struct BlindTime: Hashable, Sendable {
        package let from: Instant
        package let to: Instant
        package let fellDue: [ReminderID]
    }

    private struct Place: Hashable {
        let ward: String
        let bed: String
    }

    package init() {}

    package init(_ snapshot: LedgerSnapshot) {
        for stay in snapshot.stays { insert(stay) }
        technicalAlerts = snapshot.technicalAlerts
        lastStayNumber = max(lastStayNumber, snapshot.lastStayNumber)
        lastTechnicalAlertNumber = snapshot.lastTechnicalAlertNumber
    }

    package subscript(id: StayID) -> Stay? { stays[id] }

    /// Active stays in the order of their numbers.
    package var activeStays: [Stay] {
        stays.values.filter(\.isActive).sorted { $0.id < $1.id }
    }

    package func stay(ward: String, bed: String) -> Stay? {
        beds[Place(ward: ward, bed: bed)].flatMap { stays[$0] }
    }

    /// Active stays of one ward in the order of their numbers.
    package func activeStays(on ward: String) -> [Stay] {
        (wards[ward] ?? []).sorted().compactMap { stays[$0] }
    }

    package func stay(admission: String) -> Stay? {
        admissions[admission].flatMap { stays[$0] }
    }

    /// Applies one entry of the ledger.
    ///
    /// Cannot fail.
    package mutating func apply(_ entry: LedgerEntry) {
        switch entry.event {
        case .stayEnrolled(var stay):
            stay.sequence = entry.sequence
            insert(stay)
        case .blindTime(let from, let to, let fellDue):
            blindTime = BlindTime(from: from, to: to, fellDue: fellDue)
        case .alertRaised(let alert) where alert.id.stay == nil:
            technicalAlerts.append(alert)
            lastTechnicalAlertNumber = max(lastTechnicalAlertNumber, alert.id.number)
        case .alertAcknowledged(let id, let note) where id.stay == nil:
            let mark = Alert.Mark(at: entry.at, person: entry.actor.person, note: note)
            changeTechnicalAlert(id) { $0.acknowledged = mark }
        case .alertResolved(let id, let note) where id.stay == nil:
            let mark = Alert.Mark(at: entry.at, person: entry.actor.person, note: note)
            changeTechnicalAlert(id) { $0.resolved = mark }
        default:
            guard let id = entry.event.stay, let before = stays[id] else {
                preconditionFailure("every other event belongs to a stay that was enrolled")
            }
            stays[id]?.apply(entry.event, at: entry.at, by: entry.actor.person)
            stays[id]?.sequence = entry.sequence
            if let after = stays[id] { reindex(from: before, to: after) }
        }
    }

    /// Puts a stay back as it was, or away when it was not there: undoes entries that did not commit.
    package mutating func restore(_ id: StayID, to stay: Stay?) {
        if let present = stays.removeValue(forKey: id) { unindex(present) }
        if let stay { insert(stay) }
    }

    /// Everything that does not hang on a stay, to be put back when entries did not commit.
    package struct Service: Sendable {
        fileprivate let technicalAlerts: [Alert]
        fileprivate let lastStayNumber: Int
        fileprivate let lastTechnicalAlertNumber: Int
        fileprivate let blindTime: BlindTime?
    }

    package var service: Service {
        get {
            Service(
                technicalAlerts: technicalAlerts, lastStayNumber: lastStayNumber,
                lastTechnicalAlertNumber: lastTechnicalAlertNumber, blindTime: blindTime)
        }
        set {
            technicalAlerts = newValue.technicalAlerts
            lastStayNumber = newValue.lastStayNumber
            lastTechnicalAlertNumber = newValue.lastTechnicalAlertNumber
            blindTime = newValue.blindTime
        }
    }

    /// Drops a discharged stay from memory; the ledger keeps it.
    package mutating func forget(_ id: StayID) {
        guard stays[id]?.isActive == false else { return }
        stays[id] = nil
    }

    /// Attaches what the ledger keeps apart.
    package mutating func attach(_ identity: Identity, to id: StayID) {
        stays[id]?.identity = identity
    }

    private mutating func insert(_ stay: Stay) {
        stays[stay.id] = stay
        lastStayNumber = max(lastStayNumber, stay.id.number)
        index(stay)
    }

    private mutating func reindex(from before: Stay, to after: Stay) {
        guard
            before.ward != after.ward || before.bed != after.bed
                || before.isActive != after.isActive
        else { return }
        unindex(before)
        index(after)
    }

    private mutating func index(_ stay: Stay) {
        guard stay.isActive else { return }
        beds[Place(ward: stay.ward, bed: stay.bed)] = stay.id
        admissions[stay.admission] = stay.id
        wards[stay.ward, default: []].insert(stay.id)
    }

    private mutating func unindex(_ stay: Stay) {
        guard stay.isActive else { return }
        beds[Place(ward: stay.ward, bed: stay.bed)] = nil
        admissions[stay.admission] = nil
        wards[stay.ward]?.remove(stay.id)
    }

    private mutating func changeTechnicalAlert(_ id: AlertID, _ body: (inout Alert) -> Void) {
        if let index = technicalAlerts.firstIndex(where: { $0.id == id }) {
            body(&technicalAlerts[index])
        }
    }
}
