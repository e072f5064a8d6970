/// A hierarchical timing wheel over integer ticks.
///
/// The wheel knows neither a clock nor what a timer is for. Its owner says what tick it is, and is
/// handed the timers that are due by then: in due order, those due at the same tick in the order in
/// which they were last scheduled. No timer is handed out early, twice or not at all.
///
/// Scheduling, cancelling and rescheduling take constant time for timers within 2³⁶ ticks ahead,
/// which is two thousand years of seconds. A timer that is overdue already when it is scheduled, or
/// due further ahead, is kept in a heap and takes logarithmic time; the promises are the same.
/// `UInt64.max` is a tick that never comes.
///
/// Six levels of 64 slots cover the window. A timer lies in the level of the highest base-64 digit
/// in which its due tick differs from the present one, in the slot of that digit; so all timers of
/// one tick lie in one slot, in the order they came, at any time. One word per level tells which
/// slots hold timers. Slots are lists of small chunks of one pool. A cancelled timer leaves a blank
/// behind, and blanks are swept up a chunk at a time once they are a third of the pool.
package struct TimerWheel: ~Copyable {
    /// The last tick whose timers have all been handed out.
    package internal(set) var now: UInt64
    /// The number of armed timers.
    package internal(set) var count = 0

    /// The tick that timers are placed by: `now`, or the one after while that one's timers are being
    /// handed out.
    var base: UInt64
    /// A tick in the window of every slot in use, from which a slot's start is told.
    ///
    /// It differs from `base` only while a slot is being spread over the levels below.
    var reference: UInt64
    var stage = Stage.settled

    var records: [TimerRecord]
    var recordsUsed: UInt32 = 0
    var firstFreeRecord = TimerWheel.noRecord

    var slots = InlineArray<384, Slot>(repeating: Slot())
    var occupancy = InlineArray<6, UInt64>(repeating: 0)
    var outliers = Outliers()

    // The entry pool. Chunk 0 is never used, so that 0 can mean "no chunk".
    var entries: [Entry]
    var chunks: [Chunk]
    var chunksUsed: UInt32 = 1
    var firstFreeChunk: UInt32 = 0
    var chunksInSlots = 0

    /// The most timers that were ever armed at once.
    var peak = 0
    /// When more chunks than this are in slots, each scheduling sweeps one.
    var sweepLimit = TimerWheel.sweepSlack
    var sweepSlot = 0
    /// The chunk to sweep next, or 0 for the first of the next slot.
    var sweepChunk: UInt32 = 0

    /// Makes an empty wheel.
    ///
    /// - Parameters:
    ///   - now: The tick at which the wheel starts. Timers due by then are overdue.
    ///   - capacity: How many timers to make room for at once. More may be scheduled; then the wheel
    ///     grows as an array does, which takes time in proportion to its size.
    package init(now: UInt64, capacity: Int = 0) {
        self.now = min(now, .max - 1)
        base = self.now
        reference = self.now
        records = Array(repeating: .free, count: capacity)
        let spareChunks = capacity == 0 ? 1 : 1 + Self.slotCount / 2
        let chunkCount = capacity / Self.chunkSize + spareChunks
        entries = Array(repeating: .blank, count: chunkCount * Self.chunkSize)
        chunks = Array(repeating: Chunk(next: 0, slot: 0), count: chunkCount)
    }

    /// A second wheel, the same as this one.
    ///
    /// Handles of armed timers are good for either.
    package func copy() -> TimerWheel { TimerWheel(copying: self) }

    private init(copying other: borrowing TimerWheel) {
        now = other.now
        count = other.count
        base = other.base
        reference = other.reference
        stage = other.stage
        records = other.records
        recordsUsed = other.recordsUsed
        firstFreeRecord = other.firstFreeRecord
        slots = other.slots
        occupancy = other.occupancy
        outliers = other.outliers
        entries = other.entries
        chunks = other.chunks
        chunksUsed = other.chunksUsed
        firstFreeChunk = other.firstFreeChunk
        chunksInSlots = other.chunksInSlots
        peak = other.peak
        sweepLimit = other.sweepLimit
        sweepSlot = other.sweepSlot
        sweepChunk = other.sweepChunk
    }

    /// The bytes that the wheel has in use, not counting what its arrays hold in reserve.
    package var bytesInUse: Int {
        MemoryLayout<TimerWheel>.size
            + Int(recordsUsed) * MemoryLayout<TimerRecord>.stride
            + Int(chunksUsed)
            * (Self.chunkSize * MemoryLayout<Entry>.stride + MemoryLayout<Chunk>.stride)
            + outliers.heap.count * MemoryLayout<Outliers.Element>.stride
    }

    /// Arms a timer.
    ///
    /// - Parameters:
    ///   - due: The tick at which to hand the timer out. If it is not after ``now``, the next
    ///     ``advance(to:limit:into:)`` hands it out.
    ///   - payload: What to hand out.
    package mutating func schedule(at due: UInt64, payload: UInt64) -> TimerHandle {
        let index = takeRecord()
        let generation = records[Int(index)].generation &+ 1
        let location = place(index, due: due)
        records[Int(index)] = TimerRecord(
            location: location, generation: generation, payload: payload)
        count += 1
        sweepIfNeeded()
        return TimerHandle(index: index, generation: generation)
    }

    /// Disarms a timer.
    ///
    /// Returns `false`, and does nothing, if the handle is stale.
    @discardableResult
    package mutating func cancel(_ handle: TimerHandle) -> Bool {
        guard isArmed(handle) else { return false }
        displace(handle.index)
        release(handle.index)
        return true
    }

    /// Moves a timer to another due tick, and behind the timers that are due at that tick already.
    ///
    /// The handle stays valid. Returns `false`, and does nothing, if it is stale.
    @discardableResult
    package mutating func reschedule(_ handle: TimerHandle, at due: UInt64) -> Bool {
        guard isArmed(handle) else { return false }
        displace(handle.index)
        records[Int(handle.index)].location = place(handle.index, due: due)
        sweepIfNeeded()
        return true
    }

    /// The tick for which a timer is scheduled, or `nil` if the handle is stale.
    package func due(of handle: TimerHandle) -> UInt64? {
        guard isArmed(handle) else { return nil }
        let location = records[Int(handle.index)].location
        if location.isOutlier { return outliers.due(at: location.place) }
        let slot = Int(chunks[location.place / Self.chunkSize].slot)
        return due(of: entries[location.place], in: slot)
    }

    /// The earliest due tick of all armed timers, exactly, or `nil` if there are none.
    ///
    /// The occupancy words lead to the one slot that holds the earliest timer. If it is due within
    /// 64 ticks they tell its due tick too; otherwise the entries of that slot are read.
    package var nextDue: UInt64? {
        var earliest = outliers.earliest ?? .max
        guard let first = firstOccupied else { return count == 0 ? nil : earliest }
        earliest = min(earliest, earliestDue(in: first))
        if case .spreading(let slot) = stage, slot != first {
            earliest = min(earliest, earliestDue(in: slot))
        }
        return earliest
    }
}

