import ControlAPI

/// `name=value` as typed behind `--set`.
struct Assignment: Hashable {
    let name: String
    let value: JSONScalar

    init?(_ text: String) {
        guard let split = text.firstIndex(of: "="), split != text.startIndex else { return nil }
        name = String(text[..<split])
        value = JSONScalar(typed: String(text[text.index(after: split)...]))
    }

    /// An activity in front of the name, `SKIN.skin`, and the name itself.
    var qualified: (activity: String?, field: String) {
        guard let dot = name.firstIndex(of: ".") else { return (nil, name) }
        return (String(name[..<dot]), String(name[name.index(after: dot)...]))
    }
}

extension JSONScalar {
    /// What a person means by it: a flag, a number, or else text; quotes make text of anything.
    init(typed text: String) {
        switch text {
        case "true", "yes": self = .bool(true)
        case "false", "no": self = .bool(false)
        case "null": self = .null
        default:
            if text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") {
                self = .string(String(text.dropFirst().dropLast()))
            } else if text.wholeMatch(of: #/-?(0|[1-9]\d{0,14})(\.\d{1,9})?/#) != nil {
                self = .number(text)
            } else {
                self = .string(text)
            }
        }
    }

    /// As it is shown to people.
    var shown: String {
        switch self {
        case .bool(let flag): flag ? "yes" : "no"
        case .number(let text), .string(let text): text
        case .null: "unknown"
        }
    }
}
