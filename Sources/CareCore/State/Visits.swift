/// What of one patient is done in one visit (facts TM9): it stays recorded separately.
///
/// A visit begins with the earliest instant that belongs to no other, and takes in what is due up to
/// twenty minutes after that one; visits do not chain on from their later members.
package struct Visits: Hashable, Sendable {
    package static let minutes = 20

    private let starts: [Instant]

    package init(_ dues: [Instant]) {
        var starts: [Instant] = []
        for due in dues.sorted() {
            if let last = starts.last, due <= last.adding(minutes: Self.minutes) { continue }
            starts.append(due)
        }
        self.starts = starts
    }

    package var count: Int { starts.count }

    /// The first instant of the visit in which something due then is done.
    package func start(of due: Instant) -> Instant {
        starts.last { $0 <= due } ?? due
    }
}

extension Stay {
    /// The visits of whatever is due or comes up next; nobody comes for what is held.
    package var visits: Visits {
        Visits(
            items.compactMap { item in
                guard item.isActive, let occurrence = item.occurrence,
                    occurrence.phase != .held
                else { return nil }
                return occurrence.due
            })
    }

    /// How many people an activity takes as things stand; `nil` where no rule says.
    package func people(for activity: ActivityCode, in library: CareLibrary) -> Int? {
        library.activity(activity)?.staffing.first { $0.when.holds(assessment) }?.people
    }
}
