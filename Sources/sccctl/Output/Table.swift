/// How a piece of text stands out on a terminal; never the only sign of anything.
enum Style: String {
    case plain = ""
    case bold = "1"
    case dim = "2"
    case high = "1;31"
    case medium = "1;33"
    case low = "36"
    case good = "32"
}

struct Cell {
    let text: String
    let style: Style

    init(_ text: String, _ style: Style = .plain) {
        self.text = printable(text)
        self.style = style
    }
}

struct Column {
    let title: String
    /// Columns with the highest number go first when the terminal is narrow; zero stays.
    let drop: Int
    /// Its texts may be broken into lines down to this width.
    let shortest: Int?

    init(_ title: String, drop: Int = 0, shortest: Int? = nil) {
        self.title = title
        self.drop = drop
        self.shortest = shortest
    }
}

/// Aligned columns that fit a width.
///
/// Texts are broken between words, never cut: half a sentence may
/// say the opposite of the whole.
struct Table {
    let columns: [Column]
    private var rows: [Row] = []

    private struct Row {
        let cells: [Cell]
        /// Sentences that stand below the row, over the whole width.
        let below: [String]
    }

    private static let gap = 2

    init(columns: [Column]) {
        self.columns = columns
    }

    var isEmpty: Bool { rows.isEmpty }

    mutating func add(_ cells: [Cell], below: [String] = []) {
        rows.append(Row(cells: cells, below: below))
    }

    /// The header and the rows as lines, none wider than `width`.
    func lines(width: Int, coloured: Bool) -> [String] {
        guard !rows.isEmpty else { return [] }
        guard let (kept, widths) = layout(width) else { return stacked(width, coloured: coloured) }
        var lines = cells(
            kept.map { Cell(columns[$0].title, .dim) }, widths: widths, coloured: coloured)
        for row in rows {
            lines += cells(kept.map { row.cells[$0] }, widths: widths, coloured: coloured)
            for sentence in row.below {
                lines += wrapped(sentence, width: width, indent: "    ")
            }
        }
        return lines
    }

    /// Each row as running text, for a terminal too narrow for columns.
    private func stacked(_ width: Int, coloured: Bool) -> [String] {
        rows.flatMap { row in
            let texts = row.cells.map(\.text).filter { !$0.isEmpty }
            let lines = wrapped(texts.joined(separator: " · "), width: width)
            return lines.prefix(1).map { styled($0, row.cells[0].style, coloured: coloured) }
                + lines.dropFirst()
                + row.below.flatMap { wrapped($0, width: width, indent: "  ") }
        }
    }

    /// The columns that stay, and how wide each is; `nil` when those that must stay do not fit.
    private func layout(_ width: Int) -> (kept: [Int], widths: [Int])? {
        let natural = columns.indices.map { column in
            max(
                displayWidth(columns[column].title),
                rows.map { displayWidth($0.cells[column].text) }.max() ?? 0)
        }
        let least = columns.indices.map { column in
            min(natural[column], columns[column].shortest ?? natural[column])
        }
        // A column without a word in it only takes room.
        var kept = columns.indices.filter { column in
            columns[column].drop == 0 || rows.contains { !$0.cells[column].text.isEmpty }
        }
        func total(_ widths: [Int]) -> Int {
            kept.reduce(0) { $0 + widths[$1] } + Self.gap * max(0, kept.count - 1)
        }
        while total(least) > width,
            let victim = kept.filter({ columns[$0].drop > 0 })
                .max(by: { columns[$0].drop < columns[$1].drop })
        {
            kept.removeAll { $0 == victim }
        }
        guard total(least) <= width else { return nil }
        var widths = natural
        while total(widths) > width,
            let widest = kept.filter({ widths[$0] > least[$0] })
                .max(by: { widths[$0] < widths[$1] })
        {
            widths[widest] -= 1
        }
        return (kept, kept.map { widths[$0] })
    }

    private func cells(_ cells: [Cell], widths: [Int], coloured: Bool) -> [String] {
        let texts = zip(cells, widths).map { cell, width in
            displayWidth(cell.text) <= width ? [cell.text] : wrapped(cell.text, width: width)
        }
        let height = texts.map(\.count).max() ?? 1
        return (0..<height).map { index in
            var line = ""
            for (column, text) in texts.enumerated() {
                let part = index < text.count ? text[index] : ""
                line += styled(part, cells[column].style, coloured: coloured)
                if column < cells.count - 1 {
                    line += String(
                        repeating: " ",
                        count: max(0, widths[column] - displayWidth(part)) + Self.gap)
                }
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}

func styled(_ text: String, _ style: Style, coloured: Bool) -> String {
    coloured && style != .plain && !text.isEmpty
        ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
}

/// Lines of at most `width` columns, broken between words; a longer word is broken too.
func wrapped(_ text: String, width: Int, indent: String = "") -> [String] {
    let room = max(1, width - displayWidth(indent))
    var lines: [String] = []
    var line = ""
    for word in printable(text).split(separator: " ") {
        if !line.isEmpty {
            if displayWidth(line) + 1 + displayWidth(String(word)) <= room {
                line += " \(word)"
                continue
            }
            lines.append(indent + line)
            line = ""
        }
        for character in word {
            if displayWidth(line) + displayWidth(character) > room, !line.isEmpty {
                lines.append(indent + line)
                line = ""
            }
            line.append(character)
        }
    }
    if !line.isEmpty { lines.append(indent + line) }
    return lines
}

func displayWidth(_ text: String) -> Int {
    text.reduce(0) { $0 + displayWidth($1) }
}

/// Two columns for East Asian wide characters and pictographs, one for all others.
func displayWidth(_ character: Character) -> Int {
    guard let first = character.unicodeScalars.first?.value else { return 0 }
    switch first {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
        return 2
    default:
        return 1
    }
}

/// The text without anything that could move the cursor or turn the line around.
func printable(_ text: String) -> String {
    let isHarmless = text.unicodeScalars.allSatisfy(isPrintable)
    if isHarmless { return text }
    var clean = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        clean.append(isPrintable(scalar) ? scalar : "\u{FFFD}")
    }
    return String(clean)
}

private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: false
    default: true
    }
}
