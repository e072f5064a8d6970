/// A timer that came due, as ``IndexWheel/advance(to:limit:into:)`` hands it out.
package struct DueIndex: Equatable, Sendable {
    /// The tick the timer was armed for.
    ///
    /// It is earlier than the wheel's tick when the timer was armed late or time jumped.
    package let due: UInt64
    package let index: UInt32

    @inlinable
    package init(index: UInt32, due: UInt64) {
        self.due = due
        self.index = index
    }
}

extension IndexWheel {
    /// Moves time forward and hands out the timers that are due by then.
    ///
    /// They are appended in due order, those of the same tick in the order in which they were last
    /// armed; first of all those that were overdue when they were armed.
    ///
    /// With a limit the call also bounds its own work, so that no call takes long however many
    /// timers are due or must be moved inside the wheel. It then may return `true` with less than
    /// `limit` timers appended. ``now`` tells how far time has moved, at most to the tick before the
    /// earliest timer not yet handed out; what is armed or disarmed before the next call takes part
    /// as if the call had not stopped.
    ///
    /// - Parameters:
    ///   - tick: The tick to move to. Time does not move backwards: an earlier tick only hands out
    ///     what is overdue.
    ///   - limit: The most timers to append.
    ///   - due: What the timers are appended to.
    /// - Returns: Whether the call stopped early. Call again with the same tick.
    package mutating func advance(
        to tick: UInt64, limit: Int = .max, into due: inout [DueIndex]
    ) -> Bool {
        let target = max(min(tick, .max - 1), now)
        var room = max(limit, 0)
        var work = room < Int.max / 2 ? max(2 * room, Self.leastWork) : .max

        while let first = outliers.first, first.due <= now {
            guard room > 0 else { return true }
            outliers.removeFirst(words: &words)
            words[Int(first.index)] = .idle
            count -= 1
            due.append(DueIndex(index: first.index, due: first.due))
            room -= 1
        }
        while true {
            guard finishStage(work: &work) else { return true }
            guard let slot = firstOccupied else {
                guard let far = outliers.earliest else { break }
                let start = far & ~Self.residualMask(level: Self.levels)
                guard start <= target else { break }
                begin(.admitting, at: start)
                continue
            }
            let start = start(of: slot)
            guard start <= target else { break }
            guard slot < Self.slotsPerLevel else {
                begin(.spreading(slot: slot), at: start)
                continue
            }
            now = start - 1
            base = start
            reference = start
            guard fire(slot, due: start, room: &room, work: &work, into: &due) else {
                return true
            }
            now = start
        }
        if count == 0 { emptyAllSlots() } else { dropStaleFront() }
        // If time stands just before `base`, some of the wheel is placed by `base` already.
        if target >= base {
            now = target
            base = target
            reference = target
        }
        return false
    }

    /// The least number of entries that a call with a limit may look at before it stops.
    private static var leastWork: Int { 1 << 15 }

    // MARK: Firing

    /// Hands out the timers of a slot of the lowest level, all due at the same tick.
    ///
    /// Returns `false` if there are more than there is room for, or the work ran out.
    private mutating func fire(
        _ slot: Int, due: UInt64, room: inout Int, work: inout Int, into timers: inout [DueIndex]
    ) -> Bool {
        if fireSmall(slot, due: due, room: &room, into: &timers) { return true }
        guard resolve(slot, work: &work) else { return false }
        let list = slots[slot]
        while true {
            guard work > 0 else { return false }
            let head = slots[slot].head
            let before = room
            let isDone = Self.handOut(
                Self.places(of: head, in: list), due: due, room: &room, into: &timers,
                entries: entries, words: &words)
            count -= before - room
            guard isDone else { return false }
            work -= Self.chunkSize
            if head == list.tail { break }
            dropHead(of: slot)
        }
        resolvedEnd = 0
        empty(slot)
        return true
    }

    /// Hands out the timers of a slot with one chunk, if there is room for all.
    private mutating func fireSmall(
        _ slot: Int, due: UInt64, room: inout Int, into timers: inout [DueIndex]
    ) -> Bool {
        let list = slots[slot]
        guard list.head == list.tail, room >= Self.chunkSize, resolvedEnd == 0 else { return false }
        let before = timers.count
        Self.handOutAll(
            Self.places(of: list.head, in: list), due: due, into: &timers, entries: entries,
            words: &words)
        count -= timers.count - before
        room -= timers.count - before
        empty(slot)
        return true
    }

    private static func handOutAll(
        _ places: Range<Int>, due: UInt64, into timers: inout [DueIndex], entries: [Entry],
        words: inout [TimerWord]
    ) {
        let pool = entries.span
        var all = words.mutableSpan
        // From the last, so that a timer's first match is the one that counts.
        var live: UInt32 = 0
        for place in places.reversed() {
            let entry = pool[place]
            let word = all[Int(entry.index)]
            let counts = word == entry.word
            all[Int(entry.index)] = counts ? .idle : word
            live = live &<< 1 | (counts ? 1 : 0)
        }
        while live != 0 {
            let index = pool[places.lowerBound &+ live.trailingZeroBitCount].index
            timers.append(DueIndex(index: index, due: due))
            live &= live &- 1
        }
    }

