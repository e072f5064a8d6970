/// Who connected a unix socket, according to the kernel at the time of `connect`.
package struct PeerCredentials: Hashable, Sendable {
    /// For the record only: a number of a process that has ended is given to another one.
    package let processID: Int32
    package let userID: UInt32
    package let groupID: UInt32

    package init(processID: Int32, userID: UInt32, groupID: UInt32) {
        self.processID = processID
        self.userID = userID
        self.groupID = groupID
    }

    /// Decodes the twelve bytes that `SO_PEERCRED` answers with, in this machine's byte order.
    ///
    /// - Returns: `nil` for any other number of bytes.
    package init?(optionValue bytes: [UInt8]) {
        guard bytes.count == PeerCredentials.optionBytes else { return nil }
        func word(at offset: Int) -> UInt32 {
            let quad = bytes[offset..<offset + 4]
            return UInt32(littleEndian: quad.reversed().reduce(0) { $0 << 8 | UInt32($1) })
        }
        self.init(
            processID: Int32(bitPattern: word(at: 0)),
            userID: word(at: 4),
            groupID: word(at: 8))
    }

    /// Asks the kernel about the connected socket `descriptor`.
    package init(of descriptor: CInt) throws(SystemError) {
        self = try SystemLibrary.peerCredentials(descriptor)
    }

    /// The supplementary groups of the peer of the connected socket `descriptor`, when it
    /// connected.
    ///
    /// - Throws: ``SystemError``; `ERANGE` when the peer is in more than ``groupCountLimit``
    ///   groups.
    package static func groups(of descriptor: CInt) throws(SystemError) -> [UInt32] {
        try SystemLibrary.peerGroups(descriptor, limit: groupCountLimit)
    }

    /// What a kernel says for a user or group it cannot name in this namespace.
    ///
    /// Whoever bears it could be anybody, so it never has a right.
    package static let overflowID: UInt32 = 65_534

    package static let groupCountLimit = 1_024
    private static let optionBytes = 12
}
