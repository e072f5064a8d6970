/// Why something is as it is: steps from the source of a rule to the instants that came of it.
///
/// Every value in it was kept when it was decided; nothing is worked out anew but the sums that the
/// kept parts give.
package struct Explanation: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        case item(ItemID)
        case reminder(ReminderID)
        case alert(AlertID)
    }

    package let subject: Subject
    /// The care item, as it was when the reminder was set.
    package let item: CareItem?
    package let occurrence: Occurrence?
    package let alert: Alert?
    /// The zone of the ward, for local times.
    package let zone: ZoneRules
    package let steps: [Step]

    package enum Step: Hashable, Sendable {
        /// The rule that asks for it, or raised it.
        case rule(RuleOrigin)
        /// The values that made the rule apply, as they were then.
        case values([SeenValue], at: Instant)
        /// The interval in force, and what gave it where that is not the rule.
        case interval(minutes: Int, base: Int?, by: RuleOrigin?)
        case last(LastOutcome, doneAt: Instant?)
        case neverDone(since: Instant)
        case clinicalHold(CareItem.ClinicalHold, RuleOrigin)
        case hold(Hold, RuleOrigin?)
        /// The arithmetic; `nil` for an occurrence from before its parts were kept.
        case due(OccurrenceSum?, by: RuleOrigin)
        case window(Occurrence.Basis?)
        /// Nothing is due.
        case waits(for: ActivityCode)
        case nothingDue
        case ended(CareItem.End)
        /// Somebody is being reminded of it, or was when a hold began.
        case raised(since: Instant, Occurrence.Phase, Priority)
        case became(Became)
        /// Why the priority of an alert is higher than the rule's own.
        case escalated(from: Priority, because: [SeenValue])
        /// What a proposal would change.
        case proposes(ItemID, activity: ActivityCode?, fromMinutes: Int?, toMinutes: Int?)
        case goodSince(Instant)
        case act(who: String, by: Instant?)
        case ends(AlertEnd)
        case acknowledged(Alert.Mark)
        case resolved(Alert.Mark)
    }

    /// What became of a reminder, in order.
    package struct Became: Hashable, Sendable {
        package enum What: Hashable, Sendable {
            case raised(Priority, ReminderReason)
            case held
            case outcome(Outcome, performedAt: Instant)
            case missed(MissedReason)
            /// Another occurrence took its place before it was settled.
            case moved(to: Instant, ReminderID, DueReason)
            case ended(CareItem.EndReason)
        }

        package let at: Instant
        package let person: String?
        package let what: What
    }

    /// How an alert comes to its end.
    package enum AlertEnd: Hashable, Sendable {
        /// Findings and watches that say that it is over, by their ids.
        case byFindings([String])
        /// What raised it no longer holds.
        case withItsCondition
        case withItsHold
        case byDecision
        case byPerson
    }
}

/// Where a rule comes from.
package struct RuleOrigin: Hashable, Sendable {
    package enum Kind: String, Sendable {
        case rule, finding, watch, standing, hold, lengthening, refusal, contraindication, other
        /// A rule of the program itself.
        case program
        /// The protocols that are loaded no longer have it.
        case gone
    }

    package let id: String
    package let kind: Kind
    /// The activity that a finding belongs to.
    package let activity: ActivityCode?
    /// `nil` where the protocols that are loaded no longer have the rule.
    package let provenance: Provenance?
    /// ``CareLibrary/version``.
    package let version: String
}

/// A fact or a recorded field that a rule looked at, with the value that it saw.
package struct SeenValue: Hashable, Sendable {
    package enum Name: Hashable, Sendable {
        case fact(Fact)
        case field(RecordedField)

        package static func == (left: Name, right: Name) -> Bool { left.text == right.text }

        package func hash(into hasher: inout Hasher) { hasher.combine(text) }

        package var text: String {
            switch self {
            case .fact(let fact): fact.rawValue
            case .field(let field): field.name
            }
        }

        package var meaning: String {
            switch self {
            case .fact(let fact): fact.definition.meaning
            case .field(let field): field.meaning
            }
        }

        package var kind: ValueKind {
            switch self {
            case .fact(let fact): fact.definition.kind
            case .field(let field): field.kind
            }
        }
    }

    package let name: Name
    package let value: Value?
    /// Those of the rule's tests that the value passed.
    package let tests: [Condition.Test]

    package init(name: Name, value: Value?, tests: [Condition.Test]) {
        self.name = name
        self.value = value
        self.tests = tests
    }
}

extension Condition {
    /// Every test of one fact, wherever it stands but under a `not`.
    func tests(of fact: Fact) -> [Test] {
        switch self {
        case .fact(fact, let test): [test]
        case .all(let parts), .any(let parts): parts.flatMap { $0.tests(of: fact) }
        default: []
        }
    }

    func tests(ofField name: String) -> [Test] {
        switch self {
        case .field(name, let test): [test]
        case .all(let parts), .any(let parts): parts.flatMap { $0.tests(ofField: name) }
        default: []
        }
    }
}
