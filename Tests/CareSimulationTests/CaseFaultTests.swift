import CareSimulation
import Foundation
import Schemas
import Testing

/// What is wrong with a case is named with its line, its field and what would be right.
@Suite struct CaseFaultTests {
    /// A right case, one thing of which each test makes wrong.
    static let right = """
        {
          "zone": "Europe/London",
          "start": "2027-01-19T08:00Z",
          "hours": 48,
          "stay": {"bed": "12A", "assessment": {"braden": 11}},
          "events": [
            {"at": "2027-01-19T20:00Z", "done": "TURN", "readings": {"skin": "cat1"}}
          ],
          "expect": {"due": {"TURN": ["2027-01-19T08:00Z"]}}
        }
        """

    struct Mistake: Sendable, CustomTestStringConvertible {
        let instead: String
        let of: String
        let fault: String

        init(_ of: String, _ instead: String, _ fault: String) {
            self.of = of
            self.instead = instead
            self.fault = fault
        }

        var testDescription: String { instead }
    }

    static let mistakes: [Mistake] = [
        // Names.
        Mistake(
            #""hours""#, #""hour""#, #"4 hour: is not a field of this format; did you mean hours?"#),
        Mistake(
            #""bed": "12A""#, #""colour": "red""#,
            #"5 stay.colour: is not a field of this format; expected one of ward, bed,"#),
        Mistake(
            #""readings": {"#, #""reading": {"#,
            #"7 events[0].reading: is not a field of this format; did you mean readings?"#),
        Mistake(
            #""done": "TURN""#, #""done": "TURM""#,
            #"7 events[0].done "TURM": is not an activity of the protocols; did you mean TURN?"#),
        Mistake(
            #""braden": 11"#, #""bradem": 11"#,
            #"5 stay.assessment.bradem 11: is not a known assessment field; did you mean braden?"#),
        Mistake(
            #""skin": "cat1""#, #""skim": "cat1""#,
            #"7 events[0].readings.skim "cat1": is not recorded with TURN; did you mean skin?"#),
        Mistake(
            #"{"TURN": ["#, #"{"SPIN": ["#,
            #"9 expect.due.SPIN "SPIN": is not an activity of the protocols;"#),
        // Values.
        Mistake(
            #""braden": 11"#, #""braden": 44"#,
            #"5 stay.assessment.braden 44: is not possible; expected a whole number from 6 to 23"#),
        Mistake(
            #""braden": 11"#, #""braden": "eleven""#,
            #"5 stay.assessment.braden "eleven": is not possible; expected a whole number from 6 to 23"#
        ),
        Mistake(
            #""skin": "cat1""#, #""skin": "purple""#,
            #"7 events[0].readings.skin "purple": is not possible; expected one of intact,"#),
        Mistake(
            #""zone": "Europe/London""#, #""zone": "Europe/Londom""#,
            #"2 zone "Europe/Londom": is no zone: there is no time zone Europe/Londom"#),
        Mistake(
            #""hours": 48"#, #""hours": 0"#,
            #"4 hours 0: is not possible; expected a whole number from 1 to 8784"#),
        Mistake(
            #""hours": 48"#, #""hours": 1000000"#,
            #"4 hours 1000000: is not possible; expected a whole number from 1 to 8784"#),
        Mistake(
            #""start": "2027-01-19T08:00Z""#, #""start": "2027-01-19 08:00""#,
            #"3 start "2027-01-19 08:00": is not possible; expected a time with zone"#),
        Mistake(
            #""start": "2027-01-19T08:00Z""#, #""start": "2027-02-30T08:00Z""#,
            #"3 start "2027-02-30T08:00Z": is not possible; expected a time with zone"#),
        Mistake(
            #"["2027-01-19T08:00Z"]"#, #""2027-01-19T08:00Z""#,
            #"9 expect.due.TURN: is text; expected a list of times, empty for none"#),
        // Times that contradict each other.
        Mistake(
            #""at": "2027-01-19T20:00Z""#, #""at": "2027-01-19T07:59Z""#,
            #"7 events[0].at "2027-01-19T07:59:00Z": lies before the start of the case; expected from 2027-01-19T08:00:00Z and before 2027-01-21T08:00:00Z"#
        ),
        Mistake(
            #""at": "2027-01-19T20:00Z""#, #""at": "2027-01-21T08:00Z""#,
            #"7 events[0].at "2027-01-21T08:00:00Z": lies after its end;"#),
        Mistake(
            #""done": "TURN""#, #""performedAt": "2027-01-19T20:01Z", "done": "TURN""#,
            #"7 events[0].performedAt "2027-01-19T20:01:00Z": lies after the event itself;"#),
        Mistake(
            #""hours": 48"#, #""end": "2027-01-19T08:00Z""#,
            #"4 end "2027-01-19T08:00:00Z": is not after the start; expected after 2027-01-19T08:00:00Z"#
        ),
        Mistake(
            #""bed": "12A""#, #""enrolled": "2027-01-19T21:00Z""#,
            #"7 events[0].at "2027-01-19T20:00:00Z": lies before the stay was enrolled;"#),
        // Kinds.
        Mistake(
            #""events": ["#, #""events": 7, "x": ["#, #"6 events: is a number; expected a list"#),
        Mistake(
            #"{"braden": 11}"#, #"[]"#,
            #"5 stay.assessment: is a list; expected an object of facts"#),
        Mistake(
            #""done": "TURN""#, #""done": 7"#,
            #"7 events[0].done 7: is not text; expected the code of an activity"#),
        // What happens.
        Mistake(
            #""done": "TURN", "readings": {"skin": "cat1"}"#, #""note": "nothing""#,
            #"7 events[0]: does not say what happens; expected exactly one of done, refuse"#),
        Mistake(
            #""done": "TURN""#, #""done": "TURN", "resume": true"#,
            #"7 events[0]: says done and resume; expected exactly one of"#),
        Mistake(
            #""done": "TURN""#, #""refuse": "TURN""#,
            #"7 events[0].reason: is missing; expected why it was refused"#),
        Mistake(
            #""done": "TURN""#, #""confirm": "TURN-L""#,
            #"7 events[0].readings: does not go with confirm;"#),
        Mistake(
            #""done": "TURN", "readings": {"skin": "cat1"}"#,
            #""hold": {"reason": "absense", "hours": 1}"#,
            #"7 events[0].hold.reason "absense": is not a hold reason; did you mean absence?"#),
        Mistake(
            #""done": "TURN", "readings": {"skin": "cat1"}"#, #""hold": {"reason": "absence"}"#,
            #"7 events[0].hold: does not say until when; expected exactly one of until, hours, minutes"#
        ),
        Mistake(
            #""done": "TURN", "readings": {"skin": "cat1"}"#, #""discharge": "away""#,
            #"7 events[0].discharge "away": is not possible; expected one of home, hospice"#),
        Mistake(
            #""done": "TURN", "readings": {"skin": "cat1"}"#,
            #""absence": {"kind": "holiday", "hours": 2}"#,
            #"7 events[0].absence.kind "holiday": is not possible; expected one of radiotherapy"#),
        Mistake(
            #""done": "TURN""#, #""refused": "because", "done": "TURN""#,
            #"7 events[0].refused "because": is not a reason for refusal; expected one of invalid"#),
        Mistake(
            #""done": "TURN""#, #""stay": 1, "done": "TURN""#,
            #"7 events[0].stay 1: is not a stay of this case; expected its place, bed or admission: one of 0 (bed 12A)"#
        ),
        Mistake(
            #""done": "TURN", "readings": {"skin": "cat1"}"#,
            #""done": "IC", "readings": {"residualMl": 5}"#,
            #"7 events[0].readings."#),
        // Expectations that would forbid nothing.
        Mistake(
            #""due": {"TURN": ["2027-01-19T08:00Z"]}"#, #""mustNot": [{"note": "anything"}]"#,
            #"9 expect.mustNot[0]: does not say what must not be;"#),
        Mistake(
            #""due": {"TURN": ["2027-01-19T08:00Z"]}"#, #""mustNot": [{"domain": "chess"}]"#,
            #"9 expect.mustNot[0].domain "chess": is not a domain of the protocols; expected one of"#
        ),
        // Enrolment.
        Mistake(
            #""bed": "12A""#, #""bed": "12A-and-many-more-letters""#,
            #"5 stay.bed: has 25 characters; expected at most 16 characters"#),
        // The text itself.
        Mistake(
            #""hours": 48,"#, #""hours": 48"#, #"5 document: a comma or } is expected"#),
        Mistake(
            #""hours": 48"#, #""zone": "Europe/London""#,
            #"4 document: the key "zone" is there twice, first in line 2"#),
    ]

    @Test func `the right case has no fault`() {
        #expect(Shipped.faults(Self.right) == [])
    }

    @Test(arguments: mistakes)
    func `a mistake is named with its line, its field and what would be right`(
        _ mistake: Mistake
    ) {
        let text = Self.right.replacing(mistake.of, with: mistake.instead, maxReplacements: 1)
        #expect(text != Self.right, "the test replaces something")
        let faults = Shipped.faults(text)
        #expect(faults.contains { $0.hasPrefix(mistake.fault) }, "\(faults)")
    }

    @Test func `all faults are named at once, in the order of their lines`() {
        let text = Self.right.replacing("48", with: "0").replacing("11", with: "99")
            .replacing("cat1", with: "purple")
        let lines = Shipped.faults(text).map { $0.prefix(1) }
        #expect(lines == ["4", "5", "7"])
    }

    @Test func `a required reading that is left out is named`() {
        let text = Self.right.replacing(
            #""done": "TURN", "readings": {"skin": "cat1"}"#,
            with: #""done": "CATH-EMPTY", "readings": {}"#)
        #expect(
            Shipped.faults(text).contains {
                $0.hasPrefix("7 events[0].readings.volumeMl: is missing (volume in the bag)")
            })
    }

    @Test func `two stays in one bed are named`() {
        let text = """
            {"zone": "Europe/London", "start": "2027-01-19T08:00Z", "hours": 4,
             "stays": [{"bed": "1"},
                       {"bed": "1"}]}
            """
        #expect(
            Shipped.faults(text) == [
                #"3 stays[1].bed "1": is already given to another stay of this request; expected each bed once"#
            ])
    }

    @Test(arguments: ["", "{", "[]", "7", "null", "{\"start\": {}}", "\u{0}", "{\"a\":\"\u{1}\"}"])
    func `whatever else stands in the file is a fault and no crash`(_ text: String) {
        #expect(!Shipped.faults(text).isEmpty)
    }

    @Test func `a case cut off anywhere is a fault`() {
        for length in 0..<Self.right.count {
            #expect(!Shipped.faults(String(Self.right.prefix(length))).isEmpty)
        }
    }

    // MARK: The schema

    @Test func `the schema and the reader know the same names`() throws {
        let schema = try #require(
            try JSONSerialization.jsonObject(with: Data(CaseSchema.text.utf8)) as? [String: Any])
        let definitions = try #require(schema["$defs"] as? [String: Any])
        func names(_ object: Any?) -> [String] {
            let properties = (object as? [String: Any])?["properties"] as? [String: Any]
            return (properties ?? [:]).keys.sorted()
        }
        func inner(_ object: Any?, _ path: String...) -> Any? {
            path.reduce(object) { ($0 as? [String: Any])?[$1] }
        }
        let event = definitions["event"]
        let expect = definitions["expect"]
        let places: [String: Any?] = [
            "case": schema, "stay": definitions["stay"], "event": event,
            "hold": inner(event, "properties", "hold"),
            "absence": inner(event, "properties", "absence"),
            "transfer": inner(event, "properties", "transfer"), "expect": expect,
            "expectedAlert": inner(expect, "properties", "alerts", "items"),
            "expectedProposal": inner(expect, "properties", "proposals", "items"),
            "expectedStep": inner(expect, "properties", "steps", "items"),
            "mustNot": definitions["mustNot"],
        ]
        #expect(Set(places.keys) == Set(CaseReader.names.keys))
        for (kind, known) in CaseReader.names {
            #expect(names(places[kind] ?? nil) == known.sorted(), "\(kind)")
        }
    }
}
