import CareCore
import Testing

/// A stay keeps the protocols it was planned with until somebody moves it.
@Suite struct `Moving a stay to other protocols` {
    private static let now = Instant(rfc3339: "2027-01-19T08:00:00Z") ?? .earliest
    private static let turn = ActivityCode("TURN")
    private static let skin = ActivityCode("SKIN")
    private static let nurse = Actor(person: "SYN nurse")

    private static func activity(
        _ code: ActivityCode, ending: Activity.Ending = .immediate
    ) -> Activity {
        Activity(
            code: code, term: code.code, domain: "d",
            windows: [WindowRule(early: nil, onTime: .minutes(15), steps: [])], ending: ending)
    }

    private static func rule(_ id: String, _ code: ActivityCode, every minutes: Int) -> CareRule {
        CareRule(
            id: id, activity: code, when: .fact(.cannotReposition, .isTrue),
            schedule: .every(minutes: minutes, first: .afterInterval),
            provenance: Provenance(source: "a test", status: .confirmed))
    }

    private static func library(
        _ version: String, turn minutes: Int? = 240, skin: Bool = false
    ) -> CareLibrary {
        CareLibrary(
            version: version,
            activities: [activity(turn, ending: .proposed)] + (skin ? [activity(Self.skin)] : []),
            rules: (minutes.map { [rule("TURN-R", turn, every: $0)] } ?? [])
                + (skin ? [rule("SKIN-R", Self.skin, every: 480)] : []),
            holds: [])
    }

    private static let wards = [Ward(id: "7", zone: .utc)]

    /// A ward with one stay that was planned by version 1.
    private static func enrolled() throws -> (CareState, StayID) {
        var state = CareState()
        let admission = Admission(
            ward: "7", bed: "1", admission: "SYN-1",
            identity: Identity(name: "SYN Alder", recordNumber: "SYN-R1"),
            assessment: Assessment([.cannotReposition: .flag(true)]))
        let context = CareContext(library: library("1"), wards: wards)
        try apply(.enroll([admission], keepGoing: false), now, context, &state)
        return (state, StayID(1))
    }

    private static func apply(
        _ command: Command, _ at: Instant, _ context: CareContext, _ state: inout CareState
    ) throws {
        let decision = try state.decide(command, at: at, by: nurse, in: context)
        for (index, event) in decision.events.enumerated() {
            state.apply(
                LedgerEntry(sequence: Int64(index + 1), at: at, actor: nurse, event: event))
        }
    }

    private static func context(_ library: CareLibrary) -> CareContext {
        CareContext(library: library, wards: wards, earlier: ["1": Self.library("1")])
    }

    @Test func `is not done by a reload alone`() throws {
        var (state, id) = try Self.enrolled()
        let context = Self.context(Self.library("2", turn: 120))
        #expect(context.library(for: try #require(state[id])).version == "1")
        try Self.apply(
            .record(id, [OutcomeReport(target: .activity(Self.turn), outcome: .done)]),
            Self.now.adding(minutes: 60), context, &state)
        let item = try #require(state[id]?.activeItem(Self.turn))
        #expect(item.occurrence?.due == Self.now.adding(minutes: 300), "still every 4 h")
        #expect(item.protocolVersion == "1")
    }

    @Test func `makes care more frequent at once`() throws {
        var (state, id) = try Self.enrolled()
        let context = Self.context(Self.library("2", turn: 120, skin: true))
        try Self.apply(.migrate(id), Self.now.adding(minutes: 30), context, &state)
        let stay = try #require(state[id])
        #expect(stay.protocolVersion == "2")
        #expect(stay.neededVersions == ["2"])
        #expect(stay.activeItem(Self.turn)?.intervalMinutes == 120)
        #expect(stay.activeItem(Self.turn)?.occurrence?.due == Self.now.adding(minutes: 120))
        #expect(stay.activeItem(Self.skin)?.protocolVersion == "2")
    }

