import CareCore

/// A protocol of three rules: small enough to know by heart.
enum TestLibrary {
    static let library = CareLibrary(
        version: "test 1", activities: [turn, stockings],
        rules: [
            rule("PI-2", .fact(.cannotReposition, .isTrue), every: 240),
            rule("PI-3", .fact(.braden, .atMost(12)), every: 120),
            CareRule(
                id: "AES-1", activity: ActivityCode("AES-SKIN"),
                when: .fact(.stockingsOrdered, .isTrue),
                unless: [
                    .init(
                        id: "AES-C3", when: .fact(.peripheralNeuropathy, .isTrue),
                        reason: "peripheral neuropathy")
                ],
                order: .stockingsOrdered, schedule: .daily([TimeOfDay(hour: 10)]),
                provenance: Provenance(source: "test", status: .knowledge)),
        ],
        holds: [
            HoldRule(
                reason: "procedure", meaning: "away for a procedure", ceilingMinutes: 240,
                provenance: Provenance(source: "test", status: .designDefault))
        ])

    private static let turn = Activity(
        code: ActivityCode("TURN"), term: "reposition", domain: "pressure-ulcer",
        fields: [
            RecordedField(
                name: "skin", kind: .choice(["intact", "red"]), meaning: "skin at the sites",
                required: true)
        ],
        windows: [
            WindowRule(
                early: 30, onTime: .minutes(30),
                steps: [
                    .init(after: .minutes(30), priority: .low),
                    .init(after: .minutes(60), priority: .medium),
                ])
        ],
        findings: [
            Finding(
                id: "ESC-1", when: .field("skin", .oneOf(["red"])),
                effects: [
                    .shorten(ActivityCode("TURN")),
                    .alert(
                        AlertTemplate(
                            priority: .medium, message: "Red skin", who: "registered nurse",
                            withinMinutes: 60)),
                ], provenance: Provenance(source: "a test", status: .confirmed))
        ],
        ladder: [240, 180, 120, 60])

    private static let stockings = Activity(
        code: ActivityCode("AES-SKIN"), term: "check the skin under the stockings",
        domain: "thromboembolism",
        windows: [WindowRule(early: 60, onTime: .minutes(120), steps: [])])

    private static func rule(_ id: String, _ when: Condition, every minutes: Int) -> CareRule {
        CareRule(
            id: id, activity: ActivityCode("TURN"), when: when,
            schedule: .every(minutes: minutes, first: .afterInterval),
            provenance: Provenance(source: "test", status: .confirmed))
    }
}
