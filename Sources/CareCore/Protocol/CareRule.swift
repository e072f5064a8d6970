/// A day of the week, Monday is 1.
package enum Weekday: Int, Codable, CaseIterable, Sendable {
    case monday = 1, tuesday, wednesday, thursday, friday, saturday, sunday

    /// `mon` to `sun`, as protocol files write it.
    package var word: String { String("\(self)".prefix(3)) }

    package init?(word: String) {
        guard let match = Weekday.allCases.first(where: { $0.word == word }) else { return nil }
        self = match
    }
}

/// What narrows a schedule down, beside its interval or times.
package struct ScheduleOptions: Hashable, Codable, Sendable {
    /// Civil care falls on these days only; empty for all.
    package var weekdays: [Weekday] = []
    /// Elapsed care waits for the morning outside these local times.
    package var waking: Waking?
    /// Denser at first: each phase has its interval for so many minutes after the start.
    package var ramp: [RampPhase] = []
    /// A longer interval of the night, documented for the patient by a registered nurse (TURN-N).
    package var night: Night?
    /// Civil care is due once at the start, before its first slot.
    package var startsAtOnce = false
    /// No civil slot counts within so many minutes after it was done.
    package var spacingMinutes: Int?
    /// After so many it is over.
    package var count: Int?
    /// No occurrence is due later than this.
    package var endsAt: Instant?
    /// Where a ramp and an end count from, when not from the start of the care item.
    package var anchor: Instant?

    package struct Waking: Hashable, Codable, Sendable {
        package let from: TimeOfDay
        package let to: TimeOfDay

        package init(from: TimeOfDay, to: TimeOfDay) {
            self.from = from
            self.to = to
        }

        /// The instant itself inside the hours, else the beginning of the next.
        package func next(_ instant: Instant, in zone: ZoneRules) -> Instant {
            let local = zone.local(instant)
            if local.time < from { return zone.instant(local.date, from) }
            if local.time <= to { return instant }
            return zone.instant(local.date.adding(days: 1), from)
        }
    }

    package struct Night: Hashable, Codable, Sendable {
        package let minutes: Int
        package let from: TimeOfDay
        package let to: TimeOfDay

        package init(minutes: Int, from: TimeOfDay, to: TimeOfDay) {
            self.minutes = minutes
            self.from = from
            self.to = to
        }

        /// Whether a local time lies in the night, which may pass midnight.
        func contains(_ time: TimeOfDay) -> Bool {
            from <= to ? from <= time && time < to : from <= time || time < to
        }
    }

    package struct RampPhase: Hashable, Codable, Sendable {
        package let everyMinutes: Int
        package let forMinutes: Int

        package init(everyMinutes: Int, forMinutes: Int) {
            self.everyMinutes = everyMinutes
            self.forMinutes = forMinutes
        }
    }

    package init() {}
}

/// How a care item recurs.
package enum Schedule: Hashable, Sendable {
    /// Elapsed care: so many minutes after it was actually done, in absolute time (TM1).
    case every(minutes: Int, first: FirstDue)
    /// Civil care: at these local times each day (TM2).
    case daily([TimeOfDay])
    /// Civil care at the time of day that a fact states, shifted by `plus` minutes.
    case dailyAt(Fact, default: TimeOfDay, plus: Int)
    /// Every so many calendar days after it was last done, at a local time; counted from the instant
    /// that `since` states, else from the start of the care item.
    case everyDays(Int, at: TimeOfDay, since: Fact?, first: FirstDue)
    /// Together with each occurrence of another activity.
    case with(ActivityCode)
    /// Once, so many minutes after the care item starts.
    case once(afterMinutes: Int)

    package enum FirstDue: Hashable, Sendable {
        case atOnce
        case afterInterval
        /// One interval after the instant that the fact states; at once where it is unknown.
        case since(Fact)
        /// So many minutes after the instant that the fact states; at once where it is unknown.
        case after(Int, since: Fact)
    }
}

