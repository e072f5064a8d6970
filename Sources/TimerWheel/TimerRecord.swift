/// Where an armed timer lies: in a place of the entry pool, or in a place of the outliers' heap.
///
/// One word, because there is one per timer.
struct TimerLocation: Equatable {
    private static let outlierBit: UInt32 = 1 << 31

    var bits: UInt32

    static func entry(at place: UInt32) -> TimerLocation { TimerLocation(bits: place) }

    static func outlier(at place: Int) -> TimerLocation {
        TimerLocation(bits: UInt32(place) | outlierBit)
    }

    var isOutlier: Bool { bits & Self.outlierBit != 0 }
    /// The place in the pool, or in the heap.
    var place: Int { Int(bits & ~Self.outlierBit) }
}

/// What the wheel keeps for each timer, armed or free: 8 bytes and the caller's 8.
struct TimerRecord {
    /// Of an armed timer.
    ///
    /// A free record holds the index of the next free one here.
    var location: TimerLocation
    /// Odd while armed.
    ///
    /// It goes up when the timer is armed and when it is released.
    var generation: UInt32
    var payload: UInt64

    static let free = TimerRecord(
        location: TimerLocation(bits: 0), generation: 0, payload: 0)
}

/// A timer's mark in a slot of the wheel.
struct Entry: Equatable {
    /// The low half of the due tick.
    ///
    /// The slot knows the rest.
    var dueLow: UInt32
    /// The timer's record, or `Entry.none`.
    var index: UInt32

    static let none: UInt32 = .max
    /// What is left where a timer was cancelled or moved away.
    static let blank = Entry(dueLow: .max, index: none)

    var isBlank: Bool { index == Self.none }
}

/// The book-keeping of one chunk of the entry pool.
struct Chunk {
    /// The chunk after this one in its slot, or in the list of free chunks; 0 ends the list.
    var next: UInt32
    /// The slot that owns the chunk.
    var slot: UInt32
}

/// One slot of the wheel: a list of chunks, filled in the order in which timers came.
struct Slot {
    var head: UInt32 = 0
    /// The place of the next entry.
    ///
    /// A multiple of the chunk's size says that there is no room.
    var end: UInt32 = 0
    /// Entries that are not blank.
    var live: UInt32 = 0
    var chunks: UInt32 = 0

    /// The last chunk; only of a slot that has one.
    var tail: UInt32 { (end &- 1) >> 5 }
}
