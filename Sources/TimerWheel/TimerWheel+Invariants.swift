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
        // An inline array that is read through `self` is copied each time.
        let slots = slots
        for slot in 0..<Self.slotCount {
            let isOccupied = occupancy[slot / 64] >> UInt64(slot % 64) & 1 == 1
            guard isOccupied == (slots[slot].head != 0) else {
                return "slot \(slot): occupied \(isOccupied), \(slots[slot])"
            }
            if let broken = brokenInvariant(
                of: slot, as: slots[slot], liveCount: &entryCount)
            {
                return broken
            }
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

    private func brokenInvariant(
        of slot: Int, as list: Slot, liveCount: inout Int
    ) -> String? {
        var chunkCount: UInt32 = 0
        var chunk = list.head
        while chunk != 0 {
            guard chunks[Int(chunk)].slot == slot else {
                return "chunk \(chunk) of slot \(slot) says \(chunks[Int(chunk)].slot)"
            }
            for place in Self.places(of: chunk, in: list) where isLive(entries[place], at: place) {
                let entry = entries[place]
                guard records[Int(entry.index)].generation % 2 == 1 else {
                    return "the entry at \(place) is live and its timer is not armed"
                }
                let due = due(of: entry, in: slot)
                guard due > now else { return "a timer due at \(due) at \(now) is in slot \(slot)" }
                let proper = Self.slot(of: due, from: base)
                let properOnceSpread = Self.slot(of: due, from: reference)
                guard slot == proper || stage != .settled && slot == properOnceSpread else {
                    return "a timer due at \(due) is in slot \(slot), not \(proper)"
                }
                liveCount += 1
            }
            chunkCount += 1
            let next = chunks[Int(chunk)].next
            guard next != 0 || chunk == list.tail else {
                return "slot \(slot) ends in chunk \(chunk), not \(list.tail)"
            }
            chunk = next
        }
        guard chunkCount == list.chunks else {
            return "slot \(slot): \(list), found \(chunkCount) chunks"
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
        for list in 0..<Self.freeLists {
            var index = freeRecords[list]
            for _ in stride(from: list, to: freeCount, by: Self.freeLists) {
                guard records[Int(index)].generation % 2 == 0 else {
                    return "record \(index) is free and armed"
                }
                index = UInt32(records[Int(index)].location.number)
            }
        }
        var armedCount = 0
        for record in records where record.generation % 2 == 1 { armedCount += 1 }
        guard armedCount == count, freeCount + count <= records.count else {
            return "\(records.count) records, \(freeCount) free, \(count) armed, \(armedCount) odd"
        }
        return nil
    }
}
