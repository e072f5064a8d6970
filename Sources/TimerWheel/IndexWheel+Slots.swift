// Slots as lists of chunks: finding, filling and emptying them.

extension IndexWheel {
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

    /// The slot that is being handed out, if a part of it is resolved.
    var firingSlot: Int? {
        resolvedEnd == 0 ? nil : Int(reference & UInt64(Self.slotsPerLevel - 1))
    }

    /// Which bits of a due tick are not told by the slot of the given level.
    static func residualMask(level: Int) -> UInt64 {
        1 &<< UInt64(min(level &* levelBits, TimerWord.windowBits)) &- 1
    }

    /// The first tick of a slot.
    func start(of slot: Int) -> UInt64 {
        let level = slot / Self.slotsPerLevel
        let digit = UInt64(slot % Self.slotsPerLevel)
        let window = reference & ~Self.residualMask(level: level + 1)
        return window | digit &<< UInt64(level &* Self.levelBits)
    }

    /// The due tick of a timer in the wheel.
    func due(of word: TimerWord) -> UInt64 {
        reference & ~Self.residualMask(level: Self.levels) | UInt64(word.bits)
    }

    /// The earliest due tick in a slot, or `nil` if none of its entries is live.
    func earliestDue(in list: Slot, _ slot: Int) -> UInt64? {
        // That of an unused entry comes last.
        var earliest = UInt32.max
        var chunk = list.head
        let leastPossible = TimerWord.waiting(until: start(of: slot)).bits
        while chunk != 0, earliest != leastPossible {
            for place in Self.places(of: chunk, in: list) {
                // Few entries are earlier than all before them, so few words are looked at.
                let entry = entries[place]
                guard entry.word.bits < earliest, isLive(entry, at: place) else { continue }
                earliest = entry.word.bits
            }
            chunk = chunks[Int(chunk)].next
        }
        return earliest == .max ? nil : due(of: TimerWord(bits: earliest))
    }

    func isLive(_ entry: Entry, at place: Int) -> Bool {
        let word = words[Int(entry.index)]
        return word == entry.word || word == .firing(at: UInt32(truncatingIfNeeded: place))
    }

    /// The places of a chunk that have been filled.
    @inline(__always)
    static func places(of chunk: UInt32, in slot: Slot) -> Range<Int> {
        let first = Int(chunk) &* chunkSize
        return first..<(chunk == slot.tail ? Int(slot.end) : first &+ chunkSize)
    }

    /// Which entries of a chunk count, a bit for each.
    ///
    /// Whether an entry does cannot be foreseen, so it is found out without a branch.
    @inline(__always)
    static func liveEntries(
        at places: Range<Int>, entries: [Entry], words: [TimerWord]
    ) -> UInt32 {
        let pool = entries.span
        let all = words.span
        var live: UInt32 = 0
        var bit: UInt32 = 1
        for place in places {
            let entry = pool[place]
            live |= all[Int(entry.index)] == entry.word ? bit : 0
            bit &<<= 1
        }
        return live
    }

    // MARK: Filling

    /// Adds a chunk to a slot that has no room, and returns the place for the next entry.
    ///
    /// The caller must fill that place at once.
    @usableFromInline
    @inline(never)
    mutating func addChunk(to slot: Int) -> UInt32 {
        sweepIfNeeded()
        // The sweep may have emptied or packed this very slot.
        let end = slots[slot].end
        guard end % UInt32(Self.chunkSize) == 0 else { return end }
        let tail = end == 0 ? 0 : slots[slot].tail
        let chunk = takeChunk(behind: tail)
        if tail == 0 {
            slots[slot].head = chunk
            occupancy[slot / Self.slotsPerLevel] |= 1 &<< UInt64(slot % Self.slotsPerLevel)
        }
        return chunk &* UInt32(Self.chunkSize)
    }

