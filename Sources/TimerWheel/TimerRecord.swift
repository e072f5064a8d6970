/// Where a record's timer lies: in a place of the entry pool, in a place of the outliers' heap, or
/// nowhere, if the record is free.
///
/// One word, because there is one per timer.
struct TimerLocation: Equatable {
    /// Places and indices are less than this.
    static let limit: UInt32 = 1 << 30
    private static let outlierBit: UInt32 = 1 << 31
    private static let freeBit: UInt32 = 1 << 30

    private let bits: UInt32

    @inline(__always)
    static func entry(at place: UInt32) -> TimerLocation { TimerLocation(bits: place) }

    @inline(__always)
    static func outlier(at place: Int) -> TimerLocation {
        TimerLocation(bits: UInt32(truncatingIfNeeded: place) | outlierBit)
    }

    /// A free record, and the one to use after it.
    @inline(__always)
    static func free(next: UInt32) -> TimerLocation { TimerLocation(bits: next | freeBit) }

    @inline(__always)
    var isOutlier: Bool { bits & Self.outlierBit != 0 }

    /// The place in the pool, the place in the heap, or the index of the next free record.
    @inline(__always)
    var number: Int { Int(bits & (Self.limit - 1)) }
}

/// What the wheel keeps for each timer, armed or free: 8 bytes and the caller's 8.
struct TimerRecord {
    var location: TimerLocation
    /// Odd while armed.
    ///
    /// It goes up when the timer is armed and when it is released.
    var generation: UInt32
    var payload: UInt64

    static let free = TimerRecord(
        location: .free(next: 0), generation: 0, payload: 0)
}

/// A timer's mark in a slot of the wheel.
///
/// It is live as long as the timer's record tells its place. Nothing is done to the entry when its
/// timer is cancelled or moved: that would be one more place in memory to wait for.
struct Entry {
    /// The low half of the due tick.
    ///
    /// The slot knows the rest.
    var dueLow: UInt32
    /// The timer's record.
    var index: UInt32

    static let unused = Entry(dueLow: .max, index: 0)
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
    var chunks: UInt32 = 0

    /// The last chunk; only of a slot that has one.
    var tail: UInt32 { (end &- 1) >> 5 }
}
