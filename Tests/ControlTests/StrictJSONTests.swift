import Foundation
import Testing

@testable import ControlServer

@Suite struct `Strict JSON` {
    @Test(arguments: [
        (#"{"a":1,}"#, 1, 8), (#"{"a" 1}"#, 1, 6), ("{\n  \"a\": tru\n}", 2, 11),
        ("[1,2", 1, 5), (#"{"a":1}}"#, 1, 8), ("01", 1, 2), ("1.", 1, 3), ("-", 1, 2), ("+1", 1, 1),
        ("NaN", 1, 1), (".5", 1, 1), ("1e", 1, 3), (#""\x""#, 1, 2), (#""\ud800""#, 1, 2),
        (#""\udc00""#, 1, 2), (#""\u12"#, 1, 6), ("\"a\tb\"", 1, 3), ("'a'", 1, 1), ("", 1, 1),
        (#"["é", x]"#, 1, 7), ("{\"a\":1,\n\"a\":2}", 2, 1), ("// no\n1", 1, 1),
        ("\u{FEFF}1", 1, 1),
    ])
    func `what is wrong is told with its place`(text: String, line: Int, column: Int) {
        let fault = #expect(throws: JSONFault.self) { try StrictJSON.read(Array(text.utf8)) }
        #expect(fault?.line == line)
        #expect(fault?.column == column)
    }

    @Test func `text that is not UTF-8 is refused`() {
        for bytes: [UInt8] in [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82]] {
            #expect(throws: JSONFault.self) {
                try StrictJSON.read([UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")])
            }
        }
    }

    @Test func `sixteen levels are read, seventeen are not`() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array(
                (String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        _ = try StrictJSON.read(nested(16))
        #expect(throws: JSONFault.self) { try StrictJSON.read(nested(17)) }
        #expect(throws: JSONFault.self) { try StrictJSON.read(nested(500_000)) }
    }

    @Test func `values are read as they were written`() throws {
        let node = try StrictJSON.read(
            Array(#" {"n":-0.50,"t":"\u00e9\ud83d\ude00\n","l":[true,false,null],"o":{}} "#.utf8))
        guard case .object(let members) = node else { return #expect(Bool(false)) }
        #expect(members.map(\.name) == ["n", "t", "l", "o"])
        #expect(members[0].value.shown == "-0.50")
        guard case .string(let text) = members[1].value else { return #expect(Bool(false)) }
        #expect(text == "é😀\n")
    }

    /// Whatever is read here is read by a lenient reader too; nothing makes it trap.
    @Test(arguments: 0..<20) func `mangled documents are refused or read, never a trap`(
        seed: UInt64
    )
        throws
    {
        var random = SeededGenerator(seed: seed)
        let good = Array(BadInput.admission().utf8)
        for _ in 0..<500 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.insert(contentsOf: bytes[place...].prefix(9), at: place)
                }
            }
            guard (try? StrictJSON.read(bytes)) != nil else { continue }
            _ = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
        }
    }
}

/// SplitMix64: the same numbers on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
