/// A JSON value and where it stands in the text.
package struct DocumentNode: Sendable {
    package enum Value: Sendable {
        case object([Member])
        case array([DocumentNode])
        case scalar(JSONScalar)
    }

    package struct Member: Sendable {
        package let name: String
        package let line: Int
        package let node: DocumentNode
    }

    package let value: Value
    /// From 1.
    package let line: Int

    package func member(_ name: String) -> DocumentNode? {
        guard case .object(let members) = value else { return nil }
        return members.first { $0.name == name }?.node
    }

    /// In words, for `expected text, found …`.
    package var kind: String {
        switch value {
        case .object: "an object"
        case .array: "a list"
        case .scalar(.bool): "true or false"
        case .scalar(.number): "a number"
        case .scalar(.string): "text"
        case .scalar(.null): "null"
        }
    }
}

/// Why a text is no JSON document, and where.
package struct DocumentFault: Error, Hashable, Sendable {
    package let line: Int
    /// In characters, from 1.
    package let column: Int
    package let problem: String
}

/// Reads one JSON document and keeps the line of everything in it.
///
/// Stricter than most: an object with the same key twice is refused, since nobody could tell which
/// one was meant.
package struct DocumentScanner {
    private let bytes: [UInt8]
    private var index = 0
    private var line = 1
    private var lineStart = 0
    private static let deepest = 32

    package static func scan(_ text: String) throws(DocumentFault) -> DocumentNode {
        var scanner = DocumentScanner(bytes: Array(text.utf8))
        // Some editors begin a file with a byte order mark.
        if scanner.bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            scanner.index = 3
            scanner.lineStart = 3
        }
        scanner.skipSpace()
        guard !scanner.atEnd else { throw scanner.fault("the document is empty") }
        let node = try scanner.value(depth: 0)
        scanner.skipSpace()
        guard scanner.atEnd else {
            throw scanner.fault("the document is complete here, but more text follows")
        }
        return node
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private var atEnd: Bool { index >= bytes.count }
    private var next: UInt8? { atEnd ? nil : bytes[index] }

    private func fault(_ problem: String, at place: Int? = nil) -> DocumentFault {
        // Bytes that continue a character are not counted.
        let before = bytes[lineStart..<min(place ?? index, bytes.count)]
        let column = before.count { $0 & 0b1100_0000 != 0b1000_0000 } + 1
        return DocumentFault(line: line, column: column, problem: problem)
    }

    private mutating func skipSpace() {
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\n"):
                index += 1
                line += 1
                lineStart = index
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): index += 1
            default: return
            }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        index += 1
        return true
    }

    private mutating func value(depth: Int) throws(DocumentFault) -> DocumentNode {
        guard depth < Self.deepest else { throw fault("too many brackets inside one another") }
        let start = line
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""):
            return DocumentNode(value: .scalar(.string(try string())), line: start)
        case nil: throw fault("the document ends where a value is expected")
        default: return DocumentNode(value: .scalar(try word()), line: start)
        }
    }

    private mutating func object(depth: Int) throws(DocumentFault) -> DocumentNode {
        let start = line
        index += 1
        var members: [DocumentNode.Member] = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return DocumentNode(value: .object([]), line: start) }
        while true {
            skipSpace()
            let place = index
            guard next == UInt8(ascii: "\"") else {
                throw atEnd
                    ? fault("the document ends inside the object that begins in line \(start)")
                    : fault("a key in double quotes is expected")
            }
            let keyLine = line
            let name = try string()
            if let first = members.first(where: { $0.name == name }) {
                throw fault(
                    "the key \"\(name)\" is there twice, first in line \(first.line)", at: place)
            }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw fault("a colon is expected after a key") }
            skipSpace()
            members.append(
                DocumentNode.Member(name: name, line: keyLine, node: try value(depth: depth + 1)))
            skipSpace()
            if take(UInt8(ascii: "}")) { return DocumentNode(value: .object(members), line: start) }
            guard take(UInt8(ascii: ",")) else {
                throw atEnd
                    ? fault("the document ends inside the object that begins in line \(start)")
                    : fault("a comma or } is expected")
            }
        }
    }

    private mutating func array(depth: Int) throws(DocumentFault) -> DocumentNode {
        let start = line
        index += 1
        var nodes: [DocumentNode] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return DocumentNode(value: .array([]), line: start) }
        while true {
            skipSpace()
            guard !atEnd else {
                throw fault("the document ends inside the list that begins in line \(start)")
            }
            nodes.append(try value(depth: depth + 1))
            skipSpace()
            if take(UInt8(ascii: "]")) { return DocumentNode(value: .array(nodes), line: start) }
            guard take(UInt8(ascii: ",")) else {
                throw atEnd
                    ? fault("the document ends inside the list that begins in line \(start)")
                    : fault("a comma or ] is expected")
            }
        }
    }

    private mutating func string() throws(DocumentFault) -> String {
        let start = index
        index += 1
        var text: [UInt8] = []
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                index += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                text += Array(String(try escape()).utf8)
            case ..<0x20:
                throw fault("the text that begins here is not closed in its line", at: start)
            default:
                text.append(byte)
                index += 1
            }
        }
        throw fault("the document ends inside the text that begins here", at: start)
    }

    private mutating func escape() throws(DocumentFault) -> Character {
        let start = index
        index += 1
        defer { index += 1 }
        switch next {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{08}"
        case UInt8(ascii: "f"): return "\u{0C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            guard let first = hexUnit() else {
                throw fault("four hexadecimal digits are expected after \\u", at: start)
            }
            if let scalar = Unicode.Scalar(first) { return Character(scalar) }
            // A character beyond the first 65 536 is written as two escapes.
            index += 1
            if (0xD800..<0xDC00).contains(first), take(UInt8(ascii: "\\")),
                next == UInt8(ascii: "u"), let second = hexUnit(),
                (0xDC00..<0xE000).contains(second),
                let scalar = Unicode.Scalar(
                    0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
            {
                return Character(scalar)
            }
            throw fault("half a character is written here", at: start)
        default:
            throw fault("there is no such escape in JSON", at: start)
        }
    }

    /// The four digits after the `u` at the index, which ends on the last of them.
    private mutating func hexUnit() -> UInt16? {
        guard index + 4 < bytes.count,
            bytes[(index + 1)...(index + 4)].allSatisfy({
                Character(Unicode.Scalar($0)).isHexDigit
            }),
            let unit = UInt16(
                String(decoding: bytes[(index + 1)...(index + 4)], as: UTF8.self), radix: 16)
        else { return nil }
        index += 4
        return unit
    }

    private mutating func word() throws(DocumentFault) -> JSONScalar {
        let start = index
        while let byte = next {
            let character = Character(Unicode.Scalar(byte))
            guard character.isASCII,
                character.isLetter || character.isNumber || "+-.".contains(character)
            else { break }
            index += 1
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        switch text {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "null": return .null
        case "": throw fault("a value is expected", at: start)
        default:
            let pattern = #/-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/#
            guard text.wholeMatch(of: pattern) != nil else {
                throw fault("\(text) is no JSON value; text stands in double quotes", at: start)
            }
            return .number(text)
        }
    }
}
