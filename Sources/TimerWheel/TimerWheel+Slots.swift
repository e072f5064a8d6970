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

    /// The earliest due tick in a slot that is in use.
    func earliestDue(in slot: Int) -> UInt64 {
        let start = start(of: slot)
        guard slot >= Self.slotsPerLevel else { return start }
        let mask = UInt32(
            truncatingIfNeeded: Self.residualMask(level: slot / Self.slotsPerLevel))
        // A blank has the greatest residual there is, so it needs no test of its own.
        var residual = mask
        let pool = entries.span
        var chunk = slots[slot].head
        while chunk != 0 {
            for place in places(of: chunk, in: slot) {
                residual = min(residual, pool[place].dueLow & mask)
            }
            chunk = chunks[Int(chunk)].next
        }
        return start | UInt64(residual)
    }

    /// The places of a chunk that have been filled.
    @inline(__always)
    func places(of chunk: UInt32, in slot: Int) -> Range<Int> {
        let first = Int(chunk) &* Self.chunkSize
        let isTail = chunk == slots[slot].tail
        return first..<(isTail ? Int(slots[slot].end) : first &+ Self.chunkSize)
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
        slots[slot].live &+= 1
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
        slots[slot].live += 1
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
            if Int(chunk) == chunks.count {
                precondition(chunk < 1 << 26, "the entry pool is full")
                chunks.append(Chunk(next: 0, slot: 0))
                entries.append(contentsOf: repeatElement(.blank, count: Self.chunkSize))
            }
            chunksUsed += 1
        }
        chunks[Int(chunk)] = Chunk(next: 0, slot: UInt32(slot))
        chunksInSlots += 1
        peak = max(peak, count)
        sweepLimit = peak * 3 / (2 * Self.chunkSize) + occupiedCount + Self.sweepSlack
        return chunk
    }

    // MARK: Emptying

    /// Gives back the chunks of a slot, in which nothing but blanks is left.
    @inline(never)
    mutating func empty(_ slot: Int) {
        let old = slots[slot]
        chunks[Int(old.tail)].next = firstFreeChunk
        firstFreeChunk = old.head
        chunksInSlots -= Int(old.chunks)
        slots[slot] = Slot()
        occupancy[slot / Self.slotsPerLevel] &= ~(1 &<< UInt64(slot % Self.slotsPerLevel))
        forgetSweep(of: slot)
        if stage == .spreading(slot: slot) { finishSpreading() }
    }

    /// Gives back the first chunk of a slot; not its last.
    mutating func dropHead(of slot: Int) {
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

    /// Must be called before chunks of a slot are given back by anyone but the sweep.
    mutating func forgetSweep(of slot: Int) {
        if sweepSlot == slot { sweepChunk = 0 }
    }

    /// Packs one chunk, and fills it up with the entries of those behind it.
    ///
    /// The order of the entries stays. Between steps the slot is like any other, so anything may
    /// happen to it.
    @inline(never)
    mutating func sweepStep() {
        if sweepChunk == 0 {
            guard let slot = nextOccupied(after: sweepSlot) else { return }
            sweepSlot = slot
            sweepChunk = slots[slot].head
        }
        let slot = sweepSlot
        let chunk = sweepChunk
        var target = Int(chunk) * Self.chunkSize
        let targetEnd = target + Self.chunkSize
        for place in places(of: chunk, in: slot) where !entries[place].isBlank {
            move(from: place, to: target)
            target += 1
        }
        var follower = chunks[Int(chunk)].next
        // A step ends after a few followers even if they were all blanks.
        var followersLeft = 4
        while target < targetEnd, follower != 0, followersLeft > 0 {
            var isExhausted = true
            for place in places(of: follower, in: slot) where !entries[place].isBlank {
                guard target < targetEnd else {
                    isExhausted = false
                    break
                }
                move(from: place, to: target)
                target += 1
            }
            guard isExhausted else { break }
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
            // A tail needs one entry, be it a blank, for the slot's end to point into it.
            slots[slot].end = UInt32(max(target, targetEnd - Self.chunkSize + 1))
            sweepChunk = 0
        } else if target == targetEnd {
            sweepChunk = follower
        }
    }

    private mutating func move(from place: Int, to target: Int) {
        guard place != target else { return }
        let entry = entries[place]
        entries[target] = entry
        entries[place] = .blank
        records[Int(entry.index)].location = .entry(at: UInt32(target))
    }

    private func nextOccupied(after slot: Int) -> Int? {
        let start = (slot + 1) % Self.slotCount
        var level = start / Self.slotsPerLevel
        var word = occupancy[level] & (UInt64.max &<< UInt64(start % Self.slotsPerLevel))
        for _ in 0...occupancy.count {
            if word != 0 { return level * Self.slotsPerLevel + word.trailingZeroBitCount }
            level = (level + 1) % occupancy.count
            word = occupancy[level]
        }
        return nil
    }
}
