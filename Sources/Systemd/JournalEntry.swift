/// The syslog priorities that journald sorts by; a smaller number is more urgent.
package enum JournalPriority: Int, CaseIterable, Sendable {
    case emergency = 0
    case alert = 1
    case critical = 2
    case error = 3
    case warning = 4
    case notice = 5
    case informational = 6
    case debug = 7
}

/// One structured record for the journal.
///
/// Cleaning happens here, once, so that every way out is clean: control and bidirectional
/// characters are escaped, lengths are cut, and each field name is brought into journald's alphabet
/// under the prefix `SCC_` (journald drops what does not fit without a word, and the prefix keeps a
/// field from posing as `MESSAGE`). Whether a value *may* be in the journal at all, the caller
/// decides: no names, no record numbers, no free text.
package struct JournalEntry: Sendable {
    package let messageID: MessageID?
    package let priority: JournalPriority
    package let message: String
    package let fields: [(name: String, value: String)]

    /// - Parameters:
    ///   - messageID: The kind of event; `nil` for an ordinary log line.
    ///   - fields: Names with or without the prefix `SCC_`; those after the first
    ///     ``fieldCountLimit`` are dropped.
    package init(
        messageID: MessageID?,
        priority: JournalPriority,
        message: String,
        fields: [(name: String, value: String)] = []
    ) {
        self.messageID = messageID
        self.priority = priority
        self.message = JournalText.clean(message, limit: JournalEntry.valueBytesLimit)
        self.fields = fields.prefix(JournalEntry.fieldCountLimit).map { field in
            (
                name: JournalText.fieldName(field.name),
                value: JournalText.clean(field.value, limit: JournalEntry.valueBytesLimit)
            )
        }
    }

    /// A message or value is cut at this many bytes of UTF-8: `journalctl -o json` shows a field
    /// over 4096 bytes as null.
    package static let valueBytesLimit = 3_072

    package static let fieldCountLimit = 64

    /// The record as one line for a person, when there is no journal: `warning: text [SCC_BED=7]`.
    package var line: String {
        guard !fields.isEmpty else { return "\(priority): \(message)" }
        let list = fields.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
        return "\(priority): \(message) [\(list)]"
    }

    /// The record as journald wants it: each field as `NAME=value`.
    func assignments(lost: Int) -> [String] {
        var assignments = ["MESSAGE=\(message)", "PRIORITY=\(priority.rawValue)"]
        if let messageID {
            assignments.append("MESSAGE_ID=\(messageID.rawValue)")
        }
        assignments += fields.map { "\($0.name)=\($0.value)" }
        if lost > 0 {
            assignments.append("SCC_LOST=\(lost)")
        }
        return assignments
    }
}

/// Makes text fit for a log.
enum JournalText {
    /// journald's own limit for the name of a field.
    static let fieldNameBytesLimit = 64

    /// `text` on one line, at most `limit` bytes of UTF-8, with nothing that moves a cursor or
    /// reorders what a reader sees.
    static func clean(_ text: String, limit: Int) -> String {
        // Nearly every text is short printable ASCII and passes as it is.
        if text.utf8.count <= limit, text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) {
            return text
        }
        var cleaned = ""
        var bytes = 0
        for scalar in text.unicodeScalars {
            let piece = isHarmful(scalar) ? escaped(scalar) : String(Character(scalar))
            bytes += piece.utf8.count
            guard bytes <= limit else { return cleaned + "…" }
            cleaned.unicodeScalars.append(contentsOf: piece.unicodeScalars)
        }
        return cleaned
    }

    /// `raw` as a field name: capital letters, digits and underscores, starting with `SCC_`.
    static func fieldName(_ raw: String) -> String {
        var name = ""
        for byte in raw.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                name.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: "a")...UInt8(ascii: "z"):
                name.unicodeScalars.append(Unicode.Scalar(byte - 0x20))
            default:
                name.append("_")
            }
        }
        let prefixed = name.hasPrefix("SCC_") ? name : "SCC_" + name
        return String(prefixed.prefix(fieldNameBytesLimit))
    }

    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F: true  // control characters
        case 0x2028, 0x2029: true  // line and paragraph separators
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true  // bidirectional
        default: false
        }
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default: "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
        }
    }
}
