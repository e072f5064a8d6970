/// A hierarchical timing wheel over integer ticks, whose timers are the caller's own indices.
///
/// The wheel knows neither a clock nor what a timer is for. Its owner says what tick it is, and is
/// handed the timers that are due by then: in due order, those due at the same tick in the order in
/// which they were last armed. No timer is handed out early, twice or not at all.
///
/// Arming, moving and disarming take constant time for timers in the present window of 2³¹ ticks,
/// which are 68 years of seconds. A timer that is overdue already when it is armed, or due beyond
/// the window, is kept in a heap and takes logarithmic time; the promises are the same.
/// `UInt64.max` is a tick that never comes.
///
/// Six levels of 64 slots cover the window. A timer lies in the level of the highest base-64 digit
/// in which its due tick differs from the present one, in the slot of that digit; so all timers of
/// one tick lie in one slot, in the order they came, at any time. One word per level tells which
/// slots are in use. Slots are lists of small chunks of one pool.
///
/// The wheel keeps one word for each index: what the timer is armed for. To disarm is to overwrite
/// the word, to move is to overwrite it and append an entry. The old entry stays behind and counts no
/// longer, because it says something else than the word. Such stale entries are dropped when they are
/// met, and swept up a few chunks at a time once there are more of them than there ever were timers.
/// An old entry that happens to say the same as the word again is told from the right one when its
/// tick comes: the last one counts.
///
/// Memory is taken in proportion to the highest index, so indices should be dense.
/// ``TimerWheel`` hands them out itself and guards their reuse.
public struct IndexWheel: ~Copyable, Sendable {
    /// The last tick whose timers have all been handed out.
    package internal(set) var now: UInt64 {
        @inlinable get { storedNow }
        set { storedNow = newValue }
    }
    /// The number of armed timers.
    package internal(set) var count: Int {
        @inlinable get { storedCount }
        set { storedCount = newValue }
    }

    // Inlined code may not read a property that only this module may set.
    @usableFromInline var storedNow: UInt64
    @usableFromInline var storedCount = 0

    /// The tick that timers are placed by: `now`, or the one after while that one's timers are being
    /// handed out.
    @usableFromInline var base: UInt64
    /// A tick in the window of every slot in use, from which a slot's start is told.
    ///
    /// It differs from `base` only while a slot is being spread over the levels below.
    var reference: UInt64
    var stage = Stage.settled

    @usableFromInline var words: [TimerWord]
    var outliers = Outliers()

    @usableFromInline var slots = InlineArray<322, Slot>(repeating: Slot())
    var occupancy = InlineArray<6, UInt64>(repeating: 0)

    // The entry pool. Chunk 0 is never used, so that 0 can mean "no chunk".
    @usableFromInline var entries: [Entry]
    var chunks: [Chunk]
    var chunksUsed: UInt32 = 1
    var firstFreeChunk: UInt32 = 0
    var chunksInSlots = 0
    /// Means nothing; it keeps the compiler from dropping reads ahead.
    var lastRead: UInt32 = 0

    /// Up to where the entries of the slot that is being handed out are resolved; 0 if none is.
    var resolvedEnd: UInt32 = 0

    /// The most timers that were ever armed at once, as seen whenever a chunk is taken.
    var peak = 0
    var sweep = Sweep()

    /// Makes an empty wheel.
    ///
    /// - Parameters:
    ///   - now: The tick at which the wheel starts. Timers due by then are overdue.
    ///   - capacity: How many indices to make room for at once. Higher ones may be armed; then the
    ///     wheel grows as an array does, which takes time in proportion to its size.
    package init(now: UInt64, capacity: Int = 0) {
        storedNow = min(now, .max - 1)
        base = storedNow
        reference = storedNow
        words = Array(repeating: .idle, count: capacity)
        entries = []
        chunks = []
        if capacity > 0 {
            // Stale entries come on top, of which some may wait for the sweep to reach them, and a last
            // chunk in each slot that is not full.
            let mostChunks = 5 * capacity / (2 * Self.chunkSize) + Self.slotCount
            entries.reserveCapacity(mostChunks * Self.chunkSize)
            chunks.reserveCapacity(mostChunks)
        }
        addChunks(1 + capacity / Self.chunkSize + min(capacity, Self.slotCount / 2))
    }

