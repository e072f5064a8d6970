/// How far the sweep of stale entries has come.
struct Sweep {
    /// The slot that is being swept, or was last.
    var slot = 0
    /// The chunk that is being filled, or 0 between slots.
    var target: UInt32 = 0
    /// The chunk's entries from this place on are kept; those before it are unused.
    var place = 0
    /// Which timers have a kept entry in the slot, a bit for each.
    ///
    /// Entries are met from the last to the first, so a second one of the same timer is stale even if
    /// it says the same.
    var kept: [UInt64] = []
}

extension IndexWheel {
    /// Sweeps a few chunks if there are too many of them.
    ///
    /// Called whenever a chunk is taken.
    mutating func sweepIfNeeded() {
        peak = max(peak, count)
        // Half of the entries may be stale, and each slot has a last chunk that is not full.
        var most = 2 * peak / Self.chunkSize + Self.sweepSlack
        guard chunksInSlots > most else { return }
        most += occupiedCount
        var work = Self.sweepWork
        while work > 0, chunksInSlots > most {
            if sweep.target == 0 {
                guard beginSweep() else { return }
                work -= 1 + sweep.kept.count / 512
            } else {
                sweepChunk()
                work -= 1
            }
        }
    }

    private static var sweepSlack: Int { 16 }
    /// How many chunks to look at for each chunk that is taken.
    private static var sweepWork: Int { 8 }

    /// Must be called when chunks of a slot are given back by anyone but the sweep.
    mutating func forgetSweep(of slot: Int) {
        if sweep.slot == slot { sweep.target = 0 }
    }

    private mutating func beginSweep() -> Bool {
        // A slot in the middle of something is let be: its entries will soon be gone.
        var slot = Self.nextOccupied(after: sweep.slot, in: occupancy)
        for _ in 0..<2 {
            guard let next = slot, next == firingSlot || stage == .spreading(slot: next) else {
                break
            }
            slot = Self.nextOccupied(after: next, in: occupancy)
        }
        guard let slot, slot != firingSlot, stage != .spreading(slot: slot) else { return false }
        for place in sweep.kept.indices { sweep.kept[place] = 0 }
        // Timers that come later lie behind the place where the sweep of the slot begins.
        let missing = (words.count + 63) / 64 - sweep.kept.count
        if missing > 0 { sweep.kept.append(contentsOf: repeatElement(0, count: missing)) }
        sweep.slot = slot
        sweep.target = slots[slot].tail
        let places = Self.places(of: sweep.target, in: slots[slot])
        sweep.place = places.upperBound
        pack(places)
        clearFront(of: places.lowerBound)
        return true
    }

    /// Fills up the target with the entries of the chunk before it.
    ///
    /// The order of the entries stays. Between calls the slot is like any other, so anything may
    /// happen to it.
    private mutating func sweepChunk() {
        let slot = sweep.slot
        let target = sweep.target
        let source = chunks[Int(target)].previous
        guard source != 0 else {
            sweep.target = 0
            // Only a tail can be all stale: any other chunk became the target for the entries left.
            if target == slots[slot].tail, sweep.place == Int(slots[slot].end) { empty(slot) }
            return
        }
        let places = Int(source) * Self.chunkSize..<(Int(source) + 1) * Self.chunkSize
        if pack(places) {
            sweep.target = source
            clearFront(of: places.lowerBound)
            return
        }
        let before = chunks[Int(source)].previous
        chunks[Int(target)].previous = before
        if before == 0 {
            slots[slot].head = target
        } else {
            chunks[Int(before)].next = target
        }
        giveBack(source)
    }

    /// Moves the live entries at the given places to the end of the room in the target and, when that
    /// is full, to the end of the places themselves.
    ///
    /// Returns whether the latter happened.
    @discardableResult
    private mutating func pack(_ places: Range<Int>) -> Bool {
        let live = Self.liveEntries(at: places, entries: entries, words: words)
        return Self.move(live, of: places, entries: &entries, sweep: &sweep)
    }

    private static func move(
        _ entriesToMove: UInt32, of places: Range<Int>, entries: inout [Entry], sweep: inout Sweep
    ) -> Bool {
        let first = Int(sweep.target) * chunkSize
        var live = entriesToMove
        var place = sweep.place
        var isBeyondTarget = false
        var pool = entries.mutableSpan
        var kept = sweep.kept.mutableSpan
        while live != 0 {
            let highest = 31 &- live.leadingZeroBitCount
            live ^= 1 &<< UInt32(truncatingIfNeeded: highest)
            let entry = pool[places.lowerBound &+ highest]
            let bit: UInt64 = 1 &<< UInt64(entry.index & 63)
            let word = kept[Int(entry.index >> 6)]
            guard word & bit == 0 else { continue }
            kept[Int(entry.index >> 6)] = word | bit
            if place == first {
                isBeyondTarget = true
                place = places.upperBound
            }
            place &-= 1
            pool[place] = entry
        }
        sweep.place = place
        return isBeyondTarget
    }

    /// Marks the places from the given one to the first kept one as unused.
    ///
    /// What lies there counts no more or lies further back too, and would only be moved about with the
    /// slot.
    private mutating func clearFront(of first: Int) {
        for place in first..<sweep.place { entries[place] = .unused }
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
