import CareCore
import CareProtocols
import Foundation
import Testing

/// Offsets as another implementation reads them from the same files: `zones.json` was made once with
/// Python's `zoneinfo` from the files beside it, so that a newer tzdata does not fail the tests.
private struct ZoneFixture {
    static let directory = Bundle.module.bundlePath + "/Resources/zoneinfo"

    static func offsets() throws -> [String: [[Int]]] {
        let path = Bundle.module.bundlePath + "/Resources/zones.json"
        let data = try #require(FileManager.default.contents(atPath: path))
        return try JSONDecoder().decode([String: [[Int]]].self, from: data)
    }
}

@Suite struct `Zone rules` {
    @Test(arguments: [
        "Africa/Cairo", "Africa/Casablanca", "America/Havana", "America/New_York", "America/Nuuk",
        "America/St_Johns", "Antarctica/Troll", "Asia/Kathmandu", "Asia/Kolkata",
        "Australia/Lord_Howe", "Europe/Dublin", "Europe/London", "Pacific/Apia", "Pacific/Chatham",
    ])
    func `agree with another reader of the same file`(name: String) throws {
        let rows = try #require(try ZoneFixture.offsets()[name])
        let rules = try ZoneRulesLoader.rules(for: name, directory: ZoneFixture.directory)
        #expect(rows.count >= 13)
        for row in rows {
            let instant = Instant(seconds: Int64(row[0]))
            #expect(rules.offset(at: instant) == row[1], "\(name) at \(instant)")
        }
    }

    @Test func `reach to the last year the edges accept`() throws {
        let rules = try ZoneRulesLoader.rules(
            for: "Europe/London", directory: ZoneFixture.directory)
        let summer = try #require(Instant(rfc3339: "2099-07-01T12:00:00Z"))
        #expect(rules.offset(at: summer) == 3_600)
        #expect(try #require(rules.transitions.last).at > summer)
    }

    @Test func `are read from the system's own tzdata`() throws {
        let rules = try ZoneRulesLoader.rules(for: "Europe/London")
        let before = try #require(Instant(rfc3339: "2026-03-29T00:59:59Z"))
        #expect(rules.offset(at: before) == 0)
        #expect(rules.offset(at: before.adding(seconds: 1)) == 3_600)
        let version = try #require(ZoneRulesLoader.tzdataVersion())
        #expect(version.prefix(4).allSatisfy(\.isNumber) && version.hasPrefix("20"))
    }

    @Test(arguments: [
        "", "/etc/passwd", "../passwd", "Europe/../London", "Europe//London", "Europe/London/",
        ".", "Europe/.London", "Europe/Lon don", "Europe/Lon\u{0}don", "localtime", "-x",
        String(repeating: "a", count: 101),
    ])
    func `refuse a name that is none`(name: String) {
        #expect(throws: ZoneError.badName(name)) { try ZoneRulesLoader.rules(for: name) }
    }

