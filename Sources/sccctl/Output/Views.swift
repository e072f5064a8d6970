import ControlAPI

/// What the views share: the ward's time, the room there is, and whether colour is wanted.
struct View {
    let clock: WardClock
    let width: Int
    let coloured: Bool
    let demoClockRate: Double?

    init(_ output: Output, madeAt: String, wards: [WardView], demoClockRate: Double?) {
        clock = WardClock(madeAt: madeAt, wards: wards)
        width = output.width
        coloured = output.coloured
        self.demoClockRate = demoClockRate
    }

    /// The first line; a demonstration clock is told before anything else.
    func heading(_ title: String, _ rest: String = "") -> [String] {
        var line = ""
        if let demoClockRate {
            let rate =
                demoClockRate == demoClockRate.rounded()
                ? "\(Int(demoClockRate))" : "\(demoClockRate)"
            line += style("[DEMO ×\(rate)]", .medium) + " "
        }
        line += style(printable(title), .bold)
        let room = width - displayWidth(plain(line))
        if !rest.isEmpty, displayWidth(rest) + 3 <= room {
            return [line + " · " + printable(rest)]
        }
        return [line] + (rest.isEmpty ? [] : wrapped(rest, width: width, indent: "  "))
    }

    func table(_ table: Table) -> [String] {
        table.lines(width: width, coloured: coloured)
    }

    func paragraph(_ text: String, indent: String = "") -> [String] {
        wrapped(text, width: width, indent: indent)
    }

    func section(_ title: String) -> [String] {
        ["", style(title, .bold)]
    }

    func style(_ text: String, _ style: Style) -> String {
        styled(text, style, coloured: coloured)
    }

    func time(_ text: String?, _ ward: String?) -> String {
        text.map { clock.time($0, ward: ward) } ?? ""
    }

    private func plain(_ line: String) -> String {
        line.replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
    }
}

/// `TURN` with its term and detail, `repositioning in bed: log-roll`.
func what(_ term: String, _ detail: String?) -> String {
    detail.map { "\(term): \($0)" } ?? term
}

/// With a capital letter and a full stop.
func sentence(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst() + "."
}

func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
    "\(number) \(number == 1 ? one : many ?? one + "s")"
}
