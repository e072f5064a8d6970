/// What a protocol file defines, kind by kind: how its list is called, and which key names an entry.
package enum PartKind: String, CaseIterable, Hashable, Sendable {
    case rule, finding, activity, hold

    /// The key of the file under which the entries stand.
    var section: String {
        switch self {
        case .rule: "rules"
        case .activity: "activities"
        case .finding: "findings"
        case .hold: "holds"
        }
    }

    /// The key that names an entry.
    var idKey: String {
        switch self {
        case .rule, .finding: "id"
        case .activity: "code"
        case .hold: "reason"
        }
    }

    /// Whether a hospital may do without it.
    ///
    /// An activity goes when no rule asks for it any more.
    var canBeSwitchedOff: Bool {
        switch self {
        case .rule, .finding, .hold: true
        case .activity: false
        }
    }

    static let sections = allCases.map(\.section)
}
