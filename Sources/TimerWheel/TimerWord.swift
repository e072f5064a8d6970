/// What the wheel knows of one timer, in one word, because there is one for each.
///
/// A timer is idle, or lies in the wheel with a due tick of which the wheel's window tells all but
/// the low 31 bits, or is about to be handed out, or lies among the outliers.
@usableFromInline
struct TimerWord: Equatable, Sendable {
    // Less than 2³¹: in the wheel. From there: firing. From the one with two high bits: an outlier, or
    // idle with all bits set, so that adding one tells outliers from all others in one comparison.
    @usableFromInline static var windowBits: Int { 31 }
    @usableFromInline static var firingBit: UInt32 { 1 << 31 }
    @usableFromInline static var outlierBits: UInt32 { 3 << 30 }
    /// Places and indices are less than this.
    @usableFromInline static var limit: UInt32 { 1 << 30 - 1 }

    @usableFromInline let bits: UInt32

    @inlinable
    init(bits: UInt32) { self.bits = bits }

    @inlinable static var idle: TimerWord { TimerWord(bits: .max) }

    @inlinable
    static func waiting(until due: UInt64) -> TimerWord {
        TimerWord(bits: UInt32(truncatingIfNeeded: due) & (firingBit &- 1))
    }

    /// A timer that is due now, and whose entry is the one at the given place.
    @inlinable
    static func firing(at place: UInt32) -> TimerWord { TimerWord(bits: firingBit | place) }

    static func outlier(at place: Int) -> TimerWord {
        TimerWord(bits: outlierBits | UInt32(truncatingIfNeeded: place))
    }

    @inlinable var isIdle: Bool { bits == .max }
    /// Whether the timer has an entry that counts.
    @inlinable var isInWheel: Bool { bits < Self.outlierBits }
    @inlinable var isFiring: Bool { bits >> 30 == 2 }
    @inlinable var isOutlier: Bool { bits &+ 1 > Self.outlierBits }

    /// The place among the outliers.
    var outlierPlace: Int { Int(bits & Self.limit) }
}

/// A timer's mark in a slot of the wheel.
///
/// It counts as long as it says the same as the timer's word. Nothing is done to it when its timer
/// is disarmed or moved: that would be one more place in memory to wait for.
@usableFromInline
struct Entry: Sendable {
    @usableFromInline var word: TimerWord
    @usableFromInline var index: UInt32

    @inlinable
    init(word: TimerWord, index: UInt32) {
        self.word = word
        self.index = index
    }

    /// Counts never: no timer fires from place 0.
    static var unused: Entry { Entry(word: .firing(at: 0), index: 0) }
}

/// The neighbours of one chunk of the entry pool; 0 stands for none.
@usableFromInline
struct Chunk: Sendable {
    /// The chunk after this one in its slot, or in the list of free chunks.
    var next: UInt32
    var previous: UInt32
}

/// One slot of the wheel: a list of chunks, filled in the order in which timers came.
@usableFromInline
struct Slot: Sendable {
    @usableFromInline var head: UInt32 = 0
    /// The place of the next entry.
    ///
    /// A multiple of the chunk's size says that there is no room.
    @usableFromInline var end: UInt32 = 0

    init() {}

    /// The last chunk; only of a slot that has one.
    var tail: UInt32 { (end &- 1) >> 5 }
}
