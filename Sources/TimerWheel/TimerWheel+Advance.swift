extension TimerWheel {
    /// Moves time forward and hands out the timers that are due by then.
    ///
    /// They are appended in due order, those of the same tick in the order in which they were last
    /// scheduled; first of all those that were overdue when they were scheduled.
    ///
    /// With a limit the call also bounds its own work, so that no call takes long however many
    /// timers are due or must be moved inside the wheel. It then may return `true` with less than
    /// `limit` timers appended. ``now`` tells how far time has moved, at most to the tick before the
    /// earliest timer not yet handed out; what is scheduled or cancelled before the next call takes
    /// part as if the call had not stopped.
    ///
    /// - Parameters:
    ///   - tick: The tick to move to. Time does not move backwards: an earlier tick only hands out
    ///     what is overdue.
    ///   - limit: The most timers to append.
    ///   - due: What the timers are appended to.
    /// - Returns: Whether the call stopped early. Call again with the same tick.
    package mutating func advance(
        to tick: UInt64, limit: Int = .max, into due: inout [DueTimer]
    ) -> Bool {
        let target = max(min(tick, .max - 1), now)
        var room = max(limit, 0)
        var work = room < Int.max / 2 ? max(2 * room, Self.leastWork) : .max

        while let first = outliers.first, first.due <= now {
            guard room > 0 else { return true }
            outliers.removeFirst(records: &records)
            handOut(first.index, due: first.due, into: &due)
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
        dropStaleFront()
        // If time stands just before `base`, some of the wheel is placed by `base` already.
        if target >= base {
            now = target
            base = target
            reference = target
        }
        return false
    }

    /// The least number of entries that a call with a limit may look at before it stops.
    private static let leastWork = 1 << 15

    private mutating func handOut(_ index: UInt32, due: UInt64, into timers: inout [DueTimer]) {
        let record = records[Int(index)]
        let handle = TimerHandle(index: index, generation: record.generation)
        timers.append(DueTimer(payload: record.payload, due: due, handle: handle))
        release(index)
    }

    /// Hands out the timers of a slot of the lowest level, all due at the same tick.
    ///
    /// Returns `false` if there are more than there is room for, or the work ran out.
    private mutating func fire(
        _ slot: Int, due: UInt64, room: inout Int, work: inout Int, into timers: inout [DueTimer]
    ) -> Bool {
        while true {
            guard work > 0 else { return false }
            work -= Self.chunkSize
            let head = slots[slot].head
            let isTail = head == slots[slot].tail
            var live = Self.liveEntries(
                of: head, in: slots[slot], entries: entries, records: records)
            while live != 0 {
                guard room > 0 else { return false }
                let place = Int(head) &* Self.chunkSize &+ live.trailingZeroBitCount
                handOut(entries[place].index, due: due, into: &timers)
                room -= 1
                live &= live &- 1
            }
            if isTail { break }
            dropHead(of: slot)
        }
        empty(slot)
        return true
    }

    // MARK: Stages

    /// Begins to bring the timers of a window, which starts at the given tick, down into the wheel.
    ///
    /// Time stops just before the window, and until the stage is finished new timers go where the
    /// window's others still are, behind them. So the order of scheduling stays.
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
        let mask = UInt32(
            truncatingIfNeeded: Self.residualMask(level: slot / Self.slotsPerLevel))
        while true {
            guard work > 0 else { return false }
            let head = slots[slot].head
            let isTail = head == slots[slot].tail
            var live = Self.liveEntries(
                of: head, in: slots[slot], entries: entries, records: records)
            while true {
                Self.moveWhereThereIsRoom(
                    &live, of: head, mask: mask, slots: &slots, entries: &entries,
                    records: &records)
                guard live != 0 else { break }
                let entry = entries[Int(head) &* Self.chunkSize &+ live.trailingZeroBitCount]
                let target = Self.slot(of: UInt64(entry.dueLow & mask), from: 0)
                records[Int(entry.index)].location = .entry(at: append(entry, to: target))
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
        _ live: inout UInt32, of chunk: UInt32, mask: UInt32,
        slots: inout InlineArray<384, Slot>, entries: inout [Entry], records: inout [TimerRecord]
    ) {
        var pool = entries.mutableSpan
        var all = records.mutableSpan
        while live != 0 {
            let entry = pool[Int(chunk) &* chunkSize &+ live.trailingZeroBitCount]
            let target = slot(of: UInt64(entry.dueLow & mask), from: 0)
            let place = slots[target].end
            guard place % UInt32(chunkSize) != 0 else { return }
            slots[target].end = place &+ 1
            pool[Int(place)] = entry
            all[Int(entry.index)].location = .entry(at: place)
            live &= live &- 1
        }
    }

    private mutating func admit(work: inout Int) -> Bool {
        while let first = outliers.first, first.due ^ reference < 1 << Self.windowBits {
            guard work > 0 else { return false }
            outliers.removeFirst(records: &records)
            let slot = Self.slot(of: first.due, from: reference)
            let entry = Entry(dueLow: UInt32(truncatingIfNeeded: first.due), index: first.index)
            records[Int(first.index)].location = .entry(at: append(entry, to: slot))
            work -= 1
        }
        finishSpreading()
        return true
    }
}
