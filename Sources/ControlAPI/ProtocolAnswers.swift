/// `GET /v1/protocols`: the effective protocols in words, where they come from, and who signed them.
package struct ProtocolsAnswer: Codable, Hashable, Sendable {
    package var schema = ControlAPI.schema
    package var version: String
    /// Where the hospital's own files lie; absent when only the built-in ones were looked at.
    package var directory: String?
    package var files: [ProtocolFileView]
    package var parts: [ProtocolPartView]
    /// How they differ from the built-in protocols.
    package var differences: [ProtocolDifferenceView]

    package init(
        version: String, directory: String?, files: [ProtocolFileView], parts: [ProtocolPartView],
        differences: [ProtocolDifferenceView]
    ) {
        self.version = version
        self.directory = directory
        self.files = files
        self.parts = parts
        self.differences = differences
    }
}

package struct ProtocolFileView: Codable, Hashable, Sendable {
    package var name: String
    package var builtIn: Bool
    /// The name of the protocol.
    package var id: String
    package var version: String
    package var owner: String
    package var reviewDate: String

    package init(
        name: String, builtIn: Bool, id: String, version: String, owner: String, reviewDate: String
    ) {
        self.name = name
        self.builtIn = builtIn
        self.id = id
        self.version = version
        self.owner = owner
        self.reviewDate = reviewDate
    }
}

/// One rule, activity, finding or other entry.
package struct ProtocolPartView: Codable, Hashable, Sendable {
    /// `rule`, `activity`, `finding`, `hold`, `watch`, `standing` or `transition`.
    package var kind: String
    package var id: String
    /// The activity that a finding belongs to alone.
    package var of: String?
    package var title: String
    package var lines: [ProtocolLineView]
    /// What is worth reading with it, for example `activity TURN`.
    package var related: [String]
    package var sources: [String]
    /// `confirmed`, `K` (from knowledge) or `D` (a design default): the worst that stands in it.
    package var status: String
    package var needsSignOff: Bool
    package var file: String
    package var line: Int
    package var builtIn: Bool
    /// The protocol that it is part of, and its version.
    package var protocolID: String
    package var protocolVersion: String
    package var change: ProtocolChangeView?
    package var signature: ProtocolSignatureView?
    package var switchedOff: Bool

    package init(
        kind: String, id: String, of: String?, title: String, lines: [ProtocolLineView],
        related: [String], sources: [String], status: String, needsSignOff: Bool, file: String,
        line: Int, builtIn: Bool, protocolID: String, protocolVersion: String,
        change: ProtocolChangeView?, signature: ProtocolSignatureView?, switchedOff: Bool
    ) {
        self.kind = kind
        self.id = id
        self.of = of
        self.title = title
        self.lines = lines
        self.related = related
        self.sources = sources
        self.status = status
        self.needsSignOff = needsSignOff
        self.file = file
        self.line = line
        self.builtIn = builtIn
        self.protocolID = protocolID
        self.protocolVersion = protocolVersion
        self.change = change
        self.signature = signature
        self.switchedOff = switchedOff
    }
}

package struct ProtocolLineView: Codable, Hashable, Sendable {
    /// For example `applies when`.
    package var label: String
    package var texts: [String]

    package init(label: String, texts: [String]) {
        self.label = label
        self.texts = texts
    }
}

/// What a hospital changed, or that it does without.
package struct ProtocolChangeView: Codable, Hashable, Sendable {
    package var keys: [String]
    package var reason: String
    package var file: String
    package var line: Int
    package var signature: ProtocolSignatureView

    package init(
        keys: [String], reason: String, file: String, line: Int, signature: ProtocolSignatureView
    ) {
        self.keys = keys
        self.reason = reason
        self.file = file
        self.line = line
        self.signature = signature
    }
}

package struct ProtocolSignatureView: Codable, Hashable, Sendable {
    package var by: String
    /// A date.
    package var on: String
    /// The version of the protocol that was signed.
    package var version: String?
    package var file: String
    package var line: Int
    /// Whether that is the version in force.
    package var current: Bool

    package init(
        by: String, on: String, version: String?, file: String, line: Int, current: Bool
    ) {
        self.by = by
        self.on = on
        self.version = version
        self.file = file
        self.line = line
        self.current = current
    }
}

