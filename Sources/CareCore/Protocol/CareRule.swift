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
    private let activityIndex: [ActivityCode: Int]
    private let ruleIndex: [String: Int]

    package init(
        version: String, activities: [Activity], rules: [CareRule], holds: [HoldRule]
    ) {
        self.version = version
        self.activities = activities
        self.rules = rules
        self.holds = holds
        activityIndex = Dictionary(
            activities.enumerated().map { ($1.code, $0) }, uniquingKeysWith: { first, _ in first })
        ruleIndex = Dictionary(
            rules.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package func activity(_ code: ActivityCode) -> Activity? {
        activityIndex[code].map { activities[$0] }
    }

    package func rule(_ id: String) -> CareRule? {
        ruleIndex[id].map { rules[$0] }
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
