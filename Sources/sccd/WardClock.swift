import CareCore
import Foundation

/// The ward's time.
///
/// The only place in the program that reads the wall clock.
///
/// In real time it is the computer's clock; in a demonstration it runs `rate` times as fast from an
/// anchor that the ledger keeps, so that ward time goes on over a restart.
struct WardClock: Sendable {
    let rate: Double
    private let realAnchor: Double
    private let wardAnchor: Double

    static let realTime = WardClock(rate: 1, realAnchor: 0, wardAnchor: 0)

    init(rate: Double, realAnchor: Double, wardAnchor: Double) {
        self.rate = rate
        self.realAnchor = realAnchor
        self.wardAnchor = wardAnchor
    }

    /// Seconds since 1970 by the computer's clock.
    static func realSeconds() -> Double {
        Date().timeIntervalSince1970
    }

    /// Rounded down to the second: a reminder is late by less than one, never early.
    func now() -> Instant {
        Instant(
            seconds: Int64((wardAnchor + (Self.realSeconds() - realAnchor) * rate).rounded(.down)))
    }

    /// When the computer's clock will show that the ward has reached `instant`.
    func realSeconds(at instant: Instant) -> Double {
        realAnchor + (Double(instant.seconds) - wardAnchor) / rate
    }
}
