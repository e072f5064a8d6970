import CareCore
import ControlAPI
import HTTPTypes
import HummingbirdCore
import NIOCore

/// One request, as far as a route needs it.
struct Exchange: Sendable {
    let method: String
    let path: String
    let query: Query
    let headers: HTTPFields
    let body: ByteBuffer
    let connection: Connection
    let caller: Caller
    /// What stood at `{id}` in the route's pattern.
    let id: String

    func header(_ name: String) -> String? {
        HTTPField.Name(name).flatMap { headers[$0] }
    }
}

/// What a route answers.
struct Reply: Sendable {
    enum Body: Sendable {
        case none
        case bytes(ByteBuffer)
        case stream(@concurrent @Sendable (inout any ResponseBodyWriter) async throws -> Void)
    }

    var status = 200
    /// The connection ends with this answer.
    var isLast = false
    var headers: [(name: String, value: String)] = []
    var body = Body.none

    /// A JSON document.
    static func json(
        _ value: some Encodable, status: Int = 200,
        headers: [(name: String, value: String)] = []
    ) throws -> Reply {
        Reply(
            status: status,
            headers: [("Content-Type", "application/json"), ("Cache-Control", "no-store")]
                + headers,
            body: .bytes(try JSON.encode(value)))
    }

    static func problem(_ problem: Problem) -> Reply {
        do {
            return Reply(
                status: problem.status,
                headers: [
                    ("Content-Type", "application/problem+json"), ("Cache-Control", "no-store"),
                ], body: .bytes(try JSON.encode(problem)))
        } catch {
            // Strings and integers can always be written.
            return Reply(status: 500)
        }
    }
}

/// The query of a request's target, checked against what the route takes.
struct Query: Sendable {
    let fields: [(name: String, value: String)]

    init(_ text: Substring?) throws(Problem) {
        var fields: [(name: String, value: String)] = []
        for part in (text ?? "").split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(pair[0]),
                let value = Self.decoded(pair.count > 1 ? pair[1] : "")
            else {
                throw Problem(
                    .malformed,
                    "The query cannot be read: \(quoted(String(part))) is not "
                        + "percent-encoded UTF-8.")
            }
            fields.append((name, value))
        }
        self.fields = fields
    }

    /// - Throws: ``Problem`` for a name that the route does not take, or one that is there twice.
    func check(_ known: [String]) throws(Problem) {
        var faults: [FieldFault] = []
        var seen: Set<String> = []
        for (name, value) in fields {
            if !known.contains(name) {
                faults.append(
                    FieldFault(
                        field: name, value: quoted(value), problem: "is not a known parameter",
                        expected: expectation(for: name, among: known)))
            } else if !seen.insert(name).inserted {
                faults.append(
                    FieldFault(
                        field: name, value: quoted(value), problem: "is there twice",
                        expected: "each parameter once"))
            }
        }
        guard faults.isEmpty else {
            throw Problem(.invalid, "The query is not possible.", faults: faults)
        }
    }

    /// The value, `nil` when it is absent or empty.
    subscript(name: String) -> String? {
        fields.first { $0.name == name }.map(\.value).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// - Throws: ``Problem`` when it is no whole number in `range`.
    func integer(_ name: String, in range: ClosedRange<Int64>) throws(Problem) -> Int64? {
        guard let text = self[name] else { return nil }
        guard let value = Int64(text), range.contains(value) else {
            let upper = range.upperBound == .max ? "" : " to \(range.upperBound)"
            throw Problem(
                .invalid, "The query is not possible.",
                faults: [
                    FieldFault(
                        field: name, value: quoted(text), problem: "is not possible",
                        expected: "a whole number from \(range.lowerBound)\(upper)")
                ])
        }
        return value
    }

    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8.makeIterator()
        while let byte = rest.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.next().flatMap(hexValue), let low = rest.next().flatMap(hexValue)
            else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

func hexValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
}

/// What a right name would be.
func expectation(for name: String, among known: [String]) -> String {
    if let near = nearest(to: name, among: known) { return "did you mean \(near)?" }
    return known.isEmpty ? "nothing" : "one of \(known.joined(separator: ", "))"
}

/// A value of a caller as it may be shown: not long, and nothing in it that moves a cursor or turns
/// the direction of writing.
func quoted(_ text: String) -> String {
    var result = ""
    for (count, scalar) in text.unicodeScalars.enumerated() {
        if count == 100 { return result + "…" }
        if isVisible(scalar) {
            result.unicodeScalars.append(scalar)
        } else {
            result += "U+" + String(scalar.value, radix: 16, uppercase: true)
        }
    }
    return result
}

/// Whether a character is seen as itself where it stands.
func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse:
        false
    default: true
    }
}
