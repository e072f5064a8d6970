internal import CSystemd

/// Signals that would end the process for no good reason.
package enum ProcessSignals {
    /// Ignores `SIGPIPE`, so that a client that goes away is an error of one write and not the end
    /// of the service.
    ///
    /// Call once, first thing.
    package static func ignoreBrokenPipes() {
        let result = scc_ignore_sigpipe()
        precondition(result == 0, "SIGPIPE can always be ignored")
    }
}
