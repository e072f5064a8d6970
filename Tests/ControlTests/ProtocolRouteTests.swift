import CareCore
import CareEngine
import ControlAPI
import Foundation
import Glibc
import Testing

@testable import ControlServer

@Suite struct `Protocols over the socket` {
    private static let description = ProtocolsAnswer(
        version: "test 1", directory: "/etc/sccd/protocols", files: [], parts: [], differences: [])

    private static func desk(
        reload: @escaping @Sendable (Actor) async throws(Problem) -> ReloadAnswer
    ) -> ProtocolDesk {
        ProtocolDesk(describe: { description }, reload: reload)
    }

    /// The protocol of the tests with turns every so many minutes, as another version.
    private static func changed(turn minutes: Int) -> CareLibrary {
        CareLibrary(
            version: "test 2", activities: TestLibrary.library.activities,
            rules: TestLibrary.library.rules.map { rule in
                guard rule.id == "PI-2" else { return rule }
                return CareRule(
                    id: rule.id, activity: rule.activity, when: rule.when,
                    schedule: .every(minutes: minutes, first: .afterInterval),
                    provenance: rule.provenance)
            }, holds: TestLibrary.library.holds)
    }

    private static func documents(_ version: String) -> ProtocolVersion {
        ProtocolVersion(version: version, documents: [])
    }

    @Test func `are described`() async throws {
        let desk = Self.desk { (_) async throws(Problem) in throw Problem(.internal, "not asked") }
        try await TestWard.run({ $0.protocols = desk }) { ward in
            let answer = try await ward.get("/v1/protocols")
            #expect(answer.status == 200)
            #expect(try answer.decode(ProtocolsAnswer.self) == Self.description)
            #expect(try await ward.get("/v1/protocols?x=1").status == 422)
        }
    }

    @Test func `are read anew for a named admin, and tell every fault`() async throws {
        let desk = Self.desk { (actor) async throws(Problem) in
            if actor.person == "SYN Matron" {
                return ReloadAnswer(before: "1", version: "2", changed: true, staysOnEarlier: 3)
            }
            throw Problem(
                .invalid, "The protocols were not taken: 2 faults.",
                faults: [1, 2].map {
                    FieldFault(
                        field: "a.yaml:\($0)", value: nil, problem: "is wrong", expected: "right")
                })
        }
        try await TestWard.run({ $0.protocols = desk }) { ward in
            let taken = try await ward.post("/v1/protocols/reload", #"{"by":"SYN Matron"}"#)
            #expect(taken.status == 200)
            #expect(try taken.decode(ReloadAnswer.self).staysOnEarlier == 3)
            let refused = try await ward.post("/v1/protocols/reload", #"{"by":"SYN other"}"#)
            #expect(refused.status == 422)
            #expect(
                try refused.decode(Problem.self).faults.map(\.field) == ["a.yaml:1", "a.yaml:2"])
            let unnamed = try await ward.post("/v1/protocols/reload", "{}")
            #expect(try unnamed.decode(Problem.self).code == .unnamed)
        }
        try await TestWard.run({
            $0.protocols = desk
            $0.roles = RoleTable(users: [getuid(): .nurse])
        }) { ward in
            let denied = try await ward.post("/v1/protocols/reload", #"{"by":"SYN Matron"}"#)
            #expect(denied.status == 403)
        }
    }

    @Test func `move a stay after showing what would change`() async throws {
        try await TestWard.run { ward in
            try await ward.enrol(bed: "1", assessment: #"{"cannotReposition":true}"#)
            let none = try await ward.get("/v1/migrations").decode(MigrationsAnswer.self)
            #expect(none.stays.isEmpty)
            _ = try await ward.engine.adopt(Self.changed(turn: 180), Self.documents("test 2"))
            let preview = try await ward.get("/v1/migrations?stay=S1").decode(MigrationsAnswer.self)
            #expect(preview.version == "test 2")
            #expect(preview.stays.map(\.from) == ["test 1"])
            let change = try #require(preview.stays.first?.changes.first)
            #expect(change.before?.intervalMinutes == 240)
            #expect(change.after?.intervalMinutes == 180)
            let before = try await ward.get("/v1/stays/S1").decode(StayAnswer.self)
            #expect(before.items.first?.intervalMinutes == 240, "shown, not done")
            let moved = try await ward.post("/v1/stays/S1/migrate", #"{"by":"SYN nurse"}"#)
            #expect(moved.status == 200)
            let after = try await ward.get("/v1/stays/S1").decode(StayAnswer.self)
            #expect(after.items.first?.intervalMinutes == 180)
            #expect(after.items.first?.protocolVersion == "test 2")
            let again = try await ward.post("/v1/stays/S1/migrate", #"{"by":"SYN nurse"}"#)
            #expect(try again.decode(Problem.self).code == .conflict)
            #expect(try await ward.get("/v1/migrations?stay=S9").status == 404)
        }
    }

    @Test func `only propose less care`() async throws {
        try await TestWard.run { ward in
            try await ward.enrol(bed: "1", assessment: #"{"cannotReposition":true}"#)
            _ = try await ward.engine.adopt(Self.changed(turn: 360), Self.documents("test 2"))
            let preview = try await ward.get("/v1/migrations?ward=A").decode(MigrationsAnswer.self)
            #expect(preview.stays.first?.changes == [])
            #expect(preview.stays.first?.alerts.map(\.kind) == ["proposal"])
        }
    }
}
