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
/// slots are in use. Slots are lists of small chunks of one pool. A cancelled timer leaves a stale
/// entry behind; these are dropped when they are met, and swept up a chunk at a time once they are two
/// fifths of the pool.
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
    var freeCount = 0
    /// The free records are a stack.
    ///
    /// It is kept as eight linked lists that take turns, so that taking many does not wait for
    /// memory at each before it knows the next.
    var freeRecords = InlineArray<8, UInt32>(repeating: 0)

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
        records = (0..<UInt32(capacity)).map {
            TimerRecord(
                location: .free(next: $0 &+ UInt32(Self.freeLists)), generation: 0, payload: 0)
        }
        // The stack's top is record 0, so that the first timers lie side by side.
        for index in 0..<min(capacity, Self.freeLists) {
            freeRecords[(capacity - 1 - index) % Self.freeLists] = UInt32(index)
        }
        freeCount = capacity
        entries = []
        chunks = []
        if capacity > 0 {
            // Stale entries come on top, and a last chunk in each slot that is not full.
            let mostChunks = 2 * capacity / Self.chunkSize + Self.slotCount
            entries.reserveCapacity(mostChunks * Self.chunkSize)
            chunks.reserveCapacity(mostChunks)
        }
        addChunks(1 + (capacity == 0 ? 0 : capacity / Self.chunkSize + Self.slotCount / 2))
    }

    mutating func addChunks(_ count: Int) {
        precondition(
            chunks.count + count < TimerLocation.limit / UInt32(Self.chunkSize),
            "the entry pool is full")
        chunks.append(contentsOf: repeatElement(Chunk(next: 0, slot: 0), count: count))
        entries.append(contentsOf: repeatElement(.unused, count: count * Self.chunkSize))
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
        freeCount = other.freeCount
        freeRecords = other.freeRecords
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
            + records.count * MemoryLayout<TimerRecord>.stride
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
        guard let place = placeInReach(of: due), freeCount > 0 else {
            return scheduleSlowly(at: due, payload: payload)
        }
        freeCount &-= 1
        count &+= 1
        let list = freeCount & (Self.freeLists - 1)
        let index = freeRecords[list]
        fill(place, with: Entry(dueLow: UInt32(truncatingIfNeeded: due), index: index))
        let old = Self.arm(index, at: .entry(at: place.number), payload: payload, in: &records)
        freeRecords[list] = UInt32(old.location.number)
        sweepIfNeeded()
        return TimerHandle(index: index, generation: old.generation &+ 1)
    }

    /// Disarms a timer.
    ///
    /// Returns `false`, and does nothing, if the handle is stale.
    @discardableResult
    package mutating func cancel(_ handle: TimerHandle) -> Bool {
        let list = freeCount & (Self.freeLists - 1)
        let next = TimerLocation.free(next: freeRecords[list])
        guard Self.disarm(handle, at: next, in: &records) else { return cancelSlowly(handle) }
        freeRecords[list] = handle.index
        freeCount &+= 1
        count &-= 1
        if count == 0 { emptyAllSlots() }
        return true
    }

    /// Moves a timer to another due tick, and behind the timers that are due at that tick already.
    ///
    /// The handle stays valid. Returns `false`, and does nothing, if it is stale.
    @discardableResult
    package mutating func reschedule(_ handle: TimerHandle, at due: UInt64) -> Bool {
        guard let place = placeInReach(of: due),
            Self.relocate(handle, to: .entry(at: place.number), in: &records)
        else { return rescheduleSlowly(handle, at: due) }
        fill(place, with: Entry(dueLow: UInt32(truncatingIfNeeded: due), index: handle.index))
        sweepIfNeeded()
        return true
    }

    /// The tick for which a timer is scheduled, or `nil` if the handle is stale.
    package func due(of handle: TimerHandle) -> UInt64? {
        guard isArmed(handle) else { return nil }
        let location = records[Int(handle.index)].location
        if location.isOutlier { return outliers.due(at: location.number) }
        let slot = Int(chunks[location.number / Self.chunkSize].slot)
        return due(of: entries[location.number], in: slot)
    }

    /// The earliest due tick of all armed timers, exactly, or `nil` if there are none.
    ///
    /// The occupancy words lead to the slot that holds the earliest timer; its entries are read, up to
    /// the first live one if all are due at the same tick. Stale entries before it are read too:
    /// ``advance(to:limit:into:)`` drops them.
    package var nextDue: UInt64? {
        guard count > 0 else { return nil }
        // An inline array that is read through a borrowed `self` is copied, so once is enough.
        let slots = slots
        var earliest = outliers.earliest ?? .max
        if case .spreading(let slot) = stage, let due = earliestDue(in: slots[slot], slot) {
            earliest = min(earliest, due)
        }
        for level in occupancy.indices {
            var word = occupancy[level]
            while word != 0 {
                let slot = level &* Self.slotsPerLevel &+ word.trailingZeroBitCount
                if let due = earliestDue(in: slots[slot], slot) { return min(earliest, due) }
                word &= word &- 1
            }
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
    /// A power of two.
    static let freeLists = 8

    @inline(__always)
    func isArmed(_ handle: TimerHandle) -> Bool {
        // A free record's generation is even and a handle's is odd, so that even a handle of another
        // wheel cannot name a free record.
        Int(handle.index) < records.count
            && records[Int(handle.index)].generation == handle.generation
    }

    // MARK: The usual case
    //
    // Scheduling, cancelling and moving a timer are mostly waiting for its record, and the processor
    // begins to fetch the next timer's record early only if little is done for each. So the usual
    // case is written out: each array is borrowed once, and all that is rare has a slow twin below.

    /// A place at the end of a slot, if the slot's last chunk has room.
    struct OpenPlace {
        var slot: Int
        var number: UInt32
    }

    @inline(__always)
    mutating func placeInReach(of due: UInt64) -> OpenPlace? {
        let slot = Self.slot(of: due, from: base)
        guard due > now, slot < Self.slotCount else { return nil }
        let number = slots[slot].end
        return number % UInt32(Self.chunkSize) == 0 ? nil : OpenPlace(slot: slot, number: number)
    }

    @inline(__always)
    mutating func fill(_ place: OpenPlace, with entry: Entry) {
        slots[place.slot].end = place.number &+ 1
        Self.write(entry, at: Int(place.number), in: &entries)
    }

    @inline(__always)
    private static func write(_ entry: Entry, at place: Int, in entries: inout [Entry]) {
        var pool = entries.mutableSpan
        pool[place] = entry
    }

    /// Arms a free record, and returns what it was.
    @inline(__always)
    private static func arm(
        _ index: UInt32, at location: TimerLocation, payload: UInt64,
        in records: inout [TimerRecord]
    ) -> TimerRecord {
        var all = records.mutableSpan
        let old = all[Int(index)]
        all[Int(index)] = TimerRecord(
            location: location, generation: old.generation &+ 1, payload: payload)
        return old
    }

    /// Frees a record, if the handle is not stale and the case is the usual one.
    @inline(__always)
    private static func disarm(
        _ handle: TimerHandle, at location: TimerLocation, in records: inout [TimerRecord]
    ) -> Bool {
        var all = records.mutableSpan
        let index = Int(handle.index)
        guard index < all.count else { return false }
        let old = all[index]
        guard old.generation == handle.generation, !old.location.isOutlier,
            handle.generation != .max
        else { return false }
        all[index].location = location
        all[index].generation = handle.generation &+ 1
        return true
    }

    @inline(__always)
    private static func relocate(
        _ handle: TimerHandle, to location: TimerLocation, in records: inout [TimerRecord]
    ) -> Bool {
        var all = records.mutableSpan
        let index = Int(handle.index)
        guard index < all.count else { return false }
        let old = all[index]
        guard old.generation == handle.generation, !old.location.isOutlier else { return false }
        all[index].location = location
        return true
    }

    // MARK: Any case

    @inline(never)
    private mutating func scheduleSlowly(at due: UInt64, payload: UInt64) -> TimerHandle {
        let index = takeRecord()
        let generation = records[Int(index)].generation &+ 1
        let location = place(index, due: due)
        records[Int(index)] = TimerRecord(
            location: location, generation: generation, payload: payload)
        count += 1
        sweepIfNeeded()
        return TimerHandle(index: index, generation: generation)
    }

    @inline(never)
    private mutating func cancelSlowly(_ handle: TimerHandle) -> Bool {
        guard isArmed(handle) else { return false }
        leaveOutliers(handle.index)
        release(handle.index)
        if count == 0 { emptyAllSlots() }
        return true
    }

    @inline(never)
    private mutating func rescheduleSlowly(_ handle: TimerHandle, at due: UInt64) -> Bool {
        guard isArmed(handle) else { return false }
        leaveOutliers(handle.index)
        records[Int(handle.index)].location = place(handle.index, due: due)
        sweepIfNeeded()
        return true
    }

    private mutating func takeRecord() -> UInt32 {
        guard freeCount > 0 else {
            precondition(
                records.count < TimerLocation.limit, "more than a thousand million timers")
            records.append(.free)
            return UInt32(records.count - 1)
        }
        freeCount -= 1
        let list = freeCount & (Self.freeLists - 1)
        let index = freeRecords[list]
        freeRecords[list] = UInt32(records[Int(index)].location.number)
        return index
    }

    /// Makes the record's handles stale and the record free.
    mutating func release(_ index: UInt32) {
        let generation = records[Int(index)].generation &+ 1
        records[Int(index)].generation = generation
        count -= 1
        // A record whose generations are used up is never used again.
        guard generation != 0 else {
            records[Int(index)].location = .free(next: 0)
            return
        }
        let list = freeCount & (Self.freeLists - 1)
        records[Int(index)].location = .free(next: freeRecords[list])
        freeRecords[list] = index
        freeCount += 1
    }

    /// Puts a timer where its due tick belongs, and returns where that is.
    private mutating func place(_ index: UInt32, due: UInt64) -> TimerLocation {
        let slot = Self.slot(of: due, from: base)
        guard due > now, slot < Self.slotCount else {
            return .outlier(at: outliers.insert(index, due: due, records: &records))
        }
        let entry = Entry(dueLow: UInt32(truncatingIfNeeded: due), index: index)
        return .entry(at: append(entry, to: slot))
    }

    /// Takes a timer out of the outliers if it is there.
    ///
    /// From a slot it need not be taken.
    private mutating func leaveOutliers(_ index: UInt32) {
        let location = records[Int(index)].location
        if location.isOutlier { outliers.remove(at: location.number, records: &records) }
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
