import Dispatch

/// Tells the service manager how the service is doing.
///
/// Without a manager (`NOTIFY_SOCKET` absent: a terminal, a test) every call does nothing. A
/// message that cannot be delivered is not an error of ours either: the manager then acts on its
/// silence.
package struct ServiceNotifier: Sendable {
    package init() {}

    /// The service answers from now on: recovery is done and the socket listens.
    ///
    /// - Parameter status: One line for `systemctl status`; no names of patients.
    package func ready(status: String) {
        send("READY=1\nSTATUS=\(ServiceNotifier.oneLine(status))")
    }

    /// The service reads its configuration anew; ``ready(status:)`` ends it.
    package func reloading() {
        let microseconds = DispatchTime.now().uptimeNanoseconds / 1_000
        send("RELOADING=1\nMONOTONIC_USEC=\(microseconds)\nSTATUS=Reloading")
    }

    /// The service has begun to stop.
    package func stopping() {
        send("STOPPING=1\nSTATUS=Stopping")
    }

    /// Replaces the line that `systemctl status` shows.
    package func status(_ text: String) {
        send("STATUS=\(ServiceNotifier.oneLine(text))")
    }

    /// A sign of life.
    ///
    /// Only to be sent once everything that must not hang has just answered.
    package func watchdog() {
        send("WATCHDOG=1")
    }

    /// The manager ends the service when ``watchdog()`` has not been called for this long; `nil`
    /// when it does not watch.
    ///
    /// Call at a third of it: one late call then does no harm.
    package var watchdogInterval: Duration? {
        SystemLibrary.watchdogMicroseconds().map { .microseconds(Int64(clamping: $0)) }
    }

    private func send(_ state: String) {
        _ = SystemLibrary.notify(state)
    }

    /// A line feed would start another assignment.
    private static func oneLine(_ text: String) -> String {
        JournalText.clean(text, limit: statusBytesLimit)
    }

    private static let statusBytesLimit = 512
}