    @Test(arguments: [
        ("Europe/Lodnon", "Europe/London"), ("London", "Europe/London"),
        ("europe/dublin", "Europe/Dublin"), ("Europe", nil), ("Nowhere/At_All", nil),
    ])
    func `suggest a zone for an unknown one`(name: String, near: String?) {
        let directory = ZoneFixture.directory
        #expect(throws: ZoneError.unknown(name, near: near, directory: directory)) {
            try ZoneRulesLoader.rules(for: name, directory: directory)
        }
    }

    @Test func `refuse zones that count leap seconds`() throws {
        try withDirectory { directory in
            var bytes = try #require(
                FileManager.default.contents(atPath: ZoneFixture.directory + "/Asia/Kolkata"))
            // The second header's count of leap seconds.
            let second = try #require(bytes.range(of: Data("TZif".utf8), in: 4..<bytes.count))
            bytes[second.lowerBound + 31] = 1
            try bytes.write(to: URL(fileURLWithPath: directory + "/Leap"))
            #expect(problem("Leap", directory)?.contains("leap seconds") == true)
        }
    }

    @Test func `refuse a file that was cut off, wherever it was cut`() throws {
        let bytes = try #require(
            FileManager.default.contents(atPath: ZoneFixture.directory + "/Europe/Dublin"))
        try withDirectory { directory in
            for length in stride(from: 0, to: bytes.count, by: 7) {
                try bytes.prefix(length).write(to: URL(fileURLWithPath: directory + "/Cut"))
                #expect(problem("Cut", directory) != nil, "cut to \(length) bytes")
            }
        }
    }

    /// A damaged file may read as other rules, but it must never stop the service.
    @Test func `survive any single damaged byte`() throws {
        let bytes = try #require(
            FileManager.default.contents(atPath: ZoneFixture.directory + "/Antarctica/Troll"))
        try withDirectory { directory in
            for index in bytes.indices {
                var damaged = bytes
                damaged[index] ^= 0xFF
                try damaged.write(to: URL(fileURLWithPath: directory + "/Bad"))
                _ = try? ZoneRulesLoader.rules(for: "Bad", directory: directory)
            }
        }
    }

    @Test(arguments: [
        "GMT0BST", "GMT0BST,M3.5.0/1", "GMT0BST,M13.5.0/1,M10.5.0", "GMT0BST,M3.6.0,M10.5.0",
        "GMT0BST,M3.5.7,M10.5.0", "G0", "GMT", "GMT25", "GMT0BST,M3.5.0/168,M10.5.0", "<GMT0", "",
        "GMT0BST,J0,J10", "GMT0BST,366,10", "GMT0 ",
    ])
    func `refuse a last line that is no rule`(footer: String) throws {
        try withDirectory { directory in
            try zoneFile(footer: footer).write(to: URL(fileURLWithPath: directory + "/Odd"))
            #expect(problem("Odd", directory)?.contains("no rule for the future") == true)
        }
    }

    @Test(arguments: [
        ("GMT0BST,M3.5.0/1,M10.5.0", "2031-03-30T01:00:00Z", "2031-10-26T01:00:00Z"),
        // Day 60 is 1 March in every year, day 59 counted from 0 only in common years.
        ("AAA0BBB,J60/0,J300/1", "2032-03-01T00:00:00Z", "2032-10-27T00:00:00Z"),
        ("AAA0BBB,59/0,300/1", "2032-02-29T00:00:00Z", "2032-10-27T00:00:00Z"),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2031-03-30T01:00:00Z", "2031-10-26T01:00:00Z"),
        ("AAA-10BBB-11:30:15,M1.1.1,M12.5.6/25:30", "2031-01-05T16:00:00Z", "2031-12-27T13:59:45Z"),
    ])
    func `expand the last line`(footer: String, start: String, end: String) throws {
        try withDirectory { directory in
            try zoneFile(footer: footer).write(to: URL(fileURLWithPath: directory + "/Odd"))
            let rules = try ZoneRulesLoader.rules(for: "Odd", directory: directory)
            let changes = try [start, end].map { try #require(Instant(rfc3339: $0)) }
            for change in changes {
                #expect(rules.transitions.contains { $0.at == change }, "\(change)")
            }
        }
    }

    @Test func `count the last line only after the last transition`() throws {
        try withDirectory { directory in
            let abolished = try #require(Instant(rfc3339: "2030-07-01T00:00:00Z"))
            let file = zoneFile(
                footer: "AAA0BBB,M3.5.0/1,M10.5.0", transition: abolished.seconds)
            try file.write(to: URL(fileURLWithPath: directory + "/Late"))
            let rules = try ZoneRulesLoader.rules(for: "Late", directory: directory)
            let spring = try #require(Instant(rfc3339: "2030-05-01T00:00:00Z"))
            #expect(rules.offset(at: spring) == 0)
            let next = try #require(Instant(rfc3339: "2031-05-01T00:00:00Z"))
            #expect(rules.offset(at: next) == 3_600)
        }
    }

    @Test func `refuse what is no file`() throws {
        try withDirectory { directory in
            try FileManager.default.createSymbolicLink(
                atPath: directory + "/Null", withDestinationPath: "/dev/null")
            #expect(problem("Null", directory) == "it is not a regular file")
        }
    }

    @Test func `say nothing of a version that nobody states`() throws {
        try withDirectory { directory in
            #expect(ZoneRulesLoader.tzdataVersion(directory: directory) == nil)
            try Data("2031a\n".utf8).write(to: URL(fileURLWithPath: directory + "/+VERSION"))
            #expect(ZoneRulesLoader.tzdataVersion(directory: directory) == "2031a")
            try Data("# version 2031b\nR x\n".utf8)
                .write(to: URL(fileURLWithPath: directory + "/tzdata.zi"))
            #expect(ZoneRulesLoader.tzdataVersion(directory: directory) == "2031b")
        }
    }

    private func problem(_ name: String, _ directory: String) -> String? {
        do {
            _ = try ZoneRulesLoader.rules(for: name, directory: directory)
            return nil
        } catch .notAZoneFile(_, let problem) {
            return problem
        } catch {
            return "\(error)"
        }
    }

    /// A file with one type of local time (UTC), at most one transition to it, and a last line.
    private func zoneFile(footer: String, transition: Int64? = nil) -> Data {
        let header: [UInt8] = Array("TZif2".utf8) + Array(repeating: 0, count: 15)
        let count: UInt8 = transition == nil ? 0 : 1
        let counts: [UInt8] =
            Array(repeating: 0, count: 12) + [0, 0, 0, count, 0, 0, 0, 1, 0, 0, 0, 4]
        let type: [UInt8] = [0, 0, 0, 0, 0, 0] + Array("AAA\0".utf8)
        let first: [UInt8] = transition == nil ? [] : [0, 0, 0, 0, 0]
        let second: [UInt8] =
            transition.map { at in
                (0..<8).reversed().map { UInt8(truncatingIfNeeded: at >> (8 * $0)) } + [0]
            } ?? []
        let last = Array("\n\(footer)\n".utf8)
        return Data(header + counts + first + type + header + counts + second + type + last)
    }

    private func withDirectory(_ body: (String) throws -> Void) throws {
        let directory = NSTemporaryDirectory() + "zones-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try body(directory)
    }
}
