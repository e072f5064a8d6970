// Slots as lists of chunks: finding, filling, emptying and sweeping them.

extension TimerWheel {
    /// The slot in use that starts earliest.
    var firstOccupied: Int? {
        for level in occupancy.indices where occupancy[level] != 0 {
            return level &* Self.slotsPerLevel &+ occupancy[level].trailingZeroBitCount
        }
        return nil
    }

    /// The number of slots in use.
    var occupiedCount: Int {
        var sum = 0
        for level in occupancy.indices { sum += occupancy[level].nonzeroBitCount }
        return sum
    }

    /// Which bits of a due tick are not told by the slot of the given level.
    static func residualMask(level: Int) -> UInt64 { 1 &<< UInt64(level &* levelBits) &- 1 }

    /// The first tick of a slot.
    func start(of slot: Int) -> UInt64 {
        let level = slot / Self.slotsPerLevel
        let digit = UInt64(slot % Self.slotsPerLevel)
        let window = reference & ~Self.residualMask(level: level + 1)
        return window | digit &<< UInt64(level &* Self.levelBits)
    }

    func due(of entry: Entry, in slot: Int) -> UInt64 {
        let mask = Self.residualMask(level: slot / Self.slotsPerLevel)
        return start(of: slot) | UInt64(entry.dueLow) & mask
    }

    /// The earliest due tick in a slot, or `nil` if none of its entries is live.
    func earliestDue(in list: Slot, _ slot: Int) -> UInt64? {
        let mask = UInt32(
            truncatingIfNeeded: Self.residualMask(level: slot / Self.slotsPerLevel))
        var earliest: UInt32?
        var chunk = list.head
        while chunk != 0, earliest != 0 {
            for place in Self.places(of: chunk, in: list) {
                // Few entries are earlier than all before them, so few records are looked at.
                let residual = entries[place].dueLow & mask
                guard residual < earliest ?? .max, isLive(entries[place], at: place) else {
                    continue
                }
                earliest = residual
            }
            chunk = chunks[Int(chunk)].next
        }
        return earliest.map { start(of: slot) | UInt64($0) }
    }

    @inline(__always)
    func isLive(_ entry: Entry, at place: Int) -> Bool {
        records[Int(entry.index)].location == .entry(at: UInt32(truncatingIfNeeded: place))
    }

    /// The places of a chunk that have been filled.
    @inline(__always)
    static func places(of chunk: UInt32, in slot: Slot) -> Range<Int> {
        let first = Int(chunk) &* chunkSize
        return first..<(chunk == slot.tail ? Int(slot.end) : first &+ chunkSize)
    }

    /// Which entries of a chunk are live, a bit for each.
    ///
    /// Whether an entry is live cannot be foreseen, so it is found out without a branch.
    @inline(__always)
    static func liveEntries(
        of chunk: UInt32, in slot: Slot, entries: [Entry], records: [TimerRecord]
    ) -> UInt32 {
        let pool = entries.span
        let all = records.span
        var live: UInt32 = 0
        var bit: UInt32 = 1
        for place in places(of: chunk, in: slot) {
            let location = all[Int(pool[place].index)].location
            live |= location == .entry(at: UInt32(truncatingIfNeeded: place)) ? bit : 0
            bit &<<= 1
        }
        return live
    }

    // MARK: Filling

    /// Adds an entry behind the others of a slot, and returns its place.
    @inline(__always)
    mutating func append(_ entry: Entry, to slot: Int) -> UInt32 {
        let place = slots[slot].end
        guard place % UInt32(Self.chunkSize) != 0 else {
            return appendToNewChunk(entry, to: slot)
        }
        entries[Int(place)] = entry
        slots[slot].end = place &+ 1
        return place
    }

    @inline(never)
    private mutating func appendToNewChunk(_ entry: Entry, to slot: Int) -> UInt32 {
        let chunk = takeChunk(for: slot)
        if slots[slot].head == 0 {
            slots[slot].head = chunk
            occupancy[slot / Self.slotsPerLevel] |= 1 &<< UInt64(slot % Self.slotsPerLevel)
        } else {
            chunks[Int(slots[slot].tail)].next = chunk
        }
        let place = chunk * UInt32(Self.chunkSize)
        entries[Int(place)] = entry
        slots[slot].end = place + 1
        slots[slot].chunks += 1
        return place
    }

    private mutating func takeChunk(for slot: Int) -> UInt32 {
        let chunk: UInt32
        if firstFreeChunk != 0 {
            chunk = firstFreeChunk
            firstFreeChunk = chunks[Int(chunk)].next
        } else {
            chunk = chunksUsed
            if Int(chunk) == chunks.count { addChunks(1) }
            chunksUsed += 1
        }
        chunks[Int(chunk)] = Chunk(next: 0, slot: UInt32(slot))
        chunksInSlots += 1
        peak = max(peak, count)
        sweepLimit = peak * 7 / (4 * Self.chunkSize) + occupiedCount + Self.sweepSlack
        return chunk
    }

    // MARK: Emptying

