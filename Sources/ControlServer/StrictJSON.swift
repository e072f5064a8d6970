/// A JSON document as it was written: order and spelling of numbers are kept.
indirect enum JSONNode: Sendable {
    case object([(name: String, value: JSONNode)])
    case array([JSONNode])
    case string(String)
    case number(String)
    case flag(Bool)
    case null

    /// What it is, in words.
    var kind: String {
        switch self {
        case .object: "an object"
        case .array: "a list"
        case .string: "text"
        case .number: "a number"
        case .flag: "true or false"
        case .null: "null"
        }
    }

    /// The value as a fault shows it.
    var shown: String {
        switch self {
        case .object, .array: kind
        case .string(let text): "\"\(quoted(text))\""
        case .number(let text): quoted(text)
        case .flag(let flag): "\(flag)"
        case .null: "null"
        }
    }
}

/// Why a document cannot be read, and where.
struct JSONFault: Error {
    let line: Int
    let column: Int
    let what: String
    /// The field, where it was known.
    let path: String
}

/// Reads JSON by the letter (RFC 8259), and less: no name twice in an object, no deep nesting,
/// nothing after the end.
///
/// Two readers that understand one document differently are how a check is got around.
struct StrictJSON {
    private let bytes: [UInt8]
    private var position = 0

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    static func read(
        _ bytes: [UInt8], depth: Int = ServerLimits.jsonDepth
    ) throws(JSONFault)
        -> JSONNode
    {
        var reader = StrictJSON(bytes)
        let node = try reader.value(path: "", depth: depth)
        reader.skipSpace()
        guard reader.position == bytes.count else {
            throw reader.fault("more follows after the end of the document", "")
        }
        return node
    }

    private func fault(_ what: String, _ path: String, at offset: Int? = nil) -> JSONFault {
        let before = bytes[..<min(offset ?? position, bytes.count)]
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        // Continuation bytes do not begin a character.
        let column = before[start...].count { $0 & 0xc0 != 0x80 } + 1
        return JSONFault(line: line, column: column, what: what, path: path)
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 {
            position += 1
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    private mutating func value(path: String, depth: Int) throws(JSONFault) -> JSONNode {
        skipSpace()
        guard let byte = current else { throw fault("the document ends too early", path) }
        switch byte {
        case UInt8(ascii: "{"): return try object(path: path, depth: depth)
        case UInt8(ascii: "["): return try array(path: path, depth: depth)
        case UInt8(ascii: "\""): return .string(try string(path))
        case UInt8(ascii: "t"): return try word("true", .flag(true), path)
        case UInt8(ascii: "f"): return try word("false", .flag(false), path)
        case UInt8(ascii: "n"): return try word("null", .null, path)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return .number(try number(path))
        default:
            throw fault("a value should stand here", path)
        }
    }

    private mutating func word(
        _ text: String, _ node: JSONNode, _ path: String
    ) throws(JSONFault) -> JSONNode {
        for byte in text.utf8 {
            guard take(byte) else {
                throw current == nil
                    ? fault("the document ends too early", path)
                    : fault("a value should stand here", path)
            }
        }
        return node
    }

    private mutating func object(path: String, depth: Int) throws(JSONFault) -> JSONNode {
        guard depth > 0 else { throw tooDeep(path) }
        position += 1
        var members: [(name: String, value: JSONNode)] = []
        var names: Set<String> = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipSpace()
            let start = position
            guard current == UInt8(ascii: "\"") else {
                throw expected("the name of a field in double quotes", path)
            }
            let name = try string(path)
            let inner = path.isEmpty ? name : "\(path).\(name)"
            guard names.insert(name).inserted else {
                throw fault("the field is there twice", inner, at: start)
            }
            guard members.count < ServerLimits.jsonFields else {
                throw fault(
                    "an object has more than \(ServerLimits.jsonFields) fields", path, at: start)
            }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw expected("a colon", inner) }
            members.append((name, try value(path: inner, depth: depth - 1)))
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw expected("a comma or }", inner) }
        }
    }

    private mutating func array(path: String, depth: Int) throws(JSONFault) -> JSONNode {
        guard depth > 0 else { throw tooDeep(path) }
        position += 1
        var elements: [JSONNode] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            let inner = "\(path)[\(elements.count)]"
            elements.append(try value(path: inner, depth: depth - 1))
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(elements) }
            guard take(UInt8(ascii: ",")) else { throw expected("a comma or ]", inner) }
        }
    }

    private func tooDeep(_ path: String) -> JSONFault {
        fault("it is nested more than \(ServerLimits.jsonDepth) deep", path)
    }

    private func expected(_ what: String, _ path: String) -> JSONFault {
        current == nil
            ? fault("the document ends too early", path)
            : fault("\(what) should stand here", path)
    }

    private mutating func number(_ path: String) throws(JSONFault) -> String {
        let start = position
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits(path) }
        if take(UInt8(ascii: ".")) { try digits(path) }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits(path)
        }
        if let byte = current, isDigit(byte) { throw fault("a number has no leading zero", path) }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private mutating func digits(_ path: String) throws(JSONFault) {
        let start = position
        while let byte = current, isDigit(byte) { position += 1 }
        guard position > start else { throw expected("a digit", path) }
    }

    private mutating func string(_ path: String) throws(JSONFault) -> String {
        let start = position
        position += 1
        var text: [UInt8] = []
        while let byte = current {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw fault("the text is not UTF-8", path, at: start)
                }
                return string
            case UInt8(ascii: "\\"):
                text += Array(String(Character(try escape(path))).utf8)
            case ..<0x20:
                throw fault(
                    "a control character must be written as \\u00XX", path, at: position - 1)
            default:
                text.append(byte)
            }
        }
        throw fault("the document ends too early", path)
    }

    private mutating func escape(_ path: String) throws(JSONFault) -> Unicode.Scalar {
        let start = position - 1
        guard let letter = current else { throw fault("the document ends too early", path) }
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            return Unicode.Scalar(letter)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            let first = try fourHexDigits(path)
            if let scalar = Unicode.Scalar(first) { return scalar }
            if (0xd800..<0xdc00).contains(first), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u"))
            {
                let second = try fourHexDigits(path)
                if (0xdc00..<0xe000).contains(second),
                    let scalar = Unicode.Scalar(
                        0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00))
                {
                    return scalar
                }
            }
            throw fault("half of a surrogate pair is no character", path, at: start)
        default:
            throw fault("there is no such escape", path, at: start)
        }
    }

    private mutating func fourHexDigits(_ path: String) throws(JSONFault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = hexValue(byte) else {
                throw expected("a hexadecimal digit", path)
            }
            position += 1
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
