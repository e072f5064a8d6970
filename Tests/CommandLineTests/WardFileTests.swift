import ControlAPI
import Testing

@testable import sccctl

@Suite struct DocumentScannerTests {
    // Columns: the text, and the line, column and words of what is wrong with it.
    @Test(arguments: [
        ("", 1, 1, "empty"),
        (" \n ", 2, 2, "empty"),
        ("{", 1, 2, "ends inside the object that begins in line 1"),
        (
            "{\n  \"stays\": [\n    {\"bed\": \"12A\"},\n", 4, 1,
            "ends inside the list that begins in line 2"
        ),
        ("[1, 2", 1, 6, "ends inside the list that begins in line 1"),
        ("{\n  \"a\": 1,\n  \"a\": 2\n}", 3, 3, "\"a\" is there twice, first in line 2"),
        ("{\"a\": 1 \"b\": 2}", 1, 9, "a comma or } is expected"),
        ("{\"a\" 1}", 1, 6, "a colon is expected"),
        ("{\"a\": 1,}", 1, 9, "a key in double quotes"),
        ("[1,]", 1, 4, "a value is expected"),
        ("{bed: 1}", 1, 2, "a key in double quotes"),
        ("{'bed': 1}", 1, 2, "a key in double quotes"),
        ("{\"bed\": 12A}", 1, 9, "12A is no JSON value"),
        ("[01]", 1, 2, "01 is no JSON value"),
        ("[TRUE]", 1, 2, "TRUE is no JSON value"),
        ("[NaN]", 1, 2, "NaN is no JSON value"),
        ("{} {}", 1, 4, "more text follows"),
        ("[\"ü\", \"half", 1, 7, "ends inside the text"),
        ("[\"broken\n over\"]", 1, 2, "not closed in its line"),
        ("[\"\\x\"]", 1, 3, "no such escape"),
        ("[\"\\ud83d\"]", 1, 3, "half a character"),
        ("[\"\\u12\"]", 1, 3, "four hexadecimal digits"),
        (String(repeating: "[", count: 40), 1, 33, "too many brackets"),
    ]) func `a broken document is refused where it breaks`(
        text: String, line: Int, column: Int, words: String
    ) {
        do throws(DocumentFault) {
            _ = try DocumentScanner.scan(text)
            Issue.record("\(text) was read")
        } catch {
            #expect(error.line == line)
            #expect(error.column == column)
            #expect(error.problem.contains(words), "\(error.problem)")
        }
    }

    @Test func `no half of a document is taken for a whole one`() throws {
        let whole = #"{"stays": [{"bed": "12A", "assessment": {"braden": 12, "a": [true, null]}}]}"#
        _ = try DocumentScanner.scan(whole)
        for length in 0..<whole.count {
            #expect(throws: DocumentFault.self, "\(length) characters") {
                try DocumentScanner.scan(String(whole.prefix(length)))
            }
        }
    }

    @Test func `values keep what was written and where`() throws {
        let node = try DocumentScanner.scan(
            "\u{FEFF}{\n \"text\": \"a\\n\\u00e4\\ud83d\\ude00\",\n "
                + "\"list\": [1.50,\n -2e3, false]}\r\n"
        )
        guard case .scalar(.string(let text))? = node.member("text")?.value,
            case .array(let list)? = node.member("list")?.value,
            case .scalar(let first) = list[0].value, case .scalar(let second) = list[1].value
        else {
            Issue.record("the document has another shape")
            return
        }
        #expect(text == "a\nä😀")
        #expect(first == .number("1.50"))
        #expect(second == .number("-2e3"))
        #expect(list.map(\.line) == [3, 4, 4])
    }
}

@Suite struct WardFileTests {
    private static let good = """
        { "stays": [
          { "ward": "7", "bed": "12A", "admission": "A-0001", "name": "Test Patient One",
            "recordNumber": "TEST-0001",
            "assessment": {
              "braden": 12,
              "lesionLevel": "T8",
              "cannotReposition": true } },
          { "ward": "7", "bed": "12B", "admission": "A-0002", "name": "Test Patient Two",
            "recordNumber": "TEST-0002" }
        ] }
        """

    @Test func `a ward is read with all that is stated`() throws {
        let file = try WardFile(Self.good)
        #expect(file.stays.map(\.bed) == ["12A", "12B"])
        #expect(
            file.stays[0].assessment == [
                "braden": .number("12"), "lesionLevel": .string("T8"),
                "cannotReposition": .bool(true),
            ])
        #expect(file.stays[1].assessment == nil)
    }

    @Test func `one stay and a bare list are read too`() throws {
        let one = #"{"ward":"7","bed":"1","admission":"A-1","name":"Test","recordNumber":"TEST-1"}"#
        #expect(try WardFile(one).stays.count == 1)
        #expect(try WardFile("[\(one),\(one)]").stays.count == 2)
    }

    @Test(arguments: [
        ("stays[0]", 2), ("stays[0].bed", 2), ("stays[0].recordNumber", 3),
        ("stays[0].assessment", 4), ("stays[0].assessment.braden", 5),
        ("stays[0].assessment.lesionLevel", 6), ("stays[1].bed", 8), ("stays[1].recordNumber", 9),
        // What is not there is shown where it belongs.
        ("stays[0].assessment.waterlow", 4), ("stays[1].assessment.braden", 8),
    ]) func `a fault of the daemon is shown at its line`(path: String, line: Int) throws {
        #expect(try WardFile(Self.good).line(path) == line)
    }

    @Test(arguments: ["by", "stays[2].bed", "stays[x]", "stays", "", "stays[99999999999999999999]"])
    func `a path that is not in the file has no line`(path: String) throws {
        #expect(try WardFile(Self.good).line(path) == nil)
    }

    @Test(arguments: [
        ("{\"stays\": []}", ["1 stays"]),
        ("[]", ["1 stays"]),
        ("3", ["1 document"]),
        ("{\"stays\": {}}", ["1 stays"]),
        ("[\n4]", ["2 stays[0]"]),
        ("{\"stays\": [],\n\"extra\": 1}", ["2 extra"]),
        (
            "[{\n\"ward\": 7,\n\"bed\": \"1\", \"admission\": \"A\", \"name\": \"T\", "
                + "\"recrod\": \"x\",\n"
                + "\"assessment\": {\n\"braden\": [1]}}]",
            [
                "3 stays[0].recrod", "2 stays[0].ward", "1 stays[0].recordNumber",
                "5 stays[0].assessment.braden",
            ]
        ),
    ]) func `all that has the wrong shape is found before anybody is asked`(
        text: String, places: [String]
    ) {
        do throws(WardFile.Faults) {
            _ = try WardFile(text)
            Issue.record("\(text) was read")
        } catch {
            #expect(error.faults.map { "\($0.line) \($0.fault.field)" } == places)
        }
    }
}
