import ControlAPI
import ControlClient
import FoundationEssentials

/// The only place that prints.
///
/// With `--json` one document a line goes to standard output and nothing else does; every sentence
/// for people goes to standard error. Each line is written at once, also into a pipe.
struct Output: Sendable {
    let json: Bool
    let coloured: Bool
    let width: Int

    /// Fits the page of a report or two terminals side by side.
    static let widest = 100

    init(json: Bool, coloured: Bool, width: Int) {
        self.json = json
        self.coloured = coloured
        self.width = width
    }

    /// Finds out what standard output can show.
    init(json: Bool, noColour: Bool) {
        let isTerminal = System.isTerminal(.output)
        self.init(
            json: json,
            coloured: isTerminal && !noColour && System.environment("NO_COLOR") == nil
                && System.environment("TERM") != "dumb",
            width: isTerminal
                ? min(Self.widest, max(20, System.terminalSize?.columns ?? 80)) : Self.widest)
    }

    /// An answer of the daemon: its document, or the lines made of it.
    func show<Value>(_ answer: Answer<Value>, _ lines: (Value) -> [String]) {
        if json {
            document(answer.body)
        } else {
            show(lines(answer.value))
        }
    }

    /// A document of the daemon, on one line.
    func document(_ body: String) {
        // A newline inside a JSON string is escaped, so these only stand between tokens.
        emit(body.split(whereSeparator: \.isNewline).joined(separator: " ") + "\n", to: .output)
    }

    /// A document made here.
    func document(_ value: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { return }
        document(String(decoding: data, as: UTF8.self))
    }

    func show(_ lines: [String]) {
        emit(lines.map { $0 + "\n" }.joined(), to: .output)
    }

    /// Replaces what the terminal shows; into a file or pipe, follows it after an empty line.
    ///
    /// The top stays visible, since what is most urgent stands there.
    func redraw(_ lines: [String]) {
        if System.isTerminal(.output) {
            let page = Output.page(lines, rows: System.terminalSize?.rows ?? 24)
            emit("\u{1B}[H\u{1B}[2J" + page.joined(separator: "\n"), to: .output)
        } else {
            show(lines + [""])
        }
    }

    /// As many lines as fit, and how many do not.
    static func page(_ lines: [String], rows: Int) -> [String] {
        guard lines.count > rows, rows > 1 else { return lines }
        let hidden = lines.count - rows + 1
        return lines.prefix(rows - 1) + ["▼ \(count(hidden, "more line")): make the window taller."]
    }

    /// A sentence for people that is not the answer.
    func note(_ sentence: String) {
        let lines = sentence.split(separator: "\n", omittingEmptySubsequences: false)
        emit(lines.map { printable(String($0)) + "\n" }.joined(), to: .errors)
    }

    /// A question; the answer is read from the same line.
    func ask(_ question: String) {
        emit(question, to: .errors)
    }

    /// Why the command did not do it.
    ///
    /// - Parameter places: for each fault its file and line, `ward7.json:14`, where there is one.
    func failed(_ error: ClientError, places: [String?] = []) {
        if json {
            if case .problem(_, let body, _) = error {
                document(body)
            } else {
                document(error.problem)
            }
        }
        note("sccctl: \(error.sentence)")
        for (index, each) in error.problem.faults.enumerated() {
            fault(each, place: places.indices.contains(index) ? places[index] : nil)
        }
    }

    func fault(_ fault: FieldFault, place: String?) {
        var text = place.map { "\($0): " } ?? "  "
        text += fault.field
        if let value = fault.value { text += " \(value)" }
        text += ": \(fault.problem)"
        if let expected = fault.expected {
            text += expected.hasPrefix("did you mean") ? "; \(expected)" : "; expected \(expected)"
        }
        note(text)
    }

    private func emit(_ text: String, to stream: System.Stream) {
        if !System.write(text, to: stream), stream == .output {
            // Nobody reads any more, as after `| head`.
            exit(quietly: 141)
        }
    }
}