/// What ``TimerWheel/advance(to:limit:into:)`` was in the middle of when it last returned.
enum Stage: Equatable {
    case settled
    /// A slot is being spread over the levels below, which are otherwise empty.
    case spreading(slot: Int)
    /// The wheel is empty, and the outliers of the window of `reference` are being brought into it.
    case admitting
}

extension TimerWheel {
    static let levelBits = 6
    static let levels = 6
    static let slotsPerLevel = 64
    static let slotCount = 384
    /// Ticks from the start of a window are told in this many bits.
    static let windowBits = 36
    static let chunkSize = 32
    static let sweepSlack = 16
    static let noRecord = UInt32.max

    @inline(__always)
    func isArmed(_ handle: TimerHandle) -> Bool {
        // A free record's generation is even and a handle's is odd, so that even a handle of another
        // wheel cannot name a free record.
        Int(handle.index) < records.count
            && records[Int(handle.index)].generation == handle.generation
    }

    @inline(__always)
    mutating func takeRecord() -> UInt32 {
        let index = firstFreeRecord
        if index != Self.noRecord {
            firstFreeRecord = records[Int(index)].location.bits
            return index
        }
        return takeUnusedRecord()
    }

    @inline(never)
    private mutating func takeUnusedRecord() -> UInt32 {
        let index = recordsUsed
        precondition(index < 1 << 31, "more than two thousand million timers")
        if Int(index) == records.count { records.append(.free) }
        recordsUsed += 1
        return index
    }

    /// Makes the record's handles stale and the record free.
    @inline(__always)
    mutating func release(_ index: UInt32) {
        let generation = records[Int(index)].generation &+ 1
        records[Int(index)].generation = generation
        count -= 1
        // A record whose generations are used up is never used again.
        guard generation != 0 else { return }
        records[Int(index)].location.bits = firstFreeRecord
        firstFreeRecord = index
    }

    /// Puts a timer where its due tick belongs, and returns where that is.
    @inline(__always)
    mutating func place(_ index: UInt32, due: UInt64) -> TimerLocation {
        let slot = Self.slot(of: due, from: base)
        guard due > now, slot < Self.slotCount else {
            return .outlier(at: outliers.insert(index, due: due, records: &records))
        }
        let entry = Entry(dueLow: UInt32(truncatingIfNeeded: due), index: index)
        return .entry(at: append(entry, to: slot))
    }

    /// Takes a timer out of the place where it lies.
    ///
    /// Its record still tells that place.
    @inline(__always)
    mutating func displace(_ index: UInt32) {
        let location = records[Int(index)].location
        if location.isOutlier {
            outliers.remove(at: location.place, records: &records)
            return
        }
        entries[location.place] = .blank
        let slot = Int(chunks[location.place / Self.chunkSize].slot)
        let live = slots[slot].live - 1
        slots[slot].live = live
        if live == 0 { empty(slot) }
    }

    /// The slot of a due tick for a wheel that stands at `base`; not less than `slotCount` if the
    /// tick is beyond the window.
    @inline(__always)
    static func slot(of due: UInt64, from base: UInt64) -> Int {
        let highestBit = 63 &- ((due ^ base) | 1).leadingZeroBitCount
        let level = highestBit / levelBits
        let digit = (due &>> UInt64(level &* levelBits)) & UInt64(slotsPerLevel &- 1)
        return level &* slotsPerLevel &+ Int(digit)
    }
}
