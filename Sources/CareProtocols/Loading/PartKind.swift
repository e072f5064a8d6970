/// What a protocol file defines, kind by kind: how its list is called, and which key names an entry.
package enum PartKind: String, CaseIterable, Hashable, Sendable {
    case rule, finding, activity, hold, watch, standing, transition

    /// The key of the file under which the entries stand.
    var section: String {
        switch self {
        case .rule: "rules"
        case .activity: "activities"
        case .finding: "findings"
        case .hold: "holds"
        case .watch: "watches"
        case .standing: "standing"
        case .transition: "transitions"
        }
    }

    /// The key that names an entry.
    var idKey: String {
        switch self {
        case .rule, .finding, .watch, .standing, .transition: "id"
        case .activity: "code"
        case .hold: "reason"
        }
    }

    /// Whether a hospital may do without it.
    ///
    /// An activity goes when no rule asks for it any more.
    var canBeSwitchedOff: Bool {
        switch self {
        case .rule, .finding, .hold, .watch, .standing, .transition: true
        case .activity: false
        }
    }

    static let sections = allCases.map(\.section)
}