    @Test func `takes along the care that stays as it is`() throws {
        var (state, id) = try Self.enrolled()
        try Self.apply(.migrate(id), Self.now, Self.context(Self.library("2")), &state)
        let stay = try #require(state[id])
        #expect(stay.activeItem(Self.turn)?.protocolVersion == "2")
        #expect(stay.neededVersions == ["2"])
        #expect(stay.activeItem(Self.turn)?.occurrence?.due == Self.now.adding(minutes: 240))
    }

    @Test func `only proposes less care`() throws {
        var (state, id) = try Self.enrolled()
        let context = Self.context(Self.library("2", turn: 360))
        try Self.apply(.migrate(id), Self.now.adding(minutes: 30), context, &state)
        let stay = try #require(state[id])
        let item = try #require(stay.activeItem(Self.turn))
        #expect(item.intervalMinutes == 240)
        #expect(item.occurrence?.due == Self.now.adding(minutes: 240))
        let proposal = try #require(stay.alerts.last)
        #expect(proposal.kind == .proposal(item.id, toMinutes: 360))
        // Until somebody decides, the care item rests on the earlier rule.
        #expect(stay.neededVersions == ["2", "1"])
        try Self.apply(
            .decide(proposal.id, accept: true), Self.now.adding(minutes: 40), context, &state)
        #expect(state[id]?.activeItem(Self.turn)?.intervalMinutes == 360)
        #expect(state[id]?.neededVersions == ["2"])
    }

    @Test func `only proposes the end of care that the protocols no longer have`() throws {
        var (state, id) = try Self.enrolled()
        let empty = CareLibrary(version: "2", activities: [], rules: [], holds: [])
        try Self.apply(.migrate(id), Self.now, Self.context(empty), &state)
        let stay = try #require(state[id])
        let item = try #require(stay.activeItem(Self.turn))
        #expect(stay.alerts.map(\.kind) == [.proposal(item.id, toMinutes: nil)])
    }

    @Test func `can be looked at first, and changes nothing then`() throws {
        let (state, id) = try Self.enrolled()
        let context = Self.context(Self.library("2", turn: 120, skin: true))
        let preview = try state.migration(of: id, at: Self.now, in: context)
        #expect(preview.from == "1" && preview.to == "2")
        #expect(preview.changes.map { $0.after?.activity } == [Self.turn, Self.skin])
        #expect(preview.changes.first?.before?.intervalMinutes == 240)
        #expect(preview.changes.first?.after?.intervalMinutes == 120)
        #expect(state[id]?.activeItem(Self.turn)?.intervalMinutes == 240)
        var moved = state
        try Self.apply(.migrate(id), Self.now, context, &moved)
        #expect(moved[id]?.items == preview.after.items)
    }

    @Test func `is refused where it follows them already`() throws {
        let (state, id) = try Self.enrolled()
        let context = CareContext(library: Self.library("1"), wards: Self.wards)
        #expect(throws: Rejection.self) {
            try state.decide(.migrate(id), at: Self.now, by: Self.nurse, in: context)
        }
    }

    @Test func `is not needed to go on when its version is lost`() throws {
        let (state, id) = try Self.enrolled()
        let context = CareContext(library: Self.library("2", turn: 120), wards: Self.wards)
        #expect(context.library(for: try #require(state[id])).version == "2")
    }

    @Test func `takes a named person`() throws {
        let (state, id) = try Self.enrolled()
        #expect(throws: Rejection.self) {
            try state.decide(
                .migrate(id), at: Self.now, by: .service, in: Self.context(Self.library("2")))
        }
    }

    @Test func `an alert of the service stands once`() throws {
        var (state, _) = try Self.enrolled()
        let context = Self.context(Self.library("2"))
        let alert = AlertTemplate(priority: .high, message: "lost", who: "nurse in charge")
        for _ in 0..<2 {
            try Self.apply(.warn(alert, ruleID: "PROTOCOL-LOST"), Self.now, context, &state)
        }
        #expect(state.technicalAlerts.map(\.priority) == [.high])
    }
}
