/// What a caller may do; each role includes those before it.
package enum Role: Int, Comparable, CaseIterable, Sendable {
    case view, nurse, admin

    package static func < (left: Role, right: Role) -> Bool {
        left.rawValue < right.rawValue
    }

    package var word: String {
        switch self {
        case .view: "view"
        case .nurse: "nurse"
        case .admin: "admin"
        }
    }
}

/// Which role a caller has, by number: names are resolved once, at start, never in a request.
package struct RoleTable: Sendable {
    package var users: [UInt32: Role]
    package var groups: [UInt32: Role]
    /// Of whoever may connect and is not listed; `nil` refuses.
    package var others: Role?

    package init(users: [UInt32: Role], groups: [UInt32: Role] = [:], others: Role? = .nurse) {
        self.users = users
        self.groups = groups
        self.others = others
    }

    /// Root and the daemon's own user are admins; the socket's mode decides who else may connect.
    package static func standard(ownUser: UInt32) -> RoleTable {
        RoleTable(
            users: Dictionary(
                [(0, .admin), (ownUser, .admin)], uniquingKeysWith: { first, _ in first }))
    }

    /// A listed user has that role; else the highest of a listed group; else that of all others.
    package func role(of caller: Caller) -> Role? {
        if caller.isUnknown { return nil }
        if let role = users[caller.uid] { return role }
        let byGroup = ([caller.gid] + caller.groups).compactMap { groups[$0] }.max()
        return byGroup ?? others
    }
}
