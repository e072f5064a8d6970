import ArgumentParser
import ControlAPI
import ControlClient
import Testing

@testable import sccctl

@Suite struct ReferenceTests {
    @Test(arguments: [
        ("S12", StayReference.stay("S12")), ("s12", .stay("S12")),
        ("12A", .bed(ward: nil, bed: "12A")), ("7/12A", .bed(ward: "7", bed: "12A")),
        ("S12/1", .bed(ward: "S12", bed: "1")), ("S", .bed(ward: nil, bed: "S")),
    ]) func `a stay is named by number, bed, or ward and bed`(text: String, meant: StayReference) {
        #expect(StayReference(text) == meant)
    }

    @Test(arguments: ["", "/", "7/", "/12A", "7/12A/1"])
    func `what names no stay is refused`(text: String) {
        #expect(StayReference(text) == nil)
    }

    private static func stay(
        _ id: String, _ ward: String, _ bed: String, left: Bool = false
    )
        -> StaySummary
    {
        StaySummary(
            id: id, ward: ward, bed: bed, admission: "A-\(id)", name: "Test Patient",
            recordNumber: "TEST-\(id)", enrolledAt: "2027-01-19T08:00:00Z",
            dischargedAt: left ? "2027-01-19T09:00:00Z" : nil, raisedReminders: 0,
            activeAlerts: 0, priority: "INFO", nextDue: nil, nextActivity: nil, onHold: false)
    }

    // Columns: what was typed, the stay meant, or the exit code of the refusal.
    @Test(arguments: [
        ("12A", "S1", 0), ("12a", "S1", 0), ("7/12A", "S1", 0), ("S3", "S3", 0),
        // The bed of the discharged stay 3 is free, and bed 1 is there twice.
        ("9", "", 3), ("1", "", 2), ("7/1", "S2", 0), ("8/1", "S4", 0), ("8/12A", "", 3),
        ("S99", "", 3),
    ]) func `a bed is one patient's or it is refused`(typed: String, id: String, exit: Int32) throws
    {
        let stays = [
            Self.stay("S1", "7", "12A"), Self.stay("S2", "7", "1"),
            Self.stay("S3", "7", "9", left: true), Self.stay("S4", "8", "1"),
        ]
        let reference = try #require(StayReference(typed))
        do throws(ClientError) {
            #expect(try reference.resolve(in: stays).id == id)
        } catch {
            #expect(error.code.exitCode == exit)
        }
    }

    @Test(arguments: [
        ("braden=12", "braden", JSONScalar.number("12")), ("a=1.5", "a", .number("1.5")),
        ("a=true", "a", .bool(true)), ("a=no", "a", .bool(false)), ("a=null", "a", .null),
        ("lesionLevel=T8", "lesionLevel", .string("T8")), ("a=\"12\"", "a", .string("12")),
        ("a=", "a", .string("")), ("a=b=c", "a", .string("b=c")), ("a=007", "a", .string("007")),
        ("a=18:00", "a", .string("18:00")), ("a=1e5", "a", .string("1e5")),
    ]) func `a value is a flag, a number or text`(text: String, name: String, value: JSONScalar) {
        #expect(Assignment(text) == Assignment(name: name, value: value))
    }

    @Test(arguments: ["", "=1", "braden", "braden 12"])
    func `what assigns nothing is refused`(text: String) {
        #expect(Assignment(text) == nil)
    }

    @Test(arguments: [
        (["12A", "turn", "SKIN"], "bed 12A: activity TURN, activity SKIN"),
        (["S12.3.45", "s12.4.1"], "stay S12: reminder S12.3.45, reminder S12.4.1"),
        (["S12", "S12.3.45", "TURN"], "stay S12: reminder S12.3.45, activity TURN"),
    ]) func `care is named by activity or reminder`(targets: [String], meant: String) throws {
        let subject = try OutcomeOptions.parse(targets).subject
        let care = subject.care.map { care in
            switch care {
            case .activity(let code): "activity \(code)"
            case .reminder(let id): "reminder \(id)"
            }
        }
        #expect("\(subject.stay): \(care.joined(separator: ", "))" == meant)
    }

    @Test(arguments: [["12A"], ["S12.3.45", "S13.1.1"], ["12A", "TURN", "turn"], ["7/", "TURN"]])
    func `care that names nothing, two patients or the same twice is a usage error`(
        targets: [String]
    ) {
        #expect(throws: (any Error).self) { try OutcomeOptions.parse(targets) }
    }

    @Test func `the common facts have options, all others go by name`() throws {
        let options = try FactOptions.parse([
            "--braden", "12", "--lesion", "t8", "--spine-state", "spn-1", "--catheter", "urethral",
            "--no-ic", "--anticoagulant", "enoxaparin", "--dose-mg", "40", "--stockings", "--ipc",
            "--set", "platelets=210",
        ])
        let values = Dictionary(
            options.assignments.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        #expect(
            values == [
                "braden": .number("12"), "lesionLevel": .string("T8"),
                "spineState": .string("SPN-1"), "catheter": .string("urethral"),
                "intermittentCatheterisation": .bool(false),
                "anticoagulant": .string("enoxaparin"), "anticoagulantDoseMg": .number("40"),
                "stockingsOrdered": .bool(true), "ipcOrdered": .bool(true),
                "platelets": .number("210"),
            ])
    }
}

@Suite struct ExitCodeTests {
    @Test func `the root help lists every exit code there is`() {
        let help = Sccctl.helpMessage()
        for code in Set(ProblemCode.allCases.map(\.exitCode)) {
            #expect(help.contains("\n  \(code)   "), "exit code \(code)")
        }
        #expect(
            help.contains("never decides treatment") || help.contains("It never\ndecides treatment")
        )
    }

    @Test(arguments: [
        (ClientError.noSocket(path: "/x"), Int32(6)), (.refused(path: "/x"), 6),
        (.timeout(path: "/x"), 6),
        (.broken(path: "/x", what: ""), 6), (.notPermitted(path: "/x"), 5),
        (.badPath(path: "/x"), 2), (.unknownOutcome(requestID: "x"), 7),
        (.unreadable(what: "", daemonVersion: nil), 1),
        (.local(Problem(.notFound, "")), 3),
        (.problem(Problem(.contraindicated, ""), body: "", daemonVersion: nil), 4),
    ]) func `each failure has its exit code`(error: ClientError, code: Int32) {
        #expect(error.code.exitCode == code)
        #expect(error.problem.code == error.code)
    }
}
