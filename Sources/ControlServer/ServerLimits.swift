import ControlAPI

/// Named limits of the control server.
package enum ServerLimits {
    /// Connections at one time; a further one is answered 503 and closed.
    package static let connections = 256
    /// A connection without a request is closed after so many seconds.
    package static let idleSeconds: Int64 = 60
    /// A field of a request's head, and all of them, in bytes.
    package static let headBytes = 16_384
    package static let headFields = 64
    package static let bodyBytes = ControlAPI.bodyLimitBytes
    /// A body that is too large is read on to here, so that its sender sees the answer.
    package static let discardBytes = 16 * ControlAPI.bodyLimitBytes
    package static let jsonDepth = 16
    /// Fields of one JSON object.
    package static let jsonFields = 256
    /// Faults that are told of one request; with more of them nothing of it is done.
    package static let faults = 200
    /// The longest wait of a long poll.
    package static let waitSeconds = 55
    package static let planHours = 168
    package static let historyEntries = 1_000
    /// A stream resumes when it missed no more entries than this.
    package static let resumeEntries: Int64 = 10_000
    /// Between two signs of life of a quiet stream.
    package static let keepAliveSeconds: Int64 = 15
    /// A stream whose reader takes nothing for so long is closed.
    package static let stalledSeconds: Int64 = 30
    /// Entries that a stream writes at once.
    package static let streamBatch = 256
    /// How long an answer may rely on the engine's last sign of life.
    package static let pulseMilliseconds: Int64 = 500
    /// How long a poll waits for a sign of life of the engine.
    package static let pulsePatienceSeconds: Int64 = 5
    /// Requests that are still running so long after a stop are cut off.
    package static let drainSeconds: Int64 = 5
    /// Free text of a person, in characters.
    package static let personCharacters = 100
    package static let noteCharacters = 500
    /// The longest hold that can be asked for in minutes; protocols allow far less.
    package static let holdMinutes = 527_040
    /// A request id.
    package static let requestIDCharacters = 8...64
}