    /// Gives back the chunks of a slot in which no entry is live.
    @inline(never)
    mutating func empty(_ slot: Int) {
        forgetSweep(of: slot)
        let old = slots[slot]
        chunks[Int(old.tail)].next = firstFreeChunk
        firstFreeChunk = old.head
        chunksInSlots -= Int(old.chunks)
        slots[slot] = Slot()
        occupancy[slot / Self.slotsPerLevel] &= ~(1 &<< UInt64(slot % Self.slotsPerLevel))
        if stage == .spreading(slot: slot) { finishSpreading() }
    }

    /// Drops the stale entries before the first live one, up to a number that takes no long time.
    mutating func dropStaleFront() {
        for _ in 0..<256 {
            guard let slot = firstOccupied else { return }
            let head = slots[slot].head
            let live = Self.liveEntries(
                of: head, in: slots[slot], entries: entries, records: records)
            guard live == 0 else { return }
            if head == slots[slot].tail { empty(slot) } else { dropHead(of: slot) }
        }
    }

    /// Drops the stale entries when no timer is left.
    @inline(never)
    mutating func emptyAllSlots() {
        while let slot = firstOccupied { empty(slot) }
    }

    /// Gives back the first chunk of a slot; not its last.
    mutating func dropHead(of slot: Int) {
        forgetSweep(of: slot)
        let head = slots[slot].head
        slots[slot].head = chunks[Int(head)].next
        slots[slot].chunks -= 1
        giveBack(head)
    }

    private mutating func giveBack(_ chunk: UInt32) {
        chunks[Int(chunk)].next = firstFreeChunk
        firstFreeChunk = chunk
        chunksInSlots -= 1
    }

    // MARK: Sweeping

    @inline(__always)
    mutating func sweepIfNeeded() {
        if chunksInSlots > sweepLimit { sweepStep() }
    }

    /// Must be called when chunks of a slot are given back by anyone but the sweep.
    private mutating func forgetSweep(of slot: Int) {
        if sweepSlot == slot { sweepChunk = 0 }
    }

    /// Packs one chunk, and fills it up with the entries of those behind it.
    ///
    /// The order of the entries stays. Between steps the slot is like any other, so anything may
    /// happen to it.
    @inline(never)
    mutating func sweepStep() {
        if sweepChunk == 0 {
            guard let slot = Self.nextOccupied(after: sweepSlot, in: occupancy) else { return }
            sweepSlot = slot
            sweepChunk = slots[slot].head
        }
        let slot = sweepSlot
        let chunk = sweepChunk
        let targetEnd = (Int(chunk) + 1) * Self.chunkSize
        var target = targetEnd - Self.chunkSize
        var live = Self.liveEntries(
            of: chunk, in: slots[slot], entries: entries, records: records)
        Self.moveEntries(
            &live, of: chunk, to: &target, end: targetEnd, entries: &entries, records: &records)
        var follower = chunks[Int(chunk)].next
        // A step ends after a few followers even if they were all stale.
        var followersLeft = 4
        while target < targetEnd, follower != 0, followersLeft > 0 {
            live = Self.liveEntries(
                of: follower, in: slots[slot], entries: entries, records: records)
            Self.moveEntries(
                &live, of: follower, to: &target, end: targetEnd, entries: &entries,
                records: &records)
            guard live == 0 else { break }
            let next = chunks[Int(follower)].next
            chunks[Int(chunk)].next = next
            slots[slot].chunks -= 1
            giveBack(follower)
            // Until its end is set below, the slot's tail must be this chunk.
            if next == 0 { slots[slot].end = UInt32(targetEnd) }
            follower = next
            followersLeft -= 1
        }
        if follower == 0 {
            // A tail needs one entry, be it a stale one, for the slot's end to point into it.
            slots[slot].end = UInt32(max(target, targetEnd - Self.chunkSize + 1))
            sweepChunk = 0
        } else if target == targetEnd {
            sweepChunk = follower
        }
    }

    /// Moves the given entries of a chunk to the target, in order, as far as there is room.
    private static func moveEntries(
        _ live: inout UInt32, of chunk: UInt32, to target: inout Int, end: Int,
        entries: inout [Entry], records: inout [TimerRecord]
    ) {
        var pool = entries.mutableSpan
        var all = records.mutableSpan
        while live != 0, target < end {
            let entry = pool[Int(chunk) &* chunkSize &+ live.trailingZeroBitCount]
            pool[target] = entry
            all[Int(entry.index)].location = .entry(at: UInt32(truncatingIfNeeded: target))
            target &+= 1
            live &= live &- 1
        }
    }

    private static func nextOccupied(
        after slot: Int, in occupancy: InlineArray<6, UInt64>
    ) -> Int? {
        let start = (slot + 1) % slotCount
        var level = start / slotsPerLevel
        var word = occupancy[level] & (UInt64.max &<< UInt64(start % slotsPerLevel))
        for _ in 0...occupancy.count {
            if word != 0 { return level * slotsPerLevel + word.trailingZeroBitCount }
            level = (level + 1) % occupancy.count
            word = occupancy[level]
        }
        return nil
    }
}
