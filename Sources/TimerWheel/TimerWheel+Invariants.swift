extension TimerWheel {
    /// Checks all that must hold between calls, for tests.
    ///
    /// Takes time in proportion to the pool.
    ///
    /// - Returns: What does not hold, or `nil` if everything does.
    package func brokenInvariant() -> String? {
        guard now <= base, base <= reference, reference - now <= 1 else {
            return "now \(now), base \(base), reference \(reference)"
        }
        var entryCount = 0
        var chunkCount = 0
        for slot in 0..<Self.slotCount {
            let isOccupied = occupancy[slot / 64] >> UInt64(slot % 64) & 1 == 1
            guard isOccupied == (slots[slot].live > 0), isOccupied == (slots[slot].head != 0) else {
                return "slot \(slot): occupied \(isOccupied), \(slots[slot])"
            }
            if let broken = brokenInvariant(of: slot) { return broken }
            entryCount += Int(slots[slot].live)
            chunkCount += Int(slots[slot].chunks)
        }
        guard chunkCount == chunksInSlots else {
            return "\(chunksInSlots) chunks in slots, found \(chunkCount)"
        }
        var freeChunk = firstFreeChunk
        while freeChunk != 0 {
            chunkCount += 1
            freeChunk = chunks[Int(freeChunk)].next
        }
        guard chunkCount == Int(chunksUsed) - 1 else {
            return "\(chunksUsed - 1) chunks used, found \(chunkCount)"
        }
        guard entryCount + outliers.heap.count == count else {
            return "\(count) timers, found \(entryCount) + \(outliers.heap.count)"
        }
        return brokenOutlierInvariant() ?? brokenRecordInvariant()
    }

    private func brokenInvariant(of slot: Int) -> String? {
        var live: UInt32 = 0
        var chunkCount: UInt32 = 0
        var chunk = slots[slot].head
        while chunk != 0 {
            guard chunks[Int(chunk)].slot == slot else {
                return "chunk \(chunk) of slot \(slot) says \(chunks[Int(chunk)].slot)"
            }
            for place in places(of: chunk, in: slot) where !entries[place].isBlank {
                let entry = entries[place]
                let record = records[Int(entry.index)]
                guard record.generation % 2 == 1,
                    record.location == .entry(at: UInt32(place))
                else { return "the entry at \(place) is not where its record says" }
                let due = due(of: entry, in: slot)
                guard due > now else { return "a timer due at \(due) at \(now) is in slot \(slot)" }
                let proper = Self.slot(of: due, from: base)
                let properOnceSpread = Self.slot(of: due, from: reference)
                guard slot == proper || stage != .settled && slot == properOnceSpread else {
                    return "a timer due at \(due) is in slot \(slot), not \(proper)"
                }
                live += 1
            }
            chunkCount += 1
            let next = chunks[Int(chunk)].next
            guard next != 0 || chunk == slots[slot].tail else {
                return "slot \(slot) ends in chunk \(chunk), not \(slots[slot].tail)"
            }
            chunk = next
        }
        guard live == slots[slot].live, chunkCount == slots[slot].chunks else {
            return "slot \(slot): \(slots[slot]), found \(live) in \(chunkCount) chunks"
        }
        return nil
    }

    private func brokenOutlierInvariant() -> String? {
        let heap = outliers.heap
        for (place, element) in heap.enumerated() {
            let record = records[Int(element.index)]
            guard record.generation % 2 == 1, record.location == .outlier(at: place) else {
                return "the outlier at \(place) is not where its record says"
            }
            let parent = heap[max(place - 1, 0) / 2]
            guard !Outliers.isOrdered(element, before: parent) else {
                return "the outlier at \(place) comes before its parent"
            }
            let isBeyond = (element.due ^ base) >> UInt64(Self.windowBits) != 0
            guard element.due <= now || isBeyond else {
                return "a timer due at \(element.due) at \(now) is an outlier"
            }
        }
        return nil
    }

    private func brokenRecordInvariant() -> String? {
        var freeCount = 0
        var index = firstFreeRecord
        while index != Self.noRecord {
            guard records[Int(index)].generation % 2 == 0 else { return "record \(index) is free" }
            freeCount += 1
            index = records[Int(index)].location.bits
        }
        var retiredCount = 0
        for index in 0..<Int(recordsUsed) where records[index].generation == 0 {
            retiredCount += 1
        }
        guard freeCount + retiredCount + count == Int(recordsUsed) else {
            return "\(recordsUsed) records used, found \(freeCount) free, \(retiredCount) retired"
        }
        return nil
    }
}
