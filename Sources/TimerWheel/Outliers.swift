/// The timers that do not lie in the wheel: those overdue when they were armed, and those beyond
/// the wheel's window.
///
/// A binary heap ordered by due tick and, among equals, by the order of insertion. Each timer's
/// word knows its place in the heap, so that a timer is removed without a search.
@usableFromInline
struct Outliers: Sendable {
    struct Element {
        var due: UInt64
        var sequence: UInt64
        var index: UInt32
    }

    private(set) var heap: [Element] = []
    private var lastSequence: UInt64 = 0

    init() {}

    var earliest: UInt64? { heap.first?.due }
    var first: Element? { heap.first }

    func due(at place: Int) -> UInt64 { heap[place].due }

    /// Adds a timer, and sets its word.
    mutating func insert(_ index: UInt32, due: UInt64, words: inout [TimerWord]) {
        lastSequence += 1
        let element = Element(due: due, sequence: lastSequence, index: index)
        heap.append(element)
        siftUp(element, from: heap.count - 1, words: &words)
    }

    mutating func removeFirst(words: inout [TimerWord]) {
        remove(at: 0, words: &words)
    }

    /// Takes a timer out.
    ///
    /// Its word still tells the old place, until the caller overwrites it.
    mutating func remove(at place: Int, words: inout [TimerWord]) {
        guard let last = heap.popLast() else { return }
        guard place < heap.count else { return }
        if place > 0, Self.isOrdered(last, before: heap[(place - 1) / 2]) {
            siftUp(last, from: place, words: &words)
        } else {
            siftDown(last, from: place, words: &words)
        }
    }

    static func isOrdered(_ left: Element, before right: Element) -> Bool {
        left.due != right.due ? left.due < right.due : left.sequence < right.sequence
    }

    private mutating func siftUp(_ element: Element, from start: Int, words: inout [TimerWord]) {
        var place = start
        while place > 0 {
            let parent = (place - 1) / 2
            guard Self.isOrdered(element, before: heap[parent]) else { break }
            set(heap[parent], at: place, words: &words)
            place = parent
        }
        set(element, at: place, words: &words)
    }

    private mutating func siftDown(_ element: Element, from start: Int, words: inout [TimerWord]) {
        var place = start
        while 2 * place + 1 < heap.count {
            var child = 2 * place + 1
            if child + 1 < heap.count, Self.isOrdered(heap[child + 1], before: heap[child]) {
                child += 1
            }
            guard Self.isOrdered(heap[child], before: element) else { break }
            set(heap[child], at: place, words: &words)
            place = child
        }
        set(element, at: place, words: &words)
    }

    private mutating func set(_ element: Element, at place: Int, words: inout [TimerWord]) {
        heap[place] = element
        words[Int(element.index)] = .outlier(at: place)
    }
}
