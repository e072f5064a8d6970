import ControlAPI
import ControlClient

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

/// The answers to the items of a scale, as in `--braden sensory=2,moisture=3`.
///
/// - Returns: `nil` for a text that states no items.
func items(_ text: String, of name: String) throws(ClientError) -> [String: JSONScalar]? {
    guard text.contains("=") else { return nil }
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    return try items(parts.map { String($0).trimmed }, of: name)
}

/// The answers to the items of a scale, each `item=value`.
func items(_ parts: [String], of name: String) throws(ClientError) -> [String: JSONScalar] {
    var items: [String: JSONScalar] = [:]
    for part in parts {
        guard let item = Assignment(part), !item.name.isEmpty else {
            throw .mistake(
                .invalid,
                "\(name): \(part.isEmpty ? "nothing" : part) is not item=value, "
                    + "for example sensory=2,moisture=3.")
        }
        guard items.updateValue(item.value, forKey: item.name) == nil else {
            throw .mistake(.invalid, "\(name): \(item.name) is answered twice.")
        }
    }
    return items
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