    /// A second wheel, the same as this one.
    package func copy() -> IndexWheel { IndexWheel(copying: self) }

    private init(copying other: borrowing IndexWheel) {
        storedNow = other.storedNow
        storedCount = other.storedCount
        base = other.base
        reference = other.reference
        stage = other.stage
        words = other.words
        outliers = other.outliers
        slots = other.slots
        occupancy = other.occupancy
        entries = other.entries
        chunks = other.chunks
        chunksUsed = other.chunksUsed
        firstFreeChunk = other.firstFreeChunk
        chunksInSlots = other.chunksInSlots
        resolvedEnd = other.resolvedEnd
        peak = other.peak
        sweep = other.sweep
    }

    /// The bytes that the wheel has in use, not counting what its arrays hold in reserve.
    package var bytesInUse: Int {
        MemoryLayout<IndexWheel>.size
            + words.count * MemoryLayout<TimerWord>.stride
            + Int(chunksUsed)
            * (Self.chunkSize * MemoryLayout<Entry>.stride + MemoryLayout<Chunk>.stride)
            + outliers.heap.count * MemoryLayout<Outliers.Element>.stride
            + sweep.kept.count * MemoryLayout<UInt64>.stride
    }

    /// Arms a timer, or moves it if it is armed already: to another due tick, and behind the timers
    /// that are due at that tick.
    ///
    /// - Parameters:
    ///   - index: The timer, less than 2³⁰ - 1.
    ///   - due: The tick at which to hand the timer out. If it is not after ``now``, the next
    ///     ``advance(to:limit:into:)`` hands it out.
    @inlinable
    @inline(__always)
    public mutating func arm(_ index: UInt32, at due: UInt64) {
        // The usual case is written out: a timer in reach that is no outlier.
        let word = TimerWord.waiting(until: due)
        guard due > storedNow, isInWindow(due),
            let old = Self.exchange(index, word, in: &words)
        else { return armSlowly(index, at: due) }
        storedCount &+= old.isIdle ? 1 : 0
        append(Entry(word: word, index: index), to: Self.slot(of: word, from: base))
    }

    /// Disarms a timer.
    ///
    /// Returns `false`, and does nothing, if it is not armed.
    @inlinable
    @inline(__always)
    @discardableResult
    public mutating func disarm(_ index: UInt32) -> Bool {
        guard Self.clear(index, in: &words) else { return disarmSlowly(index) }
        storedCount &-= 1
        if storedCount == 0 { emptyAllSlots() }
        return true
    }

