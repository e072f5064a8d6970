import CareStore
import Foundation

@testable import CareCore

// Values with every field filled, so that a field that is lost on the way shows.
enum Sample {
    static let start = Instant(seconds: 1_800_000_000)
    static let turn = ActivityCode("TURN")
    static let stay = StayID(1)
    static let item = ItemID(stay: stay, number: 1)
    static let reminder = ReminderID(item: item, occurrence: 1)
    static let actor = Actor(person: "RN Ada", uid: 1_000, pid: 4_711)
    static let identity = Identity(name: "Canary Zaphod-Quux", recordNumber: "MRN-00998877")

    static func stay(_ number: Int, bed: String = "12A") -> Stay {
        Stay(
            id: StayID(number), admission: "ADM-\(number)", ward: "W4", bed: bed,
            enrolledAt: start,
            assessment: assessment, identity: identity)
    }

    private static var assessment: Assessment {
        var assessment = Assessment([
            .braden: .number(12), .cannotReposition: .flag(true), .spineState: .choice("unstable"),
            .lastTurnedAt: .instant(start), .anticoagulantTime: .time(TimeOfDay(hour: 20)),
        ])
        assessment.set(
            .padua, .number(6), subScores: ["activeCancer": 1, "reducedMobility": 1, "age70": 0])
        assessment.set(.lesionLevel, SpinalLevel("T6").map(Value.level))
        return assessment
    }

    static func occurrence(_ number: Int, due: Instant) -> Occurrence {
        Occurrence(
            number: number, due: due, lateFrom: due, reason: .interval, base: start,
            plusMinutes: 120, slot: TimeOfDay(hour: 9), ruleID: "PR-1", detail: "enoxaparin 20 mg",
            earliest: due.adding(minutes: -30),
            onTimeUntil: due.adding(minutes: 15),
            steps: [
                .init(at: due, priority: .low), .init(at: due.adding(minutes: 30), priority: .high),
            ],
            nextSlot: due.adding(minutes: 240), lapsesAt: due.adding(minutes: 480), basis: basis,
            phase: .due, priority: .low, raisedAt: due)
    }

    private static var basis: Occurrence.Basis {
        Occurrence.Basis(
            interval: .ramp, slotDate: LocalDate(daysFromEpoch: 20_833),
            waking: .init(from: TimeOfDay(hour: 8), to: TimeOfDay(hour: 21)), broughtForward: 20,
            notBefore: start, early: 30, onTime: .endOfDay,
            steps: [.minutes(-5), .time(TimeOfDay(hour: 18), plus: 60)], zone: "Europe/London")
    }

    static func item(_ stay: Int, _ number: Int) -> CareItem {
        CareItem(
            id: ItemID(stay: StayID(stay), number: number), activity: turn, ruleID: "PR-1",
            protocolVersion: "built-in 1", schedule: .everyDays(3, at: TimeOfDay(hour: 8)),
            options: options, detail: "30° tilt, \"log-roll\"", startedAt: start,
            because: [AssessmentChange(fact: .braden, value: .number(12))],
            becauseAt: start.adding(minutes: 10), baseMinutes: 240,
            intervalMinutes: 120, intervalRuleID: "ESC-1",
            clinicalHold: .init(ruleID: "SP-2", reason: "unstable"),
            occurrence: occurrence(1, due: start.adding(minutes: 120)), occurrences: 1, settled: 1,
            lastDoneAt: start,
            last: LastOutcome(
                outcome: .refused, performedAt: start, recordedAt: start.adding(minutes: 1),
                person: "RN Ada", reason: "asleep"),
            lapsedInARow: 2, goodSince: start, ended: nil)
    }

    private static var options: ScheduleOptions {
        var options = ScheduleOptions()
        options.weekdays = [.monday, .friday]
        options.ramp = [.init(everyMinutes: 15, forMinutes: 120)]
        options.waking = .init(from: TimeOfDay(hour: 8), to: TimeOfDay(hour: 21))
        options.night = .init(
            minutes: 240, from: TimeOfDay(hour: 22), to: TimeOfDay(hour: 6))
        options.endsAt = start.adding(minutes: 600)
        return options
    }

