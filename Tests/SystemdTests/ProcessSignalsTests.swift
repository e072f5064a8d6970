import Glibc
import Testing

@testable import Systemd

@Suite struct ProcessSignalsTests {
    @Test func `a write to a client that has gone is an error and not the end`() async {
        await #expect(processExitsWith: .success) {
            ProcessSignals.ignoreBrokenPipes()
            let (mine, theirs) = try UnixSocket.pair()
            close(theirs)
            #expect(unsafe write(mine, "x", 1) == -1)
            #expect(errno == EPIPE)
        }
    }
}
