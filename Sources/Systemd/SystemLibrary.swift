internal import CSystemd
internal import Glibc

/// The calls that take pointers.
///
/// All of this module's `unsafe` is in this file.
enum SystemLibrary {
    /// Hands one record to journald; waits as long as journald makes it wait.
    ///
    /// - Parameter assignments: `NAME=value` each.
    /// - Returns: 0, or a negative errno.
    static func sendToJournal(_ assignments: [String]) -> CInt {
        var bytes: [UInt8] = []
        var ends: [Int] = []
        for assignment in assignments {
            bytes += assignment.utf8
            ends.append(bytes.count)
        }
        return unsafe bytes.withUnsafeMutableBytes { buffer in
            var start = 0
            var vectors: [iovec] = unsafe []
            for end in ends {
                unsafe vectors.append(
                    iovec(
                        iov_base: buffer.baseAddress.map { unsafe $0 + start },
                        iov_len: end - start))
                start = end
            }
            return unsafe sd_journal_sendv(vectors, CInt(vectors.count))
        }
    }

    /// Tells the service manager.
    ///
    /// 0 when there is none, 1 when told, or a negative errno.
    static func notify(_ state: String) -> CInt {
        unsafe sd_notify(0, state)
    }

    /// How long the service manager waits for a sign of life, in microseconds; `nil` when it does
    /// not wait for this process.
    static func watchdogMicroseconds() -> UInt64? {
        var limit: UInt64 = 0
        return unsafe sd_watchdog_enabled(0, &limit) > 0 ? limit : nil
    }

    /// The descriptors passed to this process with their names, set close-on-exec, the environment
    /// variables that told of them removed.
    ///
    /// - Throws: ``SystemError`` for a malformed environment.
    static func takeInheritedDescriptors() throws(SystemError) -> [(CInt, String)] {
        var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        let count = unsafe sd_listen_fds_with_names(1, &names)
        guard count >= 0 else {
            throw SystemError(operation: "reading the inherited sockets", code: -count)
        }
        var descriptors: [(CInt, String)] = []
        for index in 0..<Int(count) {
            var name = "unknown"
            if let text = unsafe names?[index] {
                name = unsafe String(cString: text)
                unsafe free(text)
            }
            descriptors.append((SD_LISTEN_FDS_START + CInt(index), name))
        }
        unsafe free(names)
        return descriptors
    }

    /// Whether `descriptor` is a listening stream socket of the unix family.
    static func isListeningUnixStream(_ descriptor: CInt) -> Bool {
        sd_is_socket_unix(descriptor, CInt(SOCK_STREAM.rawValue), 1, nil, 0) > 0
    }

    static func exists(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0
    }

    /// Opens or makes a file of mode 0600, not through a symbolic link.
    static func openForLocking(_ path: String) throws(SystemError) -> CInt {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw SystemError(operation: "opening \(path)", code: errno)
        }
        return descriptor
    }

    /// The first bytes of a file, at most `limit`; empty when it cannot be read.
    static func readStart(of descriptor: CInt, limit: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            count = unsafe max(0, pread(descriptor, buffer.baseAddress, limit, 0))
        }
    }

    /// Writes all of `bytes` at the start of a file; `false` when that did not work.
    static func writeStart(of descriptor: CInt, _ bytes: [UInt8]) -> Bool {
        unsafe pwrite(descriptor, bytes, bytes.count, 0) == bytes.count
    }

    /// Writes all of `bytes`, or answers `false`.
    static func writeAll(_ bytes: [UInt8], to descriptor: CInt) -> Bool {
        var done = 0
        while done < bytes.count {
            let written = unsafe bytes.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
                return unsafe write(descriptor, rest.baseAddress, rest.count)
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return false }
            done += written
        }
        return true
    }

    /// The kernel's account of who connected a unix socket.
    static func peerCredentials(_ descriptor: CInt) throws(SystemError) -> PeerCredentials {
        var peer = scc_ucred()
        let result = unsafe scc_peer_credentials(descriptor, &peer)
        guard result == 0 else {
            throw SystemError(operation: "asking who is calling", code: -result)
        }
        return PeerCredentials(processID: peer.pid, userID: peer.uid, groupID: peer.gid)
    }

    /// The supplementary groups of whoever connected a unix socket; at most `limit`.
    static func peerGroups(_ descriptor: CInt, limit: Int) throws(SystemError) -> [UInt32] {
        var groups = [UInt32](repeating: 0, count: limit)
        let result = unsafe scc_peer_groups(descriptor, &groups, CInt(limit))
        guard result >= 0 else {
            throw SystemError(operation: "asking for the caller's groups", code: -result)
        }
        return Array(groups.prefix(Int(result)))
    }

    /// What the C library calls an error, for example `Permission denied`.
    static func describe(errno code: CInt) -> String {
        unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }
}