    static func alert(_ stay: Int?, _ number: Int) -> Alert {
        Alert(
            id: AlertID(stay: stay.map { StayID($0) }, number: number), ruleID: "ESC-1",
            kind: stay == nil ? .technical : .proposal(item, toMinutes: 240), priority: .medium,
            message: "Skin is not blanching / heel", who: "nurse in charge", raisedAt: start,
            actBy: start.adding(minutes: 30),
            evidence: Alert.Evidence(
                item: item, readings: ["skin": .choice("cat1")],
                facts: [AssessmentChange(fact: .braden, value: .number(12))], at: start,
                goodSince: start.adding(minutes: -60)),
            cause: .lengthening,
            escalation: .init(
                from: .low, facts: [AssessmentChange(fact: .braden, value: .number(9))],
                readings: ["skin": .choice("cat1")]), acknowledged: nil, resolved: nil)
    }

    static func hold(_ stay: Int, _ number: Int) -> Hold {
        Hold(
            id: HoldID(stay: StayID(stay), number: number), activities: [turn], reason: "procedure",
            note: "MRI", from: start, until: start.adding(minutes: 60), placedBy: "RN Ada",
            absence: .init(kind: .imaging, dueBack: start.adding(minutes: 45)), begun: false,
            endedAt: nil)
    }

    static func outcome(_ stay: Int, item: Int = 1, occurrence: Int = 1) -> OutcomeRecord {
        let id = ItemID(stay: StayID(stay), number: item)
        return OutcomeRecord(
            item: id, activity: turn, reminder: ReminderID(item: id, occurrence: occurrence),
            outcome: .done, performedAt: start.adding(minutes: 118), person: "RN Ada",
            reason: "on time", readings: ["side": .choice("left"), "skinOK": .flag(true)],
            counts: true, coveredSlots: 1, goodSince: start)
    }

    /// A patient with two care items, an alert and a hold: five events.
    static func admission(_ number: Int, bed: String = "12A") -> [Event] {
        [
            .stayEnrolled(stay(number, bed: bed)), .itemPlanned(item(number, 1)),
            .itemPlanned(item(number, 2)), .alertRaised(alert(number, 1)),
            .holdPlaced(hold(number, 1)),
        ]
    }

    static var twoAdmissions: [Event] { admission(1, bed: "1") + admission(2, bed: "2") }

    /// A turn that was done and the next one: two events.
    static func completion(_ stay: Int, occurrence: Int = 1) -> [Event] {
        let due = start.adding(minutes: 120 * (occurrence + 1))
        return [
            .outcomeRecorded(outcome(stay, occurrence: occurrence)),
            .occurrenceSet(
                ItemID(stay: StayID(stay), number: 1), self.occurrence(occurrence + 1, due: due)),
        ]
    }

    static func answer(_ request: String, at: Instant = start) -> StoredAnswer {
        var receipt = Receipt(sequence: 7, at: at)
        receipt.stays = [stay]
        receipt.alerts = [AlertID(stay: stay, number: 1), AlertID(stay: nil, number: 2)]
        receipt.holds = [HoldID(stay: stay, number: 1)]
        receipt.settled = [
            .init(
                item: item, activity: turn, outcome: .done, reminder: reminder,
                nextDue: start.adding(minutes: 240), note: nil)
        ]
        return StoredAnswer(request: request, fingerprint: "sha256", receipt: receipt, at: at)
    }

    /// A sample of every case, in an order that can be applied.
    ///
    /// A new case does not compile here before it has one.
    static var everyEvent: [Event] {
        var events: [Event] = []
        while let next = sample(after: events.last) { events.append(next) }
        return events
    }

