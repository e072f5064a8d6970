import Glibc
import Testing

@testable import Systemd

@Suite(.timeLimit(.minutes(1))) struct ServiceNotifierTests {
    @Test func `the manager hears ready, status, watchdog and stopping`() async throws {
        let scratch = try Scratch()
        let path = scratch.file("notify")
        await #expect(processExitsWith: .success) { [path = path as String] in
            let manager = try UnixSocket.make(SOCK_DGRAM, boundTo: path)
            setVariable("NOTIFY_SOCKET", path)
            let notifier = ServiceNotifier()
            notifier.ready(status: "Serving 2 wards")
            #expect(
                try UnixSocket.receiveText(from: manager) == "READY=1\nSTATUS=Serving 2 wards")
            notifier.status("Busy\nWATCHDOG=trigger")
            #expect(
                try UnixSocket.receiveText(from: manager) == "STATUS=Busy\\nWATCHDOG=trigger")
            notifier.watchdog()
            #expect(try UnixSocket.receiveText(from: manager) == "WATCHDOG=1")
            notifier.stopping()
            #expect(try UnixSocket.receiveText(from: manager) == "STOPPING=1\nSTATUS=Stopping")
        }
    }

    @Test func `without a manager, or with a dead one, nothing happens`() async {
        await #expect(processExitsWith: .success) {
            unsafe unsetenv("NOTIFY_SOCKET")
            ServiceNotifier().ready(status: "alone")
            setVariable("NOTIFY_SOCKET", "/nowhere/notify")
            ServiceNotifier().ready(status: "alone")
            #expect(ServiceNotifier().watchdogInterval == nil)
        }
    }

    @Test func `the watchdog interval is the manager's, if it means this process`() async {
        await #expect(processExitsWith: .success) {
            setVariable("WATCHDOG_USEC", "10000000")
            setVariable("WATCHDOG_PID", "\(getpid())")
            #expect(ServiceNotifier().watchdogInterval == .seconds(10))
            setVariable("WATCHDOG_PID", "\(getppid())")
            #expect(ServiceNotifier().watchdogInterval == nil)
        }
    }
}
