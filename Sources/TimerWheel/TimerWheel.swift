/// A hierarchical timing wheel whose timers are known by handles.
///
/// An ``IndexWheel``, whose promises are the same, and what it takes to hand its indices to others: each
/// timer has a payload, and its handle a generation, by which the wheel tells that a handle is stale.
public struct TimerWheel: ~Copyable, Sendable {
    @usableFromInline var wheel: IndexWheel
    /// How often each index has changed hands; odd while it is armed.
    @usableFromInline var generations: [UInt32]
    @usableFromInline var payloads: [UInt64]
    /// A stack of the indices to use again, with room for all.
    @usableFromInline var free: [UInt32]
    @usableFromInline var freeCount = 0
    private var dueIndices: [DueIndex] = []

    /// Makes an empty wheel.
    ///
    /// - Parameters:
    ///   - now: The tick at which the wheel starts. Timers due by then are overdue.
    ///   - capacity: How many timers to make room for at once. More may be scheduled; then the wheel
    ///     grows as an array does, which takes time in proportion to its size.
    package init(now: UInt64, capacity: Int = 0) {
        wheel = IndexWheel(now: now, capacity: capacity)
        generations = Array(repeating: 0, count: capacity)
        payloads = Array(repeating: 0, count: capacity)
        // Index 0 lies on top, so that the first timers lie side by side.
        free = (0..<UInt32(capacity)).reversed()
        freeCount = capacity
    }

    /// A second wheel, the same as this one.
    ///
    /// Handles of armed timers are good for either.
    package func copy() -> TimerWheel { TimerWheel(copying: self) }

    private init(copying other: borrowing TimerWheel) {
        wheel = other.wheel.copy()
        generations = other.generations
        payloads = other.payloads
        free = other.free
        freeCount = other.freeCount
    }

    /// The last tick whose timers have all been handed out.
    package var now: UInt64 { wheel.now }
    /// The number of armed timers.
    package var count: Int { wheel.count }

    /// The earliest due tick of all armed timers, exactly, or `nil` if there are none; see
    /// ``IndexWheel/nextDue``.
    package var nextDue: UInt64? { wheel.nextDue }

    /// The bytes that the wheel has in use, not counting what its arrays hold in reserve.
    package var bytesInUse: Int {
        wheel.bytesInUse
            + generations.count * MemoryLayout<UInt32>.stride
            + payloads.count * MemoryLayout<UInt64>.stride
            + free.count * MemoryLayout<UInt32>.stride
    }

    /// Arms a timer.
    ///
    /// - Parameters:
    ///   - due: The tick at which to hand the timer out. If it is not after ``now``, the next
    ///     ``advance(to:limit:into:)`` hands it out.
    ///   - payload: What to hand out.
    @inlinable
    @inline(__always)
    public mutating func schedule(at due: UInt64, payload: UInt64) -> TimerHandle {
        if freeCount == 0 { addIndex() }
        freeCount &-= 1
        let index = free[freeCount]
        let generation = Self.take(index, in: &generations)
        Self.write(payload, at: index, in: &payloads)
        wheel.arm(index, at: due)
        return TimerHandle(index: index, generation: generation)
    }

    /// Disarms a timer.
    ///
    /// Returns `false`, and does nothing, if the handle is stale.
    @inlinable
    @inline(__always)
    @discardableResult
    public mutating func cancel(_ handle: TimerHandle) -> Bool {
        guard Self.release(handle, in: &generations) else { return false }
        reuse(handle.index, after: handle.generation)
        return wheel.disarm(handle.index)
    }

    /// Moves a timer to another due tick, and behind the timers that are due at that tick already.
    ///
    /// The handle stays valid. Returns `false`, and does nothing, if it is stale.
    @inlinable
    @inline(__always)
    @discardableResult
    public mutating func reschedule(_ handle: TimerHandle, at due: UInt64) -> Bool {
        guard isArmed(handle) else { return false }
        wheel.arm(handle.index, at: due)
        return true
    }

    /// The tick for which a timer is scheduled, or `nil` if the handle is stale.
    package func due(of handle: TimerHandle) -> UInt64? {
        isArmed(handle) ? wheel.due(of: handle.index) : nil
    }

    /// Moves time forward and hands out the timers that are due by then; see
    /// ``IndexWheel/advance(to:limit:into:)``.
    package mutating func advance(
        to tick: UInt64, limit: Int = .max, into due: inout [DueTimer]
    ) -> Bool {
        let more = wheel.advance(to: tick, limit: limit, into: &dueIndices)
        for timer in dueIndices {
            let index = Int(timer.index)
            let handle = TimerHandle(index: timer.index, generation: generations[index])
            due.append(DueTimer(payload: payloads[index], due: timer.due, handle: handle))
            generations[index] &+= 1
            reuse(timer.index, after: handle.generation)
        }
        dueIndices.removeAll(keepingCapacity: true)
        return more
    }

    /// Checks all that must hold between calls, for tests.
    ///
    /// Takes time in proportion to the wheel's size.
    ///
    /// - Returns: What does not hold, or `nil` if everything does.
    package func brokenInvariant() -> String? {
        for index in free.prefix(freeCount) where generations[Int(index)] % 2 == 1 {
            return "index \(index) is free and armed"
        }
        let armedCount = generations.count { $0 % 2 == 1 }
        guard armedCount == count, freeCount + count <= generations.count else {
            return
                "\(generations.count) indices, \(freeCount) free, \(count) armed, \(armedCount) odd"
        }
        return wheel.brokenInvariant()
    }

    @inlinable
    @inline(__always)
    func isArmed(_ handle: TimerHandle) -> Bool {
        // A free index's generation is even and a handle's is odd, so that even a handle of another
        // wheel cannot name a free index.
        Int(handle.index) < generations.count
            && generations[Int(handle.index)] == handle.generation
    }

    // MARK: Indices
    //
    // Each array is borrowed once for each call; see the wheel underneath.

    @usableFromInline
    @inline(never)
    mutating func addIndex() {
        precondition(generations.count < TimerWord.limit, "more than a thousand million timers")
        free.append(0)
        free[0] = UInt32(generations.count)
        freeCount = 1
        generations.append(0)
        payloads.append(0)
    }

    /// Makes an index armed, and returns its generation.
    @inlinable
    @inline(__always)
    static func take(_ index: UInt32, in generations: inout [UInt32]) -> UInt32 {
        var all = generations.mutableSpan
        let generation = all[Int(index)] &+ 1
        all[Int(index)] = generation
        return generation
    }

    /// Makes an index's handles stale, if the handle is not stale already.
    @inlinable
    @inline(__always)
    static func release(_ handle: TimerHandle, in generations: inout [UInt32]) -> Bool {
        var all = generations.mutableSpan
        let index = Int(handle.index)
        guard index < all.count, all[index] == handle.generation else { return false }
        all[index] = handle.generation &+ 1
        return true
    }

    @inlinable
    @inline(__always)
    mutating func reuse(_ index: UInt32, after generation: UInt32) {
        // An index whose generations are used up is never used again.
        guard generation != .max else { return }
        Self.write(index, at: UInt32(truncatingIfNeeded: freeCount), in: &free)
        freeCount &+= 1
    }

    @inlinable
    @inline(__always)
    static func write<Value>(_ value: Value, at index: UInt32, in values: inout [Value]) {
        var all = values.mutableSpan
        all[Int(index)] = value
    }
}
