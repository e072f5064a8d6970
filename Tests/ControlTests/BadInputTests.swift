import ControlAPI
import ControlServer
import Testing

/// One request that is not possible, and what must be said about it.
struct BadInput: Sendable, CustomTestStringConvertible {
    let name: String
    let path: String
    let body: String
    let code: ProblemCode
    var field: String?
    var value: String?
    /// Part of what would be right.
    var expected: String?
    /// Part of what is wrong.
    var problem: String?

    var testDescription: String { name }

    /// An admission to bed 2, with some text replaced.
    static func admission(_ old: String = "", _ new: String = "") -> String {
        let good = """
            {"by":"n7","stays":[{"ward":"A","bed":"2","admission":"A2","name":"Bea",\
            "recordNumber":"2","assessment":{"braden":12,"lesionLevel":"T6"}}]}
            """
        return old.isEmpty ? good : good.replacing(old, with: new)
    }

    static func outcome(_ fields: String) -> String {
        #"{"by":"n7","outcomes":[{\#(fields)}]}"#
    }

    static let all: [BadInput] = [
        BadInput(
            name: "unknown field", path: "/v1/stays",
            body: admission(#""bed""#, #""bad":1,"bed""#), code: .invalid, field: "stays[0].bad",
            value: "1", expected: "did you mean bed?"),
        BadInput(
            name: "wrong type", path: "/v1/stays", body: admission(#""bed":"2""#, #""bed":2"#),
            code: .invalid, field: "stays[0].bed", value: "2", expected: "text",
            problem: "is a number"),
        BadInput(
            name: "missing field", path: "/v1/stays", body: admission(#""name":"Bea","#, ""),
            code: .invalid, field: "stays[0].name", problem: "is missing"),
        BadInput(
            name: "Braden 24", path: "/v1/stays", body: admission("12", "24"), code: .invalid,
            field: "stays[0].assessment.braden", value: "24",
            expected: "a whole number from 6 to 23"),
        BadInput(
            name: "Braden 12.5", path: "/v1/stays", body: admission("12", "12.5"), code: .invalid,
            field: "stays[0].assessment.braden", value: "12.5"),
        BadInput(
            name: "Braden 1.2e1", path: "/v1/stays", body: admission("12", "1.2e1"),
            code: .invalid, field: "stays[0].assessment.braden", value: "1.2e1"),
        BadInput(
            name: "a number with 400 digits", path: "/v1/stays",
            body: admission("12", String(repeating: "9", count: 400)), code: .invalid,
            field: "stays[0].assessment.braden"),
        BadInput(
            name: "lesion T13", path: "/v1/stays", body: admission("T6", "T13"), code: .invalid,
            field: "stays[0].assessment.lesionLevel", value: #""T13""#, expected: "C1 to S5"),
        BadInput(
            name: "a pressure index in words", path: "/v1/stays",
            body: admission(#""braden":12"#, #""anklePressureIndex":"abc""#), code: .invalid,
            field: "stays[0].assessment.anklePressureIndex", value: #""abc""#,
            expected: "a number from 0"),
        BadInput(
            name: "unknown fact", path: "/v1/stays", body: admission("braden", "bradn"),
            code: .invalid, field: "stays[0].assessment.bradn", value: "12",
            expected: "did you mean braden?"),
        BadInput(
            name: "unknown ward", path: "/v1/stays",
            body: admission(#""ward":"A""#, #""ward":"Z""#),
            code: .invalid, field: "stays[0].ward", value: "Z", expected: "one of A, B"),
        BadInput(
            name: "duplicate admission", path: "/v1/stays",
            body: admission(#""admission":"A2""#, #""admission":"A-A-1""#), code: .conflict,
            field: "stays[0].admission", value: "A-A-1", problem: "already enrolled as S1"),
        BadInput(
            name: "occupied bed", path: "/v1/stays", body: admission(#""bed":"2""#, #""bed":"1""#),
            code: .conflict, field: "stays[0].bed", value: "1", expected: "a free bed"),
        BadInput(
            name: "no stay at all", path: "/v1/stays", body: #"{"by":"n7","stays":[]}"#,
            code: .invalid, field: "stays", problem: "is empty"),
        BadInput(
            name: "NUL in a name", path: "/v1/stays", body: admission("Bea", #"Be\u0000a"#),
            code: .invalid, field: "stays[0].name", problem: "U+0"),
        BadInput(
            name: "turned direction in a name", path: "/v1/stays",
            body: admission("Bea", "Be\u{202E}a"), code: .invalid, field: "stays[0].name",
            problem: "U+202E"),
        BadInput(
            name: "a control character in a name", path: "/v1/stays",
            body: admission("Bea", #"Be\u001ba"#), code: .invalid, field: "stays[0].name",
            expected: "visible characters", problem: "U+1B"),
        BadInput(
            name: "nobody named", path: "/v1/stays", body: admission(#""by":"n7","#, ""),
            code: .unnamed, field: "by", problem: "is missing"),
        BadInput(
            name: "a blank name of who acts", path: "/v1/stays", body: admission("n7", "  "),
            code: .unnamed, field: "by", problem: "is blank"),
        BadInput(
            name: "a line break in who acts", path: "/v1/stays", body: admission("n7", #"n7\nn8"#),
            code: .invalid, field: "by", problem: "U+A"),
        BadInput(
            name: "null as the whole document", path: "/v1/stays", body: "null", code: .invalid,
            field: "body", problem: "is null"),
        BadInput(
            name: "half a document", path: "/v1/stays", body: String(admission().prefix(60)),
            code: .malformed, problem: "line 1, column 61: the document ends too early"),
        BadInput(
            name: "half a document in two lines", path: "/v1/stays",
            body: admission(#""stays":["#, "\n\"stays\":[").replacing("}]}", with: ""),
            code: .malformed, problem: "line 2, column 126: the document ends too early"),
        BadInput(
            name: "a second document", path: "/v1/stays", body: admission() + "{}",
            code: .malformed, problem: "after the end"),
        BadInput(
            name: "a field twice", path: "/v1/stays",
            body: admission(#""bed":"2""#, #""bed":"2","bed":"3""#), code: .malformed,
            field: "stays[0].bed", problem: "twice"),
        BadInput(
            name: "a field twice, once escaped", path: "/v1/stays",
            body: admission(#""bed":"2""#, #""bed":"2","\u0062ed":"3""#), code: .malformed,
            field: "stays[0].bed", problem: "twice"),
        BadInput(
            name: "nothing", path: "/v1/stays", body: "", code: .malformed,
            problem: "ends too early"),
        BadInput(
            name: "lists in lists", path: "/v1/stays",
            body: #"{"by":"# + String(repeating: "[", count: 100), code: .malformed,
            problem: "16 deep"),
        BadInput(
            name: "future care", path: "/v1/stays/S1/outcomes",
            body: outcome(
                #""activity":"TURN","outcome":"done","performedAt":"2027-01-19T08:00:01Z","#
                    + #""readings":{"skin":"intact"}"#), code: .invalid,
            field: "outcomes[0].performedAt", value: "2027-01-19T08:00:01Z",
            expected: "no later than 2027-01-19T08:00:00Z"),
        BadInput(
            name: "a time without a zone", path: "/v1/stays/S1/outcomes",
            body: outcome(
                #""activity":"TURN","outcome":"done","performedAt":"2027-01-19T08:00:00""#),
            code: .invalid, field: "outcomes[0].performedAt", value: "2027-01-19T08:00:00",
            expected: "with zone"),
        BadInput(
            name: "a reading of another kind", path: "/v1/stays/S1/outcomes",
            body: outcome(#""activity":"TURN","outcome":"done","readings":{"skin":"blue"}"#),
            code: .invalid, field: "outcomes[0].readings.skin", value: #""blue""#,
            expected: "one of intact, red"),
        BadInput(
            name: "a reading that is not recorded with it", path: "/v1/stays/S1/outcomes",
            body: outcome(#""activity":"TURN","outcome":"done","readings":{"skni":"intact"}"#),
            code: .invalid, field: "outcomes[0].readings.skni", value: #""intact""#,
            expected: "did you mean skin?", problem: "is not recorded with TURN"),
        BadInput(
            name: "an outcome that does not exist", path: "/v1/stays/S1/outcomes",
            body: outcome(#""activity":"TURN","outcome":"dnoe""#), code: .invalid,
            field: "outcomes[0].outcome", value: "dnoe", expected: "did you mean done?"),
        BadInput(
            name: "reminder and activity", path: "/v1/stays/S1/outcomes",
            body: outcome(#""activity":"TURN","reminder":"S1.1.1","outcome":"done""#),
            code: .invalid, field: "outcomes[0].reminder", value: #""S1.1.1""#,
            expected: "only one of"),
        BadInput(
            name: "neither reminder nor activity", path: "/v1/stays/S1/outcomes",
            body: outcome(#""outcome":"done""#), code: .invalid, field: "outcomes[0].activity",
            problem: "is missing"),
        BadInput(
            name: "refused without a reason", path: "/v1/stays/S1/outcomes",
            body: outcome(#""activity":"TURN","outcome":"refused""#), code: .invalid,
            field: "outcomes[0].reason", problem: "is missing"),
        BadInput(
            name: "an activity that does not exist", path: "/v1/stays/S1/outcomes",
            body: outcome(#""activity":"TRUN","outcome":"done""#), code: .invalid,
            field: "outcomes[0].activity", value: "TRUN", expected: "did you mean TURN?"),
        BadInput(
            name: "a hold of no length", path: "/v1/stays/S1/holds",
            body: #"{"by":"n7","reason":"procedure","minutes":0}"#, code: .invalid,
            field: "minutes", value: "0", expected: "a whole number from 1"),
        BadInput(
            name: "a hold of a million years", path: "/v1/stays/S1/holds",
            body: #"{"by":"n7","reason":"procedure","minutes":9223372036854775807}"#,
            code: .invalid, field: "minutes", value: "9223372036854775807"),
        BadInput(
            name: "a hold that is too long", path: "/v1/stays/S1/holds",
            body: #"{"by":"n7","reason":"procedure","minutes":241}"#, code: .invalid,
            field: "until", value: "2027-01-19T12:01:00Z", expected: "at most 4 h"),
        BadInput(
            name: "a hold without an end", path: "/v1/stays/S1/holds",
            body: #"{"by":"n7","reason":"procedure"}"#, code: .invalid, field: "until",
            problem: "is missing"),
        BadInput(
            name: "a hold for no known reason", path: "/v1/stays/S1/holds",
            body: #"{"by":"n7","reason":"tea","minutes":5}"#, code: .invalid, field: "reason",
            value: "tea", expected: "procedure"),
        BadInput(
            name: "nothing to assess", path: "/v1/stays/S1/assessment",
            body: #"{"by":"n7","set":{}}"#, code: .invalid, field: "set"),
        BadInput(
            name: "null for an unknown fact", path: "/v1/stays/S1/assessment",
            body: #"{"by":"n7","set":{"bradn":null}}"#, code: .invalid, field: "set.bradn",
            expected: "did you mean braden?"),
        BadInput(
            name: "contraindicated stockings", path: "/v1/stays/S1/assessment",
            body: #"{"by":"n7","set":{"peripheralNeuropathy":true,"stockingsOrdered":true}}"#,
            code: .contraindicated, field: "set.stockingsOrdered", problem: "AES-C3"),
        BadInput(
            name: "an unknown discharge reason", path: "/v1/stays/S1/discharge",
            body: #"{"by":"n7","reason":"hme"}"#, code: .invalid, field: "reason", value: "hme",
            expected: "did you mean home?"),
        BadInput(
            name: "an unknown stay", path: "/v1/stays/S99/discharge",
            body: #"{"by":"n7","reason":"home"}"#, code: .notFound),
        BadInput(
            name: "no number of a stay", path: "/v1/stays/twelve/discharge",
            body: #"{"by":"n7","reason":"home"}"#, code: .notFound),
        BadInput(
            name: "an unknown alert", path: "/v1/alerts/S1.A9/acknowledge", body: #"{"by":"n7"}"#,
            code: .notFound),
        BadInput(
            name: "a decision without a decision", path: "/v1/alerts/S1.A9/decision",
            body: #"{"by":"n7"}"#, code: .invalid, field: "accept", problem: "is missing"),
        BadInput(
            name: "a query on a command", path: "/v1/stays/S1/discharge?force=1",
            body: #"{"by":"n7","reason":"home"}"#, code: .invalid, field: "force"),
    ]
}

@Suite struct `Bad input` {
    @Test func `each is refused with what would be right, and changes nothing`()
        async throws
    {
        try await TestWard.run { ward in
            try await ward.enrol(bed: "1")
            let before = ward.sequence
            for input in BadInput.all {
                let answer = try await ward.post(input.path, input.body)
                try check(answer, input)
                #expect(ward.sequence == before, "\(input.name)")
                #expect(try ward.ledger.lastSequence() == before, "\(input.name)")
            }
            // The same admission without a fault is fine: it was the faults that were refused.
            #expect(try await ward.post("/v1/stays", BadInput.admission()).status == 201)
        }
    }

    private func check(_ answer: Received, _ input: BadInput) throws {
        let name = Comment(rawValue: input.name)
        #expect(answer.header("Content-Type") == "application/problem+json", name)
        let problem = try answer.decode(Problem.self)
        #expect(problem.code == input.code, name)
        #expect(answer.status == input.code.status, name)
        let fault = problem.faults.first { $0.field == input.field }
        if let field = input.field {
            #expect(fault != nil, "\(input.name): \(field) is not among \(problem.faults)")
        }
        if let value = input.value { #expect(fault?.value == value, name) }
        if let expected = input.expected {
            #expect(fault?.expected?.contains(expected) == true, "\(input.name): \(problem)")
        }
        if let what = input.problem {
            let said = fault?.problem ?? problem.detail
            #expect(said.contains(what), "\(input.name): \(problem)")
        }
    }

    @Test func `all faults are told at once`() async throws {
        try await TestWard.run { ward in
            let answer = try await ward.post(
                "/v1/stays",
                """
                {"stays":[{"bed":7,"admission":"A1","name":"Ada","recordNumber":"1","x":1,
                "assessment":{"braden":24,"catheter":"steel"}}]}
                """)
            let problem = try answer.decode(Problem.self)
            #expect(problem.code == .unnamed)
            #expect(
                Set(problem.faults.map(\.field)) == [
                    "by", "stays[0].ward", "stays[0].bed", "stays[0].x",
                    "stays[0].assessment.braden", "stays[0].assessment.catheter",
                ])
        }
    }

    @Test func `faults without end are not told without end`() async throws {
        try await TestWard.run { ward in
            let many = Array(repeating: #"{"x":1}"#, count: 5_000).joined(separator: ",")
            let answer = try await ward.post(
                "/v1/stays", #"{"by":"n7","keepGoing":true,"stays":[\#(many)]}"#)
            let problem = try answer.decode(Problem.self)
            #expect(problem.code == .invalid)
            #expect(problem.faults.count == ServerLimits.faults)
            let fields = (0...ServerLimits.jsonFields).map { #""x\#($0)":1"# }
            let wide = try await ward.post("/v1/stays", "{\(fields.joined(separator: ","))}")
            #expect(try wide.decode(Problem.self).code == .malformed)
            #expect(ward.sequence == 0)
        }
    }

    @Test func `a body over the limit is refused, and the connection still works`() async throws {
        try await TestWard.run { ward in
            let padding = String(repeating: " ", count: ControlAPI.bodyLimitBytes)
            let answer = try await ward.post("/v1/stays", BadInput.admission() + padding)
            #expect(answer.status == 413)
            #expect(try answer.decode(Problem.self).code == .tooLarge)
            #expect(ward.sequence == 0)
            let short = padding.dropLast(BadInput.admission().utf8.count)
            #expect(try await ward.post("/v1/stays", BadInput.admission() + short).status == 201)
        }
    }

    @Test(arguments: [nil, "text/plain", "application/x-www-form-urlencoded"])
    func `a body that is not called JSON is not read`(type: String?) async throws {
        try await TestWard.run { ward in
            let answer = try await ward.post("/v1/stays", BadInput.admission(), type: type)
            #expect(try answer.decode(Problem.self).code == .malformed)
            #expect(ward.sequence == 0)
        }
    }

    @Test(arguments: ["short", "with a space", String(repeating: "x", count: 65)])
    func `a request id that is none is refused`(id: String) async throws {
        try await TestWard.run { ward in
            let answer = try await ward.post("/v1/stays", BadInput.admission(), id: id)
            let problem = try answer.decode(Problem.self)
            #expect(problem.code == .invalid)
            #expect(problem.faults.first?.field == ControlAPI.Header.requestID)
        }
    }

    @Test(arguments: [
        ("/v1/alerts?ward=Z", ProblemCode.notFound, "ward"),
        ("/v1/alerts?wrad=A", .invalid, "wrad"),
        ("/v1/alerts?ward=A&ward=B", .invalid, "ward"),
        ("/v1/alerts?wait=56", .invalid, "wait"),
        ("/v1/alerts?since=-1", .invalid, "since"),
        ("/v1/alerts?since=abc", .invalid, "since"),
        ("/v1/alerts?since=9223372036854775808", .invalid, "since"),
        ("/v1/stays/S1/history?after=x", .invalid, "after"),
        ("/v1/stays/S1/history?limit=1001", .invalid, "limit"),
        ("/v1/plan?hours=1.5", .invalid, "hours"),
        ("/v1/plan?hours=0", .invalid, "hours"),
        ("/v1/plan?hours=169", .invalid, "hours"),
        ("/v1/stays?discharged=maybe", .invalid, "discharged"),
    ])
    func `a query that is not possible is refused`(
        target: String, code: ProblemCode, field: String
    ) async throws {
        try await TestWard.run { ward in
            let answer = try await ward.get(target)
            let problem = try answer.decode(Problem.self)
            #expect(problem.code == code)
            #expect(answer.status == code.status)
            let fault = try #require(problem.faults.first)
            #expect(fault.field == field)
            #expect(fault.expected != nil)
            // The last value of that name is the one that is shown.
            #expect(target.hasSuffix("=\(fault.value ?? "-")"))
            #expect(try ward.ledger.lastSequence() == 0)
        }
    }

    @Test func `a query that is no UTF-8 is malformed`() async throws {
        try await TestWard.run { ward in
            let problem = try await ward.get("/v1/alerts?ward=%FF").decode(Problem.self)
            #expect(problem.code == .malformed)
        }
    }
}