    /// Writes into the word of each timer of a slot which of its entries counts: the last one.
    ///
    /// Returns `false` if the work ran out.
    private mutating func resolve(_ slot: Int, work: inout Int) -> Bool {
        let list = slots[slot]
        var chunk = list.head
        var place = Int(chunk) * Self.chunkSize
        if resolvedEnd != 0 {
            chunk = (resolvedEnd - 1) / UInt32(Self.chunkSize)
            place = Int(resolvedEnd)
        }
        while true {
            let end = Self.places(of: chunk, in: list).upperBound
            Self.resolve(place..<end, entries: entries, words: &words)
            resolvedEnd = UInt32(end)
            if chunk == list.tail { return true }
            work -= Self.chunkSize
            guard work > 0 else { return false }
            chunk = chunks[Int(chunk)].next
            place = Int(chunk) * Self.chunkSize
        }
    }

    private static func resolve(
        _ places: Range<Int>, entries: [Entry], words: inout [TimerWord]
    ) {
        let pool = entries.span
        var all = words.mutableSpan
        for place in places {
            let entry = pool[place]
            let word = all[Int(entry.index)]
            // A timer that fires from an earlier place has a second entry here, for the same tick.
            let counts = word == entry.word || word.isFiring
            all[Int(entry.index)] =
                counts ? .firing(at: UInt32(truncatingIfNeeded: place)) : word
        }
    }

    /// Hands out the timers that fire from the given places.
    ///
    /// Returns `false` if there are more than there is room for.
    private static func handOut(
        _ places: Range<Int>, due: UInt64, room: inout Int, into timers: inout [DueIndex],
        entries: [Entry], words: inout [TimerWord]
    ) -> Bool {
        let pool = entries.span
        var all = words.mutableSpan
        for place in places {
            let index = pool[place].index
            guard all[Int(index)] == .firing(at: UInt32(truncatingIfNeeded: place)) else {
                continue
            }
            guard room > 0 else { return false }
            all[Int(index)] = .idle
            timers.append(DueIndex(index: index, due: due))
            room &-= 1
        }
        return true
    }

    // MARK: Stages

    /// Begins to bring the timers of a window, which starts at the given tick, down into the wheel.
    ///
    /// Time stops just before the window, and until the stage is finished new timers go where the
    /// window's others still are, behind them. So the order of arming stays.
    private mutating func begin(_ next: Stage, at start: UInt64) {
        now = start - 1
        base = start - 1
        reference = start
        stage = next
    }

    mutating func finishSpreading() {
        base = reference
        stage = .settled
    }

    /// Goes on with what the last call was in the middle of.
    ///
    /// Returns `false` if the work ran out.
    private mutating func finishStage(work: inout Int) -> Bool {
        switch stage {
        case .settled:
            return true
        case .spreading(let slot):
            return spread(slot, work: &work)
        case .admitting:
            return admit(work: &work)
        }
    }

    private mutating func spread(_ slot: Int, work: inout Int) -> Bool {
        while true {
            guard work > 0 else { return false }
            let head = slots[slot].head
            let isTail = head == slots[slot].tail
            let places = Self.places(of: head, in: slots[slot])
            var live = Self.liveEntries(at: places, entries: entries, words: words)
            while true {
                Self.moveWhereThereIsRoom(
                    &live, from: places.lowerBound, reference: reference, slots: &slots,
                    entries: &entries)
                guard live != 0 else { break }
                let entry = entries[places.lowerBound &+ live.trailingZeroBitCount]
                append(entry, to: Self.slot(of: entry.word, from: reference))
                live &= live &- 1
            }
            work -= Self.chunkSize
            if isTail { break }
            dropHead(of: slot)
        }
        empty(slot)
        return true
    }

    /// Moves the given entries of a chunk to the slots of the levels below, up to the first that needs
    /// a new chunk.
    private static func moveWhereThereIsRoom(
        _ live: inout UInt32, from first: Int, reference: UInt64,
        slots: inout InlineArray<322, Slot>, entries: inout [Entry]
    ) {
        var pool = entries.mutableSpan
        while live != 0 {
            let entry = pool[first &+ live.trailingZeroBitCount]
            let target = slot(of: entry.word, from: reference)
            let place = slots[target].end
            guard place % UInt32(chunkSize) != 0 else { return }
            slots[target].end = place &+ 1
            pool[Int(place)] = entry
            live &= live &- 1
        }
    }

    private mutating func admit(work: inout Int) -> Bool {
        while let first = outliers.first,
            (first.due ^ reference) >> UInt64(TimerWord.windowBits) == 0
        {
            guard work > 0 else { return false }
            outliers.removeFirst(words: &words)
            let word = TimerWord.waiting(until: first.due)
            words[Int(first.index)] = word
            append(
                Entry(word: word, index: first.index), to: Self.slot(of: word, from: reference))
            work -= 1
        }
        finishSpreading()
        return true
    }
}
