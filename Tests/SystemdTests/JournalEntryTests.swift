import Testing

@testable import Systemd

@Suite struct JournalEntryTests {
    @Test(
        arguments: [
            ("Turn due in bed 12A", "Turn due in bed 12A"),
            ("two\nlines", "two\\nlines"),
            ("a\rb\tc", "a\\rb\\tc"),
            ("bell\u{7}", "bell\\u{7}"),
            ("escape \u{1B}[2J", "escape \\u{1B}[2J"),
            ("nul\0here", "nul\\u{0}here"),
            ("\u{202E}desrever", "\\u{202E}desrever"),
            ("line\u{2028}separator", "line\\u{2028}separator"),
            ("C1 \u{9B}", "C1 \\u{9B}"),
            ("Zoë, Łódź, 患者", "Zoë, Łódź, 患者"),
            ("", ""),
        ])
    func `text becomes one harmless line`(raw: String, cleaned: String) {
        let entry = JournalEntry(
            messageID: nil, priority: .notice, message: raw, fields: [(name: "X", value: raw)])
        #expect(entry.message == cleaned)
        #expect(entry.fields.first?.value == cleaned)
    }

    @Test func `a long text is cut at a whole character`() {
        let entry = JournalEntry(
            messageID: nil, priority: .notice, message: String(repeating: "é", count: 5_000))
        let limit = JournalEntry.valueBytesLimit
        #expect(entry.message == String(repeating: "é", count: limit / 2) + "…")
        let odd = JournalEntry(
            messageID: nil, priority: .notice, message: "x" + String(repeating: "é", count: 5_000))
        #expect(odd.message == "x" + String(repeating: "é", count: limit / 2 - 1) + "…")
        let exact = String(repeating: "x", count: limit)
        #expect(
            JournalEntry(messageID: nil, priority: .notice, message: exact).message == exact)
    }

    @Test(
        arguments: [
            ("SCC_WARD", "SCC_WARD"),
            ("ward", "SCC_WARD"),
            ("MESSAGE", "SCC_MESSAGE"),
            ("_PID", "SCC__PID"),
            ("request-id", "SCC_REQUEST_ID"),
            ("7up", "SCC_7UP"),
            ("a=b\nPRIORITY", "SCC_A_B_PRIORITY"),
            ("", "SCC_"),
        ])
    func `a field has a name that journald keeps and that is ours`(raw: String, name: String) {
        let entry = JournalEntry(
            messageID: nil, priority: .notice, message: "", fields: [(name: raw, value: "")])
        #expect(entry.fields.first?.name == name)
    }

    @Test func `names and numbers of fields have limits`() {
        let entry = JournalEntry(
            messageID: nil, priority: .notice, message: "",
            fields: Array(
                repeating: (name: String(repeating: "a", count: 99), value: ""), count: 99))
        #expect(entry.fields.count == JournalEntry.fieldCountLimit)
        #expect(entry.fields.allSatisfy { $0.name.utf8.count == 64 })
    }

    @Test func `a record is a list of assignments`() {
        let entry = JournalEntry(
            messageID: .reminderDue, priority: .notice, message: "Turn due",
            fields: [(name: "SCC_WARD", value: "7"), (name: "SCC_BED", value: "12A")])
        #expect(
            entry.assignments(lost: 0) == [
                "MESSAGE=Turn due", "PRIORITY=5", "MESSAGE_ID=541b453a8c49460db2035825e06433f4",
                "SCC_WARD=7", "SCC_BED=12A",
            ])
        #expect(entry.assignments(lost: 3).last == "SCC_LOST=3")
        #expect(entry.line == "notice: Turn due [SCC_WARD=7 SCC_BED=12A]")
    }
}
