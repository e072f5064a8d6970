import Glibc
import Testing

@testable import Systemd

@Suite struct PeerCredentialsTests {
    @Test func `the kernel says who is calling`() throws {
        let (mine, theirs) = try UnixSocket.pair()
        defer {
            close(mine)
            close(theirs)
        }
        #expect(
            try PeerCredentials(of: mine)
                == PeerCredentials(processID: getpid(), userID: geteuid(), groupID: getegid()))
    }

    @Test func `the groups of the peer are those of its process`() throws {
        let (mine, theirs) = try UnixSocket.pair()
        defer {
            close(mine)
            close(theirs)
        }
        var own = [gid_t](repeating: 0, count: 1_024)
        let count = unsafe getgroups(1_024, &own)
        #expect(Set(try PeerCredentials.groups(of: mine)) == Set(own.prefix(Int(count))))
    }

    @Test(.enabled(if: geteuid() == 0, "only root may choose its groups"))
    func `the groups are those at the time of connecting`() async {
        await #expect(processExitsWith: .success) {
            let earlier: [gid_t] = [4_711, 4_712]
            #expect(unsafe setgroups(2, earlier) == 0)
            let (mine, _) = try UnixSocket.pair()
            #expect(setgroups(0, nil) == 0)
            let groups = try PeerCredentials.groups(of: mine)
            #expect(groups.sorted() == earlier)
        }
    }

    @Test func `what is not a socket has no peer`() throws {
        let descriptor = unsafe open("/dev/null", O_RDONLY)
        defer { close(descriptor) }
        let error = #expect(throws: SystemError.self) { try PeerCredentials(of: descriptor) }
        #expect(error?.code == ENOTSOCK)
    }

    @Test func `twelve bytes are decoded in the machine's order`() throws {
        var words: [UInt32] = [4_711, 1_000, 65_534]
        let bytes = unsafe words.withUnsafeMutableBytes { unsafe Array($0) }
        #expect(
            PeerCredentials(optionValue: bytes)
                == PeerCredentials(
                    processID: 4_711, userID: 1_000, groupID: PeerCredentials.overflowID))
        #expect(
            PeerCredentials(optionValue: Array(repeating: 0xFF, count: 12))
                == PeerCredentials(processID: -1, userID: .max, groupID: .max))
    }

    @Test(arguments: [0, 4, 11, 13, 16])
    func `any other number of bytes is refused`(count: Int) {
        #expect(PeerCredentials(optionValue: Array(repeating: 0, count: count)) == nil)
    }
}
