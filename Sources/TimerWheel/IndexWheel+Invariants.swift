extension IndexWheel {
    /// Checks all that must hold between calls, for tests.
    ///
    /// Takes time in proportion to the pool.
    ///
    /// - Returns: What does not hold, or `nil` if everything does.
    package func brokenInvariant() -> String? {
        guard now <= base, base <= reference, reference - now <= 1 else {
            return "now \(now), base \(base), reference \(reference)"
        }
        var found: Set<UInt32> = []
        var chunkCount = 0
        // An inline array that is read through `self` is copied each time.
        let slots = slots
        for slot in 0..<Self.slotCount {
            let isOccupied = occupancy[slot / 64] >> UInt64(slot % 64) & 1 == 1
            guard isOccupied == (slots[slot].head != 0) else {
                return "slot \(slot): occupied \(isOccupied), \(slots[slot])"
            }
            if let broken = brokenInvariant(
                of: slot, as: slots[slot], found: &found, chunkCount: &chunkCount)
            {
                return broken
            }
        }
        guard chunkCount == chunksInSlots else {
            return "\(chunksInSlots) chunks in slots, found \(chunkCount)"
        }
        var freeChunk = firstFreeChunk
        while freeChunk != 0, chunkCount < Int(chunksUsed) {
            chunkCount += 1
            freeChunk = chunks[Int(freeChunk)].next
        }
        guard chunkCount == Int(chunksUsed) - 1 else {
            return "\(chunksUsed - 1) chunks used, found \(chunkCount)"
        }
        guard found.count + outliers.heap.count == count else {
            return "\(count) timers, found \(found.count) + \(outliers.heap.count)"
        }
        let armedCount = words.count { !$0.isIdle }
        guard armedCount == count else { return "\(count) timers, \(armedCount) armed" }
        return brokenOutlierInvariant()
    }

    private func brokenInvariant(
        of slot: Int, as list: Slot, found: inout Set<UInt32>, chunkCount: inout Int
    ) -> String? {
        var chunk = list.head
        var previous: UInt32 = 0
        while chunk != 0 {
            guard chunks[Int(chunk)].previous == previous else {
                return "chunk \(chunk) comes after \(previous), not \(chunks[Int(chunk)].previous)"
            }
            for place in Self.places(of: chunk, in: list) where isLive(entries[place], at: place) {
                let entry = entries[place]
                if words[Int(entry.index)].isFiring, slot != firingSlot {
                    return "the entry at \(place) fires from slot \(slot)"
                }
                let due = due(of: entry.word)
                guard due > now else { return "a timer due at \(due) at \(now) is in slot \(slot)" }
                let proper = Self.slot(of: entry.word, from: base)
                let properOnceSpread = Self.slot(of: entry.word, from: reference)
                guard slot == proper || stage != .settled && slot == properOnceSpread else {
                    return "a timer due at \(due) is in slot \(slot), not \(proper)"
                }
                found.insert(entry.index)
            }
            chunkCount += 1
            previous = chunk
            chunk = chunks[Int(chunk)].next
        }
        guard previous == 0 || previous == list.tail else {
            return "slot \(slot) ends in chunk \(previous), not \(list.tail)"
        }
        return nil
    }

    private func brokenOutlierInvariant() -> String? {
        let heap = outliers.heap
        for (place, element) in heap.enumerated() {
            guard words[Int(element.index)] == .outlier(at: place) else {
                return "the outlier at \(place) is not where its word says"
            }
            let parent = heap[max(place - 1, 0) / 2]
            guard !Outliers.isOrdered(element, before: parent) else {
                return "the outlier at \(place) comes before its parent"
            }
            let isBeyond = (element.due ^ base) >> UInt64(TimerWord.windowBits) != 0
            guard element.due <= now || isBeyond else {
                return "a timer due at \(element.due) at \(now) is an outlier"
            }
        }
        return nil
    }
}
