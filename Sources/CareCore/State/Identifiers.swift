/// The number of a stay, written `S12`.
///
/// All state hangs on the stay.
package struct StayID: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    package let number: Int

    package init(_ number: Int) {
        self.number = number
    }

    /// Parses `S12`.
    package init?(_ text: some StringProtocol) {
        guard text.first == "S", let number = digitsValue(Array(text.utf8.dropFirst())), number > 0
        else { return nil }
        self.number = number
    }

    package init(from decoder: any Decoder) throws {
        number = try decoder.singleValueContainer().decode(Int.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(number)
    }

    package static func < (left: StayID, right: StayID) -> Bool {
        left.number < right.number
    }

    package var description: String { "S\(number)" }
}

/// A care item of a stay, written `S12.3`.
package struct ItemID: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    package let stay: StayID
    /// 1 for the first care item of the stay; never used twice.
    package let number: Int

    package init(stay: StayID, number: Int) {
        self.stay = stay
        self.number = number
    }

    package static func < (left: ItemID, right: ItemID) -> Bool {
        (left.stay, left.number) < (right.stay, right.number)
    }

    package var description: String { "\(stay).\(number)" }
}

/// One occurrence of a care item, written `S12.3.45`; it keeps its id for ever.
package struct ReminderID: Hashable, Codable, Sendable, CustomStringConvertible {
    package let item: ItemID
    package let occurrence: Int

    package init(item: ItemID, occurrence: Int) {
        self.item = item
        self.occurrence = occurrence
    }

    /// Parses `S12.3.45`.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let stay = StayID(parts[0]),
            let item = digitsValue(Array(parts[1].utf8)),
            let number = digitsValue(Array(parts[2].utf8))
        else { return nil }
        self.init(item: ItemID(stay: stay, number: item), occurrence: number)
    }

    package var description: String { "\(item).\(occurrence)" }
}

/// An alert of a stay, written `S12.A2`, or of the service itself, written `T2`.
package struct AlertID: Hashable, Codable, Sendable, CustomStringConvertible {
    /// `nil` for a technical alert of the service.
    package let stay: StayID?
    package let number: Int

    package init(stay: StayID?, number: Int) {
        self.stay = stay
        self.number = number
    }

    /// Parses `S12.A2` or `T2`.
    package init?(_ text: String) {
        if text.first == "T", let number = digitsValue(Array(text.utf8.dropFirst())) {
            self.init(stay: nil, number: number)
            return
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let stay = StayID(parts[0]), parts[1].first == "A",
            let number = digitsValue(Array(parts[1].utf8.dropFirst()))
        else { return nil }
        self.init(stay: stay, number: number)
    }

    package var description: String {
        stay.map { "\($0).A\(number)" } ?? "T\(number)"
    }
}

/// A hold of a stay, written `S12.H1`.
package struct HoldID: Hashable, Codable, Sendable, CustomStringConvertible {
    package let stay: StayID
    package let number: Int

    package init(stay: StayID, number: Int) {
        self.stay = stay
        self.number = number
    }

    /// Parses `S12.H1`.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let stay = StayID(parts[0]), parts[1].first == "H",
            let number = digitsValue(Array(parts[1].utf8.dropFirst()))
        else { return nil }
        self.init(stay: stay, number: number)
    }

    package var description: String { "\(stay).H\(number)" }
}

/// A watch of a stay, written `S12.W1`.
package struct WatchID: Hashable, Codable, Sendable, CustomStringConvertible {
    package let stay: StayID
    package let number: Int

    package init(stay: StayID, number: Int) {
        self.stay = stay
        self.number = number
    }

    package var description: String { "\(stay).W\(number)" }
}
