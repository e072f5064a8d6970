import Foundation
import Synchronization

/// Counts from one.
final class Counter: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock {
            $0 += 1
            return $0
        }
    }
}

/// What a closure saw, in order.
final class Collected: Sendable {
    private let items = Mutex<[String]>([])

    var all: [String] { items.withLock { $0 } }

    func add(_ item: String) { items.withLock { $0.append(item) } }
}

/// The answers that a person types, one after another, then the closed input.
final class Typed: Sendable {
    private let lines: Mutex<[String]>

    init(_ lines: [String]) {
        self.lines = Mutex(lines.reversed())
    }

    func next() -> String? { lines.withLock { $0.popLast() } }
}
