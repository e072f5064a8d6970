package import CareCore

/// Whose time a ledger's instants are; one ledger never mixes the two.
package enum LedgerClock: Hashable, Sendable {
    case realTime
    /// Ward time that runs `rate` times as fast as real time. The rate may change over a restart.
    case demo(rate: Double)

    var word: String {
        switch self {
        case .realTime: "real-time"
        case .demo: "demo"
        }
    }
}

/// Two clocks at one moment, so that the ward time of a demo goes on where it stopped.
package struct DemoAnchor: Hashable, Sendable {
    /// Seconds since 1970 by the computer's clock.
    package let realSeconds: Int64
    package let ward: Instant

    package init(realSeconds: Int64, ward: Instant) {
        self.realSeconds = realSeconds
        self.ward = ward
    }
}
