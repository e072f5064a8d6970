import Foundation
import Logging
import Synchronization
import Testing

@testable import Systemd

@Suite struct LogHandlerTests {
    private final class Kept: Sendable {
        let entries = Mutex<[JournalEntry]>([])
    }

    @Test func `metadata become fields and the nearest wins`() async throws {
        let kept = Kept()
        let writer = JournalWriter(limit: 8) { entry, _ in
            kept.entries.withLock { $0.append(entry) }
            return true
        }
        let provider = Logger.MetadataProvider { ["ward": "provided", "request": "r1"] }
        var handler = JournalLogHandler(label: "sccd", writer: writer, metadataProvider: provider)
        handler[metadataKey: "ward"] = "handler"
        handler[metadataKey: "bed"] = "12A"
        let logger = Logger(label: "sccd") { [handler] _ in handler }
        logger.warning("Store\nslow", metadata: ["ward": "call"])
        logger.debug("not at this level")
        #expect(await writer.flush(within: .seconds(5)))
        let entries = kept.entries.withLock { $0 }
        try #require(entries.count == 1)
        #expect(entries[0].message == "Store\\nslow")
        #expect(entries[0].priority == .warning)
        #expect(
            entries[0].fields.map { "\($0.name)=\($0.value)" } == [
                "SCC_LOGGER=sccd", "SCC_BED=12A", "SCC_REQUEST=r1", "SCC_WARD=call",
            ])
    }

    @Test func `each level has its priority`() {
        #expect(
            Logger.Level.allCases.map { JournalPriority($0).rawValue } == [7, 7, 6, 5, 4, 3, 2])
    }

    @Test func `a line for the terminal carries the time, the level and the metadata`() {
        var handler = StderrLogHandler(label: "sccd")
        handler[metadataKey: "ward"] = "7"
        let event = LogEvent(
            level: .notice, message: "Started\u{1B}[31m", metadata: ["stays": "3"], source: nil,
            file: #fileID, function: #function, line: #line)
        #expect(
            handler.line(for: event, at: Date(timeIntervalSince1970: 1_800_000_000))
                == "2027-01-15T08:00:00Z notice sccd: Started\\u{1B}[31m stays=3 ward=7")
    }
}