package struct ProtocolDifferenceView: Codable, Hashable, Sendable {
    /// `added`, `changed`, `switched off` or `signed`.
    package var difference: String
    package var kind: String
    package var id: String
    package var of: String?
    package var fields: [ProtocolFieldDifference]

    package init(
        difference: String, kind: String, id: String, of: String?,
        fields: [ProtocolFieldDifference]
    ) {
        self.difference = difference
        self.kind = kind
        self.id = id
        self.of = of
        self.fields = fields
    }
}

package struct ProtocolFieldDifference: Codable, Hashable, Sendable {
    package var label: String
    package var before: [String]
    package var after: [String]

    package init(label: String, before: [String], after: [String]) {
        self.label = label
        self.before = before
        self.after = after
    }
}

/// What a check of protocol files found.
package struct ProtocolCheckAnswer: Codable, Hashable, Sendable {
    package var schema = ControlAPI.schema
    package var directory: String
    package var faults: [ProtocolFaultView]
    /// The effective protocols; absent while there are faults.
    package var protocols: ProtocolsAnswer?

    package init(directory: String, faults: [ProtocolFaultView], protocols: ProtocolsAnswer?) {
        self.directory = directory
        self.faults = faults
        self.protocols = protocols
    }
}

package struct ProtocolFaultView: Codable, Hashable, Sendable {
    package var file: String
    package var line: Int
    package var problem: String
    package var expected: String?

    package init(file: String, line: Int, problem: String, expected: String?) {
        self.file = file
        self.line = line
        self.problem = problem
        self.expected = expected
    }
}

/// `POST /v1/protocols/reload` and `POST /v1/stays/{id}/migrate`.
package struct NamedRequest: Codable, Hashable, Sendable {
    package var by: String

    package init(by: String) {
        self.by = by
    }
}

/// The answer to a reload that was taken.
package struct ReloadAnswer: Codable, Hashable, Sendable {
    package var schema = ControlAPI.schema
    package var before: String
    package var version: String
    /// Whether anything is different now.
    package var changed: Bool
    /// Stays that go on by earlier protocols.
    package var staysOnEarlier: Int

    package init(before: String, version: String, changed: Bool, staysOnEarlier: Int) {
        self.before = before
        self.version = version
        self.changed = changed
        self.staysOnEarlier = staysOnEarlier
    }
}

/// `GET /v1/migrations`: what moving stays to the current protocols would change.
package struct MigrationsAnswer: Codable, Hashable, Sendable {
    package var schema = ControlAPI.schema
    package var madeAt: String
    package var wards: [WardView]
    /// The current protocols.
    package var version: String
    /// Stays that follow others.
    package var stays: [MigrationView]
    package var demoClockRate: Double?

    package init(
        madeAt: String, wards: [WardView], version: String, stays: [MigrationView],
        demoClockRate: Double?
    ) {
        self.madeAt = madeAt
        self.wards = wards
        self.version = version
        self.stays = stays
        self.demoClockRate = demoClockRate
    }
}

package struct MigrationView: Codable, Hashable, Sendable {
    package var stay: String
    package var ward: String
    package var bed: String
    package var from: String?
    package var changes: [MigratedItemView]
    /// What it would propose or raise; a longer interval is only ever proposed.
    package var alerts: [AlertView]

    package init(
        stay: String, ward: String, bed: String, from: String?, changes: [MigratedItemView],
        alerts: [AlertView]
    ) {
        self.stay = stay
        self.ward = ward
        self.bed = bed
        self.from = from
        self.changes = changes
        self.alerts = alerts
    }
}

/// A care item before and after; absent where there was, or would be, none.
package struct MigratedItemView: Codable, Hashable, Sendable {
    package var activity: String
    package var term: String
    package var before: PlannedItemView?
    package var after: PlannedItemView?

    package init(
        activity: String, term: String, before: PlannedItemView?, after: PlannedItemView?
    ) {
        self.activity = activity
        self.term = term
        self.before = before
        self.after = after
    }
}

package struct PlannedItemView: Codable, Hashable, Sendable {
    package var rule: String
    package var schedule: String
    package var intervalMinutes: Int?
    package var detail: String?
    package var nextDue: String?
    package var heldBecause: String?

    package init(
        rule: String, schedule: String, intervalMinutes: Int?, detail: String?, nextDue: String?,
        heldBecause: String?
    ) {
        self.rule = rule
        self.schedule = schedule
        self.intervalMinutes = intervalMinutes
        self.detail = detail
        self.nextDue = nextDue
        self.heldBecause = heldBecause
    }
}