/// A rule of a protocol: when it applies, what it schedules, and where it comes from.
package struct CareRule: Hashable, Sendable {
    package let id: String
    package let activity: ActivityCode
    package let when: Condition
    /// Contraindications: any of them keeps the care item away.
    package let unless: [Contraindication]
    package let schedule: Schedule
    /// What is to be done in particular, for example `enoxaparin 20 mg`; `{fact}` is filled in.
    package let detail: String?
    /// Conditions under which the occurrences are HELD, with a reason, rather than due.
    package let holds: [ClinicalHoldRule]
    /// Raised once when the rule comes into force.
    package let query: Query?
    package let provenance: Provenance
    /// The care item is over as soon as this holds: a series that stops when it is resolved.
    package var until: Condition?
    package var options = ScheduleOptions()
    /// The care item ends so many minutes after its start, or after the instant of the fact.
    package var limit: Limit?
    package var course: Course?
    /// Where a fact gives the interval of the night.
    package var night: NightRule?
    package var timeHolds: [TimeHold] = []
    /// Inside an episode intervals under five minutes are allowed.
    package var isEpisode = false

    package struct Limit: Hashable, Sendable {
        package let minutes: Int
        package let since: Fact?

        package init(minutes: Int, since: Fact?) {
            self.minutes = minutes
            self.since = since
        }
    }

    package struct NightRule: Hashable, Sendable {
        package let minutes: Fact
        package let from: TimeOfDay
        package let to: TimeOfDay
        package let when: Condition

        package init(minutes: Fact, from: TimeOfDay, to: TimeOfDay, when: Condition) {
            self.minutes = minutes
            self.from = from
            self.to = to
            self.when = when
        }
    }

    /// A dose that changes by the day once `from` is known: the first step on the next local day.
    package struct Course: Hashable, Sendable {
        package let steps: Fact
        package let template: [CourseStep]
        package let from: Fact
        /// What the dose is of, for example `dexamethasone`.
        package let of: String
        package let unit: String

        package init(
            steps: Fact, template: [CourseStep], from: Fact, of: String, unit: String
        ) {
            self.steps = steps
            self.template = template
            self.from = from
            self.of = of
            self.unit = unit
        }
    }

    /// Occurrences due from `fact + fromMinutes` until `fact + toMinutes` are HELD, and beyond that as
    /// long as `orUntil` does not hold.
    package struct TimeHold: Hashable, Sendable {
        package let id: String
        package let when: Condition
        package let fact: Fact
        package let fromMinutes: Int
        package let toMinutes: Int
        package let orUntil: Condition?
        package let reason: String
        package let alert: AlertTemplate?
        package let provenance: Provenance

        package init(
            id: String, when: Condition, fact: Fact, fromMinutes: Int, toMinutes: Int,
            orUntil: Condition?, reason: String, alert: AlertTemplate?, provenance: Provenance
        ) {
            self.id = id
            self.when = when
            self.fact = fact
            self.fromMinutes = fromMinutes
            self.toMinutes = toMinutes
            self.orUntil = orUntil
            self.reason = reason
            self.alert = alert
            self.provenance = provenance
        }
    }

    /// Says why care must not be given; `order` names the fact that ordered it, so that the order is
    /// refused by name.
    package struct Contraindication: Hashable, Sendable {
        package let id: String
        package let when: Condition
        package let reason: String

        package init(id: String, when: Condition, reason: String) {
            self.id = id
            self.when = when
            self.reason = reason
        }
    }

    package struct ClinicalHoldRule: Hashable, Sendable {
        package let id: String
        package let when: Condition
        package let reason: String
        package let alert: AlertTemplate?

        package init(id: String, when: Condition, reason: String, alert: AlertTemplate?) {
            self.id = id
            self.when = when
            self.reason = reason
            self.alert = alert
        }
    }

    /// Something for the prescriber to look at, for example an order above the renal dose.
    package struct Query: Hashable, Sendable {
        package let when: Condition
        package let alert: AlertTemplate

        package init(when: Condition, alert: AlertTemplate) {
            self.when = when
            self.alert = alert
        }
    }

    /// The fact that orders this care, refused by name where a contraindication holds.
    package let order: Fact?

    package init(
        id: String, activity: ActivityCode, when: Condition, unless: [Contraindication] = [],
        order: Fact? = nil, schedule: Schedule, detail: String? = nil,
        holds: [ClinicalHoldRule] = [], query: Query? = nil, provenance: Provenance
    ) {
        self.id = id
        self.activity = activity
        self.when = when
        self.unless = unless
        self.order = order
        self.schedule = schedule
        self.detail = detail
        self.holds = holds
        self.query = query
        self.provenance = provenance
    }
}

/// A condition that the service watches by itself: an alert that stands while it holds, or what
/// follows when it has held for a time.
package struct Watch: Hashable, Sendable {
    /// Where the time counts from.
    package enum Since: Hashable, Sendable {
        /// From the moment at which the condition is seen to hold.
        case now
        case enrolment
        case fact(Fact)
    }

    package let id: String
    package let when: Condition
    package let since: Since
    package let afterMinutes: Int
    package let effects: [Effect]
    package let provenance: Provenance

    package init(
        id: String, when: Condition, since: Since, afterMinutes: Int, effects: [Effect],
        provenance: Provenance
    ) {
        self.id = id
        self.when = when
        self.since = since
        self.afterMinutes = afterMinutes
        self.effects = effects
        self.provenance = provenance
    }
}

