/// A priority as word, shape and colour, so that colour is never the only sign.
enum Priority: Int, Comparable {
    case info, low, medium, high

    static func < (left: Priority, right: Priority) -> Bool { left.rawValue < right.rawValue }

    /// An unknown word counts as high: it is safer to look twice.
    init(word: String) {
        switch word {
        case "INFO": self = .info
        case "LOW": self = .low
        case "MEDIUM": self = .medium
        default: self = .high
        }
    }

    static func cell(_ word: String) -> Cell {
        let priority = Priority(word: word)
        return Cell("\(priority.shape) \(word)", priority.style)
    }

    private var shape: String {
        switch self {
        case .info: "·"
        case .low: "●"
        case .medium: "◆"
        case .high: "▲"
        }
    }

    private var style: Style {
        switch self {
        case .info: .plain
        case .low: .low
        case .medium: .medium
        case .high: .high
        }
    }
}
