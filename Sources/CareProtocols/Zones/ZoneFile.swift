import CareCore

/// A file of the tz database in TZif format (RFC 9636), version 2 or later.
struct ZoneFile {
    struct Malformed: Error {
        let problem: String
    }

    private let transitions: [ZoneRules.Transition]
    private let initialOffset: Int
    private let footer: PosixZone

    init(_ bytes: [UInt8]) throws(Malformed) {
        var reader = ByteReader(bytes)
        let first = try Header(&reader)
        guard first.version >= UInt8(ascii: "2") else {
            throw Malformed(problem: "version 1 of the format, which ends in 2037")
        }
        // The first block has 32-bit times and is for readers of version 1.
        try reader.skip(first.length(timeBytes: 4))
        let header = try Header(&reader)
        guard header.types > 0 else { throw Malformed(problem: "it has no types of local time") }
        guard header.leapSeconds == 0 else {
            throw Malformed(problem: "it counts leap seconds, which civil time does not")
        }
        var times: [Int64] = []
        for _ in 0..<header.times { times.append(try reader.integer(bytes: 8)) }
        var indexes: [Int] = []
        for _ in 0..<header.times { indexes.append(Int(try reader.byte())) }
        var offsets: [Int] = []
        for _ in 0..<header.types {
            offsets.append(Int(try reader.integer(bytes: 4)))
            try reader.skip(2)
        }
        try reader.skip(
            header.characters + header.standardFlags + header.universalFlags)
        guard indexes.allSatisfy({ $0 < offsets.count }) else {
            throw Malformed(problem: "a transition has an unknown type")
        }
        guard offsets.allSatisfy({ (-90_000...93_600).contains($0) }) else {
            throw Malformed(problem: "an offset is longer than a day")
        }
        guard zip(times, times.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw Malformed(problem: "its transitions do not ascend")
        }
        transitions = zip(times, indexes).map { time, index in
            ZoneRules.Transition(at: Instant(seconds: time), offset: offsets[index])
        }
        initialOffset = offsets[0]
        let text = try reader.line()
        guard let footer = PosixZone(text) else {
            throw Malformed(problem: "its last line \"\(text)\" is no rule for the future")
        }
        self.footer = footer
    }

    /// The file's transitions and, after the last of them, those of its footer up to 2100.
    func rules(name: String) -> ZoneRules {
        let last = transitions.last?.at ?? Instant(seconds: .min)
        let firstYear =
            last < Self.year1900
            ? 1900 : LocalDateTime(secondsFromEpoch: last.seconds).date.parts.year
        var all = transitions
        for year in min(firstYear, 2100)...2100 {
            all += footer.transitions(year: year).filter { $0.at > last }
        }
        return ZoneRules(name: name, initialOffset: initialOffset, transitions: all)
    }

    private static let year1900 = Instant(seconds: -2_208_988_800)

    private struct Header {
        let version: UInt8
        let universalFlags, standardFlags, leapSeconds, times, types, characters: Int

        init(_ reader: inout ByteReader) throws(Malformed) {
            guard try reader.integer(bytes: 4) == 0x545A_6966 else {
                throw Malformed(problem: "it does not begin with TZif")
            }
            version = try reader.byte()
            try reader.skip(15)
            universalFlags = try reader.count()
            standardFlags = try reader.count()
            leapSeconds = try reader.count()
            times = try reader.count()
            types = try reader.count()
            characters = try reader.count()
        }

        func length(timeBytes: Int) -> Int {
            times * (timeBytes + 1) + types * 6 + characters
                + leapSeconds * (timeBytes + 4) + standardFlags + universalFlags
        }
    }

    /// Reads big-endian numbers and never past the end.
    private struct ByteReader {
        private let bytes: [UInt8]
        private var position = 0

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
        }

        mutating func byte() throws(Malformed) -> UInt8 {
            guard position < bytes.count else { throw Malformed(problem: "it ends too early") }
            defer { position += 1 }
            return bytes[position]
        }

        mutating func skip(_ count: Int) throws(Malformed) {
            guard count <= bytes.count - position else {
                throw Malformed(problem: "it ends too early")
            }
            position += count
        }

        /// A signed number in two's complement.
        mutating func integer(bytes count: Int) throws(Malformed) -> Int64 {
            var value: UInt64 = 0
            for _ in 0..<count { value = value << 8 | UInt64(try byte()) }
            return count == 4
                ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
        }

        /// A count that can only be true if the file is long enough for it.
        mutating func count() throws(Malformed) -> Int {
            let value = try integer(bytes: 4)
            guard value >= 0, value <= bytes.count else {
                throw Malformed(problem: "it ends too early")
            }
            return Int(value)
        }

        mutating func line() throws(Malformed) -> String {
            guard try byte() == UInt8(ascii: "\n") else {
                throw Malformed(problem: "it has no last line")
            }
            var text: [UInt8] = []
            while true {
                let next = try byte()
                if next == UInt8(ascii: "\n") { return String(decoding: text, as: UTF8.self) }
                text.append(next)
            }
        }
    }
}