/// Holds or excludes several activities at once while a condition stands.
package struct StandingRule: Hashable, Sendable {
    package enum Kind: String, Codable, Sendable {
        /// What falls due is HELD.
        case pause
        /// The care items end and do not start.
        case exclude
    }

    package enum Scope: Hashable, Sendable {
        case only([ActivityCode])
        case allExcept([ActivityCode])
    }

    package let id: String
    package let kind: Kind
    package let when: Condition
    package let scope: Scope
    package let reason: String
    package let provenance: Provenance

    package init(
        id: String, kind: Kind, when: Condition, scope: Scope, reason: String,
        provenance: Provenance
    ) {
        self.id = id
        self.kind = kind
        self.when = when
        self.scope = scope
        self.reason = reason
        self.provenance = provenance
    }

    package func covers(_ activity: ActivityCode) -> Bool {
        switch scope {
        case .only(let codes): codes.contains(activity)
        case .allExcept(let codes): !codes.contains(activity)
        }
    }
}

/// A step that a state may take, and what must be known and stated with it (facts, section 5.2).
package struct Transition: Hashable, Sendable {
    /// Stands in ``from`` for a state that was never stated.
    package static let unknown = "unknown"

    package let id: String
    package let fact: Fact
    /// Choices that the state may have before; empty for any.
    package let from: [String]
    package let to: [String]
    /// On the assessment with the change in it.
    package let requires: Condition
    /// Facts that must be stated in the same act, so that an old decision is not used twice.
    package let stated: [Fact]
    package let message: String
    package let provenance: Provenance

    package init(
        id: String, fact: Fact, from: [String], to: [String], requires: Condition, stated: [Fact],
        message: String, provenance: Provenance
    ) {
        self.id = id
        self.fact = fact
        self.from = from
        self.to = to
        self.requires = requires
        self.stated = stated
        self.message = message
        self.provenance = provenance
    }
}

/// A hold reason that a protocol allows, with the longest time it may last.
package struct HoldRule: Hashable, Sendable {
    package let reason: String
    package let meaning: String
    package let ceilingMinutes: Int
    package let provenance: Provenance

    package init(reason: String, meaning: String, ceilingMinutes: Int, provenance: Provenance) {
        self.reason = reason
        self.meaning = meaning
        self.ceilingMinutes = ceilingMinutes
        self.provenance = provenance
    }
}

/// The effective protocols as one value: activities, rules and holds, in the order of their files.
package struct CareLibrary: Sendable {
    /// Names every protocol and its version, for example `bladder-bowel 2026.1`.
    package let version: String
    package let activities: [Activity]
    package let rules: [CareRule]
    package let holds: [HoldRule]
    package var watches: [Watch] = []
    package var standing: [StandingRule] = []
    package var transitions: [Transition] = []
    private let activityIndex: [ActivityCode: Int]
    private let ruleIndex: [String: Int]
    private let rulesOf: [ActivityCode: [CareRule]]

    package init(
        version: String, activities: [Activity], rules: [CareRule], holds: [HoldRule]
    ) {
        self.version = version
        self.activities = activities
        self.rules = rules
        self.holds = holds
        activityIndex = Dictionary(
            activities.enumerated().map { ($1.code, $0) }, uniquingKeysWith: { first, _ in first })
        rulesOf = Dictionary(grouping: rules, by: \.activity)
        ruleIndex = Dictionary(
            rules.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package func activity(_ code: ActivityCode) -> Activity? {
        activityIndex[code].map { activities[$0] }
    }

    package func rule(_ id: String) -> CareRule? {
        ruleIndex[id].map { rules[$0] }
    }

    /// The rules that may ask for an activity, in the order of their files.
    package func rules(for code: ActivityCode) -> [CareRule] {
        rulesOf[code] ?? []
    }

    package func hold(_ reason: String) -> HoldRule? {
        holds.first { $0.reason == reason }
    }
}

/// A ward that this daemon serves.
package struct Ward: Hashable, Sendable {
    package let id: String
    package let zone: ZoneRules

    package init(id: String, zone: ZoneRules) {
        self.id = id
        self.zone = zone
    }
}