    private mutating func takeChunk(behind tail: UInt32) -> UInt32 {
        chunksInSlots += 1
        let chunk = firstFreeChunk == 0 ? chunksUsed : firstFreeChunk
        if firstFreeChunk == 0 {
            // A page of entries at a time, but little for a small wheel.
            if Int(chunk) == chunks.count { addChunks(min(1 + chunks.count / 16, 16)) }
            chunksUsed += 1
        }
        let nextFree = Self.link(chunk, behind: tail, in: &chunks)
        if firstFreeChunk != 0 { firstFreeChunk = nextFree }
        readAhead(firstFreeChunk == 0 ? chunksUsed : firstFreeChunk)
        return chunk
    }

    /// Reads from each cache line of the chunk that will be taken next.
    ///
    /// When it is taken its lines are there, or else every eighth entry would wait for one, and the
    /// timers' words behind it.
    private mutating func readAhead(_ chunk: UInt32) {
        let first = Int(chunk) &* Self.chunkSize
        guard first < entries.count else { return }
        lastRead =
            entries[first].index ^ entries[first + 8].index
            ^ entries[first + 16].index ^ entries[first + 24].index
    }

    /// Returns what came after the chunk before.
    private static func link(
        _ chunk: UInt32, behind tail: UInt32, in chunks: inout [Chunk]
    ) -> UInt32 {
        var all = chunks.mutableSpan
        let next = all[Int(chunk)].next
        all[Int(chunk)] = Chunk(next: 0, previous: tail)
        // That of chunk 0 is never read.
        all[Int(tail)].next = chunk
        return next
    }

    mutating func addChunks(_ count: Int) {
        precondition(
            chunks.count + count < TimerWord.limit / UInt32(Self.chunkSize),
            "the entry pool is full")
        chunks.append(contentsOf: repeatElement(Chunk(next: 0, previous: 0), count: count))
        entries.append(contentsOf: repeatElement(.unused, count: count * Self.chunkSize))
    }

    // MARK: Emptying

    /// Gives back the only chunk of a slot, in which no entry counts.
    mutating func empty(_ slot: Int) {
        forgetSweep(of: slot)
        giveBack(slots[slot].head)
        slots[slot] = Slot()
        occupancy[slot / Self.slotsPerLevel] &= ~(1 &<< UInt64(slot % Self.slotsPerLevel))
        if stage == .spreading(slot: slot) { finishSpreading() }
    }

    /// Gives back the first chunk of a slot; not its last.
    mutating func dropHead(of slot: Int) {
        forgetSweep(of: slot)
        let head = slots[slot].head
        let next = chunks[Int(head)].next
        slots[slot].head = next
        chunks[Int(next)].previous = 0
        giveBack(head)
    }

    mutating func giveBack(_ chunk: UInt32) {
        chunks[Int(chunk)].next = firstFreeChunk
        firstFreeChunk = chunk
        chunksInSlots -= 1
    }

    /// Drops the stale entries before the first live one, up to a number that takes no long time.
    mutating func dropStaleFront() {
        // Those of a slot that is being handed out go by themselves.
        guard resolvedEnd == 0 else { return }
        for _ in 0..<256 {
            guard let slot = firstOccupied else { return }
            let head = slots[slot].head
            let isTail = head == slots[slot].tail
            let live = Self.liveEntries(
                at: Self.places(of: head, in: slots[slot]), entries: entries, words: words)
            guard live == 0 else { return }
            if isTail { empty(slot) } else { dropHead(of: slot) }
        }
    }

    /// Drops the stale entries when no timer is left.
    @usableFromInline
    @inline(never)
    mutating func emptyAllSlots() {
        while let slot = firstOccupied {
            forgetSweep(of: slot)
            chunks[Int(slots[slot].tail)].next = firstFreeChunk
            firstFreeChunk = slots[slot].head
            slots[slot] = Slot()
            occupancy[slot / Self.slotsPerLevel] &= ~(1 &<< UInt64(slot % Self.slotsPerLevel))
        }
        chunksInSlots = 0
        resolvedEnd = 0
        if case .spreading = stage { finishSpreading() }
    }
}
