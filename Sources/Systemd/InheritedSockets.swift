internal import Glibc

/// A listening socket that the service manager opened for this process.
package struct InheritedSocket: Hashable, Sendable {
    /// Owned by the caller from now on.
    package let descriptor: CInt
    /// `FileDescriptorName=` of the socket unit.
    package let name: String
}

/// Why inherited sockets cannot be used.
package enum InheritedSocketError: Error, Hashable, Sendable {
    /// The environment announces sockets in a way that cannot be understood.
    case unreadable(SystemError)
    /// A passed descriptor is not a listening unix stream socket: the socket unit is wrong.
    case unsuitable(name: String, descriptor: CInt)
}

extension InheritedSocketError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let error):
            error.description
        case .unsuitable(let name, let descriptor):
            """
            the inherited descriptor \(descriptor) (\(name)) is not a listening unix stream socket; \
            check ListenStream= in the socket unit
            """
        }
    }
}

/// Socket activation.
package enum InheritedSockets {
    /// Takes over the sockets passed to this process; empty when it was not started by a socket.
    ///
    /// They are set close-on-exec and `LISTEN_PID`, `LISTEN_FDS` and `LISTEN_FDNAMES` are removed,
    /// so that no child believes them its own; a second call therefore finds nothing. Removing them
    /// changes the environment: call this before other threads run.
    ///
    /// - Throws: ``InheritedSocketError``; a foreign descriptor is closed with all the others,
    ///   because a service that listens on only some of its sockets looks healthy and is not.
    package static func take() throws(InheritedSocketError) -> [InheritedSocket] {
        let descriptors: [(CInt, String)]
        do {
            descriptors = try SystemLibrary.takeInheritedDescriptors()
        } catch {
            throw .unreadable(error)
        }
        for (descriptor, name) in descriptors
        where !SystemLibrary.isListeningUnixStream(descriptor) {
            for (other, _) in descriptors {
                close(other)
            }
            throw .unsuitable(name: name, descriptor: descriptor)
        }
        return descriptors.map { InheritedSocket(descriptor: $0.0, name: $0.1) }
    }
}
