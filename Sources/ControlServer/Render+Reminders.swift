import CareCore
import CareEngine
import ControlAPI

extension WardView {
    init(_ ward: Ward) {
        self.init(id: ward.id, zone: ward.zone.name)
    }
}

extension ReminderView {
    /// The reminder of a care item; `nil` while there is none.
    init?(_ item: CareItem, of stay: Stay, in library: CareLibrary, visits: Visits? = nil) {
        guard let occurrence = item.occurrence, let reminder = item.reminder else { return nil }
        let visits = visits ?? stay.visits
        self.init(
            id: reminder.description, stay: stay.id.description, ward: stay.ward, bed: stay.bed,
            activity: item.activity.code, term: library.term(of: item.activity),
            detail: occurrence.detail ?? item.detail, state: occurrence.phase.rawValue,
            priority: occurrence.priority.word, due: occurrence.due.description,
            lateFrom: occurrence.lateFrom.description, earliest: occurrence.earliest?.description,
            onTimeUntil: occurrence.onTimeUntil.description, reason: occurrence.reason.rawValue,
            rule: item.ruleID, heldBecause: stay.heldBecause(item), sequence: stay.sequence,
            visit: occurrence.phase == .held
                ? nil : VisitView.id(stay.id, visits.start(of: occurrence.due)),
            staff: stay.people(for: item.activity, in: library))
    }
}

extension VisitView {
    static func id(_ stay: StayID, _ start: Instant) -> String { "\(stay)@\(start)" }

    /// The visits of some reminders, in the order in which their first ones stand.
    static func all(of reminders: [ReminderView]) -> [VisitView] {
        all(
            of: reminders.compactMap { reminder in
                reminder.visit.map {
                    VisitView(
                        id: $0, stay: reminder.stay, ward: reminder.ward, bed: reminder.bed,
                        due: String($0.dropFirst(reminder.stay.count + 1)),
                        activities: [reminder.activity], staff: reminder.staff)
                }
            })
    }

    /// Visits of one member each, put together.
    static func all(of members: [VisitView]) -> [VisitView] {
        var visits: [VisitView] = []
        var places: [String: Int] = [:]
        for member in members {
            guard let place = places[member.id] else {
                places[member.id] = visits.count
                visits.append(member)
                continue
            }
            visits[place].activities += member.activities
            visits[place].staff = [visits[place].staff, member.staff].compactMap { $0 }.max()
        }
        return visits
    }
}

extension CareLibrary {
    /// The field term; the code itself for an activity that the protocols no longer name.
    func term(of activity: ActivityCode) -> String {
        self.activity(activity)?.term ?? activity.code
    }
}

extension Stay {
    /// Why nobody is reminded of a care item: a rule's reason, or that of a hold.
    func heldBecause(_ item: CareItem) -> String? {
        item.clinicalHold?.reason ?? holds(on: item.activity).first?.reason
    }
}

extension AlertView {
    /// - Parameter stay: `nil` for an alert of the service.
    init(_ alert: Alert, of stay: Stay?) {
        var kind: String
        var proposal: ProposalView?
        switch alert.kind {
        case .finding: kind = "finding"
        case .query: kind = "query"
        case .technical: kind = "technical"
        case .proposal(let id, let minutes):
            kind = "proposal"
            let item = stay?.item(id)
            proposal = ProposalView(
                activity: item?.activity.code ?? id.description,
                fromMinutes: item?.intervalMinutes, toMinutes: minutes ?? 0)
        }
        self.init(
            id: alert.id.description, stay: stay?.id.description, ward: stay?.ward, bed: stay?.bed,
            kind: kind, priority: alert.priority.word, rule: alert.ruleID,
            message: alert.message, who: alert.who, raisedAt: alert.raisedAt.description,
            actBy: alert.actBy?.description, acknowledgedBy: alert.acknowledged?.person,
            acknowledgedAt: alert.acknowledged?.at.description,
            resolvedAt: alert.resolved?.at.description, proposes: proposal)
    }
}

extension AlertsAnswer {
    /// What needs somebody, highest priority first.
    ///
    /// No name is in it: boards hang on walls.
    init(
        _ snapshot: WardSnapshot, ward: String?, in context: CareContext, validUntil: Instant,
        demoClockRate: Double?
    ) {
        var raised: [(item: CareItem, occurrence: Occurrence, stay: Stay)] = []
        var held: [(item: CareItem, occurrence: Occurrence, stay: Stay)] = []
        var alerts = snapshot.technicalAlerts.filter(\.isActive).map { ($0, Stay?.none) }
        // Looked up by stay only.
        var visits: [StayID: Visits] = [:]
        for stay in snapshot.stays {
            visits[stay.id] = stay.visits
            for item in stay.items where item.isActive {
                guard let occurrence = item.occurrence else { continue }
                if occurrence.isRaised {
                    raised.append((item, occurrence, stay))
                } else if occurrence.phase == .held {
                    held.append((item, occurrence, stay))
                }
            }
            alerts += stay.alerts.filter(\.isActive).map { ($0, stay) }
        }
        raised.sort {
            ($1.occurrence.priority, $0.occurrence.lateFrom, $0.item.id)
                < ($0.occurrence.priority, $1.occurrence.lateFrom, $1.item.id)
        }
        held.sort { ($0.occurrence.lateFrom, $0.item.id) < ($1.occurrence.lateFrom, $1.item.id) }
        alerts.sort { ($1.0.priority, $0.0.raisedAt) < ($0.0.priority, $1.0.raisedAt) }
        let reminders = raised.compactMap {
            ReminderView(
                $0.item, of: $0.stay, in: context.library(for: $0.item, of: $0.stay),
                visits: visits[$0.stay.id])
        }
        self.init(
            madeAt: snapshot.at.description, validUntil: validUntil.description,
            cursor: snapshot.sequence,
            wards: context.wards.filter { ward == nil || $0.id == ward }.map(WardView.init),
            patients: snapshot.stays.count,
            reminders: reminders,
            held: held.compactMap {
                ReminderView(
                    $0.item, of: $0.stay, in: context.library(for: $0.item, of: $0.stay),
                    visits: visits[$0.stay.id])
            },
            alerts: alerts.map { AlertView($0.0, of: $0.1) },
            visits: VisitView.all(of: reminders),
            absences: snapshot.stays.compactMap(AbsenceView.init), demoClockRate: demoClockRate)
    }
}
