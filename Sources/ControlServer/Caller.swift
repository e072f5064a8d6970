import Glibc
import NIOCore

/// Who is at the other end of a connection, as the kernel saw it at `connect`.
package struct Caller: Hashable, Sendable {
    package let uid: UInt32
    package let gid: UInt32
    /// For the record only: process ids are reused.
    package let pid: Int32
    /// Supplementary groups.
    package let groups: [UInt32]

    package init(uid: UInt32, gid: UInt32, pid: Int32, groups: [UInt32] = []) {
        self.uid = uid
        self.gid = gid
        self.pid = pid
        self.groups = groups
    }

    /// What a kernel says of a user or group that it cannot name in this namespace.
    ///
    /// It could be anybody, so it never has a role.
    private static let overflowID: UInt32 = 65_534

    package var isUnknown: Bool { uid == Self.overflowID || gid == Self.overflowID }
}

extension Caller {
    /// `struct ucred`, which Glibc's module does not show.
    private struct Credentials {
        var pid: Int32 = 0
        var uid: UInt32 = 0
        var gid: UInt32 = 0
    }

    /// Room for as many groups; a caller in more of them counts by its primary group alone.
    private struct Groups {
        var ids: [1024 of UInt32] = .init(repeating: 0)
    }

    /// Asks the kernel about a connection that was just accepted.
    ///
    /// - Returns: `nil` when it is no socket that knows its peer; such a caller is refused.
    static func atOtherEnd(of channel: any Channel) -> EventLoopFuture<Caller?> {
        let none = channel.eventLoop.makeSucceededFuture(Caller?.none)
        guard let socket = channel as? any SocketOptionProvider else { return none }
        let credentials: EventLoopFuture<Credentials> = socket.unsafeGetSocketOption(
            level: .socket, name: .init(rawValue: SO_PEERCRED))
        let groups: EventLoopFuture<Groups> = socket.unsafeGetSocketOption(
            level: .socket, name: .init(rawValue: SO_PEERGROUPS))
        return credentials.and(groups.recover { _ in Groups() }).map { credentials, groups in
            // The list ends where zeros begin: group 0 gives nobody a role here, and root has one
            // as a user.
            let ids = groups.ids.indices.map { groups.ids[$0] }.filter { $0 != 0 }
            return Caller(
                uid: credentials.uid, gid: credentials.gid, pid: credentials.pid, groups: ids)
        }.recover { _ in nil }
    }
}
