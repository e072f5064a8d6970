internal import Foundation
package import Logging

/// swift-log to the journal: the message as `MESSAGE`, metadata as `SCC_…` fields.
package struct JournalLogHandler: LogHandler {
    package var logLevel: Logger.Level = .info
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let writer: JournalWriter

    package init(
        label: String, writer: JournalWriter, metadataProvider: Logger.MetadataProvider? = nil
    ) {
        self.label = label
        self.writer = writer
        self.metadataProvider = metadataProvider
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let fields = LogFields.merged(metadata, metadataProvider, event)
        writer.write(
            JournalEntry(
                messageID: nil,
                priority: JournalPriority(event.level),
                message: "\(event.message)",
                fields: [(name: "SCC_LOGGER", value: label)] + fields))
    }
}

/// swift-log to standard error, for a person at a terminal.
package struct StderrLogHandler: LogHandler {
    package var logLevel: Logger.Level = .info
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    private let label: String

    package init(label: String, metadataProvider: Logger.MetadataProvider? = nil) {
        self.label = label
        self.metadataProvider = metadataProvider
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        _ = StandardError.write(line: line(for: event, at: .now))
    }

    /// One line, for example `2027-01-19T20:00:00Z warning sccd: text key=value`.
    func line(for event: LogEvent, at now: Date) -> String {
        let fields = LogFields.merged(metadata, metadataProvider, event)
        let list = fields.map { " \($0.name)=\($0.value)" }.joined()
        let text = "\(now.ISO8601Format()) \(event.level) \(label): \(event.message)\(list)"
        return JournalText.clean(text, limit: StderrLogHandler.lineBytesLimit)
    }

    private static let lineBytesLimit = 4_096
}

enum LogFields {
    /// What goes with an event, the nearest source winning, in the order of the keys.
    static func merged(
        _ metadata: Logger.Metadata,
        _ provider: Logger.MetadataProvider?,
        _ event: LogEvent
    ) -> [(name: String, value: String)] {
        var all = metadata
        if let provider {
            all.merge(provider.get()) { _, provided in provided }
        }
        if let own = event.metadata {
            all.merge(own) { _, own in own }
        }
        if let error = event.error {
            all["error"] = "\(error)"
        }
        return all.sorted { $0.key < $1.key }.map { (name: $0.key, value: "\($0.value)") }
    }
}

extension JournalPriority {
    /// swift-log has no word for what is urgent beyond `critical`; neither has the service.
    init(_ level: Logger.Level) {
        switch level {
        case .trace, .debug: self = .debug
        case .info: self = .informational
        case .notice: self = .notice
        case .warning: self = .warning
        case .error: self = .error
        case .critical: self = .critical
        }
    }
}