    /// The tick for which a timer is armed, or `nil` if it is not.
    package func due(of index: UInt32) -> UInt64? {
        guard Int(index) < words.count else { return nil }
        let word = words[Int(index)]
        if word.isIdle { return nil }
        if word.isOutlier { return outliers.due(at: word.outlierPlace) }
        return word.isFiring ? reference : due(of: word)
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

/// What ``IndexWheel/advance(to:limit:into:)`` was in the middle of when it last returned.
enum Stage: Equatable {
    case settled
    /// A slot is being spread over the levels below, which are otherwise empty.
    case spreading(slot: Int)
    /// The wheel is empty, and the outliers of the window of `reference` are being brought into it.
    case admitting
}

extension IndexWheel {
    @usableFromInline static var levelBits: Int { 6 }
    static var levels: Int { 6 }
    @usableFromInline static var slotsPerLevel: Int { 64 }
    /// The highest level has one bit of the window's 31.
    static var slotCount: Int { 322 }
    @usableFromInline static var chunkSize: Int { 32 }

    @inlinable
    @inline(__always)
    func isInWindow(_ due: UInt64) -> Bool { (due ^ base) >> UInt64(TimerWord.windowBits) == 0 }

    /// The slot of a timer for a wheel that stands at `base`, in the same window.
    @inlinable
    @inline(__always)
    static func slot(of word: TimerWord, from base: UInt64) -> Int {
        let difference = word.bits ^ TimerWord.waiting(until: base).bits
        let highestBit = UInt32(truncatingIfNeeded: 31 &- (difference | 1).leadingZeroBitCount)
        let level = highestBit / UInt32(levelBits)
        let digit = (word.bits &>> (level &* UInt32(levelBits))) & (UInt32(slotsPerLevel) &- 1)
        return Int(level &* UInt32(slotsPerLevel) &+ digit)
    }

    // MARK: The usual case
    //
    // What is called for each timer is public, because the compiler inlines nothing
    // less into another module.
    //
    // Arming and disarming are mostly waiting for the timer's word, and the processor begins to fetch
    // the next one early only if little is done for each. So each array is borrowed once, and all that
    // is rare has a slow twin below.

    /// Overwrites a timer's word and returns the old one, or does nothing if the timer is an outlier
    /// or has no word yet.
    @inlinable
    @inline(__always)
    static func exchange(
        _ index: UInt32, _ word: TimerWord, in words: inout [TimerWord]
    ) -> TimerWord? {
        var all = words.mutableSpan
        let index = Int(index)
        guard index < all.count else { return nil }
        let old = all[index]
        guard !old.isOutlier else { return nil }
        all[index] = word
        return old
    }

    /// Makes a timer idle, or does nothing unless it lies in the wheel.
    @inlinable
    @inline(__always)
    static func clear(_ index: UInt32, in words: inout [TimerWord]) -> Bool {
        var all = words.mutableSpan
        let index = Int(index)
        guard index < all.count, all[index].isInWheel else { return false }
        all[index] = .idle
        return true
    }

    /// Adds an entry behind the others of a slot.
    @inlinable
    @inline(__always)
    mutating func append(_ entry: Entry, to slot: Int) {
        var place = slots[slot].end
        if place % UInt32(Self.chunkSize) == 0 { place = addChunk(to: slot) }
        slots[slot].end = place &+ 1
        Self.write(entry, at: place, in: &entries)
    }

    @inlinable
    @inline(__always)
    static func write(_ entry: Entry, at place: UInt32, in entries: inout [Entry]) {
        var pool = entries.mutableSpan
        pool[Int(place)] = entry
    }

    // MARK: Any case

    @usableFromInline
    @inline(never)
    mutating func armSlowly(_ index: UInt32, at due: UInt64) {
        precondition(index < TimerWord.limit, "the index is too high")
        if Int(index) >= words.count { addWords(upTo: index) }
        leaveOutliers(index)
        if words[Int(index)].isIdle { count += 1 }
        guard due > now, isInWindow(due) else {
            return outliers.insert(index, due: due, words: &words)
        }
        let word = TimerWord.waiting(until: due)
        words[Int(index)] = word
        append(Entry(word: word, index: index), to: Self.slot(of: word, from: base))
    }

    @usableFromInline
    @inline(never)
    mutating func disarmSlowly(_ index: UInt32) -> Bool {
        guard Int(index) < words.count, !words[Int(index)].isIdle else { return false }
        leaveOutliers(index)
        words[Int(index)] = .idle
        count -= 1
        if count == 0 { emptyAllSlots() }
        return true
    }

    private mutating func addWords(upTo index: UInt32) {
        words.append(contentsOf: repeatElement(.idle, count: Int(index) + 1 - words.count))
    }

    /// Takes a timer out of the outliers if it is there.
    ///
    /// From a slot it need not be taken.
    private mutating func leaveOutliers(_ index: UInt32) {
        let word = words[Int(index)]
        if word.isOutlier { outliers.remove(at: word.outlierPlace, words: &words) }
    }
}
