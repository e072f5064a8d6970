import CareCore
import Foundation
import Testing

@testable import sccd

@Suite struct SettingsTests {
    private func load(
        _ file: String? = nil, environment: [String: String] = [:],
        flags: [Settings.Key: String] = [:]
    ) async throws -> Settings {
        var sources = Settings.Sources()
        sources.environment = environment
        sources.flags = flags
        guard let file else { return try await Settings.load(sources) }
        let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).yaml")
        try Data(file.utf8).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        sources.file = url.path
        sources.fileIsRequired = true
        return try await Settings.load(sources)
    }

    private func faults(
        _ file: String? = nil, environment: [String: String] = [:],
        flags: [Settings.Key: String] = [:]
    ) async throws -> [String] {
        do {
            _ = try await load(file, environment: environment, flags: flags)
            return []
        } catch let error as SettingsError {
            return error.faults
        }
    }

    @Test func `a file says everything`() async throws {
        let settings = try await load(
            """
            wards: ["7=Europe/London", "8=Europe/Berlin"]
            stateDirectory: /srv/sccd
            socketPath: /srv/sccd/s.sock
            pollValiditySeconds: 30
            adminUsers: [1000, 1001]
            logLevel: warning
            """)
        #expect(settings.wards.map(\.id) == ["7", "8"])
        #expect(settings.wards.map(\.zone.name) == ["Europe/London", "Europe/Berlin"])
        #expect(settings.stateDirectory == "/srv/sccd")
        #expect(settings.pollValiditySeconds == 30)
        #expect(settings.adminUsers == [1_000, 1_001])
        #expect(settings.isDemo == false)
    }

    @Test func `flags come before the environment, the environment before the file`() async throws {
        let file =
            "wards: [\"7=Europe/London\"]\nclockRate: 2\nstateDirectory: /a\nsocketPath: /a/s\n"
        let settings = try await load(
            file, environment: ["SCCD_CLOCK_RATE": "3", "SCCD_STATE_DIRECTORY": "/b"],
            flags: [.clockRate: "4"])
        #expect(settings.clockRate == 4)
        #expect(settings.stateDirectory == "/b")
        #expect(settings.socketPath == "/a/s")
    }

    @Test func `every mistake and every unknown key is named at once`() async throws {
        let faults = try await faults(
            """
            wards: ["7=Europe/Lundon", "8", "7=Europe/London", "7=Europe/London"]
            clockrate: 60
            clockRate: fast
            stateDirectory: relative
            pollValiditySeconds: 4
            """, environment: ["SCCD_SOKET_PATH": "/x"])
        #expect(faults.count == 8)
        for wanted in [
            "environment: SCCD_SOKET_PATH is not a setting; did you mean SCCD_SOCKET_PATH?",
            ":2: clockrate is not a setting; did you mean clockRate?",
            "clockRate must be a number from 1 to 3600", "stateDirectory must be an absolute path",
            "pollValiditySeconds must be a whole number from 5 to 600", "Europe/Lundon",
            "8 must be a ward and its zone", "ward 7 is named twice",
        ] {
            #expect(faults.contains { $0.contains(wanted) }, "\(wanted) in \(faults)")
        }
    }

    @Test(arguments: [
        ("", "wards is missing"), ("wards: []", "wards is missing"), ("- 7", "must be a mapping"),
        ("wards: [", "is not YAML"), ("wards: 7", "wards must be a list"),
        (
            "wards: [\"7=Europe/London\"]\nclockStart: 2027-01-19T08:00:00Z",
            "only for demonstrations"
        ),
        ("wards: [\"7=Europe/London\"]\nclockRate: 60\nclockStart: yesterday", "a time with zone"),
        ("wards: [\"7=../etc/passwd\"]", "passwd"),
    ])
    func `a bad file says what is wrong`(_ file: String, _ problem: String) async throws {
        let faults = try await faults(file)
        #expect(faults.contains { $0.contains(problem) }, "\(faults)")
    }

    @Test func `a file that was named must exist`() async throws {
        var sources = Settings.Sources()
        sources.file = "/nowhere/sccd.yaml"
        sources.fileIsRequired = true
        await #expect(throws: SettingsError.self) { try await Settings.load(sources) }
    }
}

@Suite struct WardClockTests {
    @Test func `a demonstration runs at its rate from its anchor, and knows when to wake`() {
        let clock = WardClock(rate: 60, realAnchor: 1_000, wardAnchor: 500_000)
        #expect(clock.realSeconds(at: Instant(seconds: 500_060)) == 1_001)
        #expect(clock.realSeconds(at: Instant(seconds: 499_940)) == 999)
        #expect(WardClock.realTime.realSeconds(at: Instant(seconds: 77)) == 77)
    }
}
