/// One message of an event stream.
package struct ServerSentEvent: Hashable, Sendable {
    /// The type, `message` when the stream names none.
    package var event = "message"
    package var id: String?
    package var data = ""
}

/// Cuts a byte stream into messages, wherever the parts were cut on the way.
package struct ServerSentEventParser: Sendable {
    private var line: [UInt8] = []
    private var afterReturn = false
    private var pending = ServerSentEvent()
    private var hasData = false
    /// The last id stays in force until another comes, as the standard says.
    private var lastID: String?

    package init() {}

    /// The messages that these bytes complete.
    package mutating func feed(_ bytes: some Sequence<UInt8>) -> [ServerSentEvent] {
        var complete: [ServerSentEvent] = []
        for byte in bytes {
            let isReturn = byte == UInt8(ascii: "\r")
            let isNewline = byte == UInt8(ascii: "\n")
            defer { afterReturn = isReturn }
            if isNewline && afterReturn { continue }
            guard isReturn || isNewline else {
                line.append(byte)
                continue
            }
            if let event = endLine() { complete.append(event) }
            line.removeAll(keepingCapacity: true)
        }
        return complete
    }

    private mutating func endLine() -> ServerSentEvent? {
        if line.isEmpty {
            defer {
                pending = ServerSentEvent()
                hasData = false
            }
            guard hasData else { return nil }
            pending.id = lastID
            return pending
        }
        let text = String(decoding: line, as: UTF8.self)
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        var value = parts.count > 1 ? parts[1] : ""
        if value.first == " " { value = value.dropFirst() }
        switch parts[0] {
        case "event": pending.event = String(value)
        case "id": lastID = String(value)
        case "data":
            pending.data += hasData ? "\n\(value)" : String(value)
            hasData = true
        default: break  // A comment, or a field for somebody else.
        }
        return nil
    }
}