    private static func sample(after event: Event?) -> Event? {
        switch event {
        case nil: .stayEnrolled(stay(1))
        case .stayEnrolled: .itemPlanned(item(1, 1))
        case .itemPlanned:
            .itemReplanned(
                item,
                CareItem.Plan(
                    ruleID: "PR-2", protocolVersion: "2", schedule: .with(turn),
                    options: ScheduleOptions(), detail: nil, baseMinutes: nil, because: []))
        case .itemReplanned: .intervalChanged(item, toMinutes: 60, .finding, ruleID: "PR-3")
        case .intervalChanged:
            .clinicalHoldChanged(item, .init(ruleID: "SP-1", reason: "log-roll only"))
        case .clinicalHoldChanged:
            .occurrenceSet(item, occurrence(1, due: start.adding(minutes: 60)))
        case .occurrenceSet: .reminderChanged(reminder, .escalated, .high, .escalation)
        case .reminderChanged: .reminderMissed(reminder, .lapsed)
        case .reminderMissed: .outcomeRecorded(outcome(1))
        case .outcomeRecorded:
            .assessmentChanged(
                stay,
                changes: [
                    AssessmentChange(fact: .braden, value: .number(9)),
                    AssessmentChange(
                        fact: .padua, value: .number(4), subScores: ["activeCancer": 1, "age70": 1]),
                    AssessmentChange(fact: .spineState, value: nil),
                ], reason: "reviewed")
        case .assessmentChanged: .alertRaised(alert(1, 1))
        case .alertRaised: .alertAcknowledged(AlertID(stay: stay, number: 1), note: "seen")
        case .alertAcknowledged: .alertResolved(AlertID(stay: stay, number: 1), note: nil)
        case .alertResolved: .proposalDecided(AlertID(stay: stay, number: 1), accepted: true)
        case .proposalDecided: .holdPlaced(hold(1, 1))
        case .holdPlaced: .holdBegan(HoldID(stay: stay, number: 1))
        case .holdBegan:
            .watchChanged(
                WatchState(
                    id: WatchID(stay: stay, number: 1), ruleID: "BOW-5", since: start,
                    due: start.adding(minutes: 2_880), fired: false, over: false))
        case .watchChanged: .holdEnded(HoldID(stay: stay, number: 1), byTime: true)
        case .holdEnded: .stayTransferred(stay, ward: "W5", bed: "3")
        case .stayTransferred: .stayMigrated(stay, protocolVersion: "3", items: [item])
        case .stayMigrated:
            .blindTime(from: start, to: start.adding(minutes: 5), fellDue: [reminder])
        case .blindTime: .itemEnded(item, .contraindicated)
        case .itemEnded: .stayDischarged(stay, .hospice)
        case .stayDischarged: nil
        }
    }
}

/// A state that follows what it commits, as the engine does.
struct World {
    var state = CareState()
    var sequence: Int64 = 0

    /// The batch that makes `events` durable; the state has moved on already.
    mutating func batch(_ events: [Event], answers: [StoredAnswer] = []) -> LedgerBatch {
        var batch = LedgerBatch()
        for event in events {
            sequence += 1
            let entry = LedgerEntry(
                sequence: sequence, at: Sample.start.adding(seconds: sequence),
                actor: sequence.isMultiple(of: 2) ? .service : Sample.actor, event: event)
            state.apply(entry)
            batch.entries.append(entry)
        }
        let touched = Set(events.compactMap(\.stay)).sorted()
        batch.stays = touched.compactMap { state[$0] }
        let alerts = Set(
            events.compactMap { event -> AlertID? in
                switch event {
                case .alertRaised(let alert): alert.id
                case .alertAcknowledged(let id, _), .alertResolved(let id, _): id
                default: nil
                }
            })
        batch.technicalAlerts = state.technicalAlerts.filter { alerts.contains($0.id) }
        batch.answers = answers
        return batch
    }
}

/// A directory of a test's own, with the path of a ledger in it.
final class Scratch {
    let directory: String
    var path: String { directory + "/ledger.db" }

    init() throws {
        directory = NSTemporaryDirectory() + "/sccd-store-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    func open(_ clock: LedgerClock = .realTime) throws -> SQLiteLedger {
        try SQLiteLedger.open(path: path, clock: clock, busySeconds: 0)
    }

    func bytes() throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: path))
    }
}
