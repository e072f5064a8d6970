/// Puts an SVG document together; every text is escaped here and nowhere else.
struct Canvas {
    private var elements: [String] = []

    mutating func text(
        _ x: Double, _ y: Double, _ text: String, size: Double, weight: String, _ fill: String,
        anchor: String = "start"
    ) {
        elements.append(
            "<text x=\"\(n(x))\" y=\"\(n(y))\" font-size=\"\(n(size))\" font-weight=\"\(weight)\""
                + " fill=\"\(fill)\" text-anchor=\"\(anchor)\">\(escaped(text))</text>")
    }

    mutating func line(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ stroke: String,
        width: Double = 1, dash: String? = nil
    ) {
        elements.append(
            "<line x1=\"\(n(x1))\" y1=\"\(n(y1))\" x2=\"\(n(x2))\" y2=\"\(n(y2))\""
                + " stroke=\"\(stroke)\" stroke-width=\"\(n(width))\""
                + (dash.map { " stroke-dasharray=\"\($0)\"" } ?? "") + "/>")
    }

    mutating func rectangle(
        _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ fill: String,
        _ words: String? = nil
    ) {
        add(
            "rect",
            "x=\"\(n(x))\" y=\"\(n(y))\" width=\"\(n(width))\" height=\"\(n(height))\""
                + " fill=\"\(fill)\"", words)
    }

    mutating func hatch(
        _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ words: String
    ) {
        add(
            "rect",
            "x=\"\(n(x))\" y=\"\(n(y))\" width=\"\(n(width))\" height=\"\(n(height))\""
                + " fill=\"url(#hold)\" stroke=\"#a9b4bf\" stroke-width=\"0.8\"", words)
    }

    mutating func circle(
        _ x: Double, _ y: Double, _ radius: Double, fill: String, edge: String, _ words: String
    ) {
        add(
            "circle",
            "cx=\"\(n(x))\" cy=\"\(n(y))\" r=\"\(n(radius))\" fill=\"\(fill)\" stroke=\"\(edge)\""
                + " stroke-width=\"1.8\"", words)
    }

    mutating func diamond(
        _ x: Double, _ y: Double, _ radius: Double, fill: String, edge: String, _ words: String
    ) {
        path(
            "M\(n(x)) \(n(y - radius))L\(n(x + radius)) \(n(y))L\(n(x)) \(n(y + radius))"
                + "L\(n(x - radius)) \(n(y))Z", fill: fill, edge: edge, words)
    }

    mutating func triangle(
        _ x: Double, _ y: Double, _ radius: Double, fill: String, edge: String, _ words: String
    ) {
        path(
            "M\(n(x)) \(n(y - radius))L\(n(x + radius)) \(n(y + radius * 0.8))"
                + "L\(n(x - radius)) \(n(y + radius * 0.8))Z", fill: fill, edge: edge, words)
    }

    mutating func cross(
        _ x: Double, _ y: Double, _ radius: Double, _ stroke: String, _ words: String
    ) {
        path(
            "M\(n(x - radius)) \(n(y - radius))L\(n(x + radius)) \(n(y + radius))"
                + "M\(n(x - radius)) \(n(y + radius))L\(n(x + radius)) \(n(y - radius))",
            fill: "none", edge: stroke, words)
    }

    /// The sign of a priority: triangle, diamond, circle; a square with an open middle for a proposal.
    mutating func mark(
        _ priority: String, _ x: Double, _ y: Double, _ radius: Double, _ words: String
    ) {
        switch priority {
        case "HIGH": triangle(x, y, radius, fill: "#d3222a", edge: "#8e1318", words)
        case "MEDIUM": diamond(x, y, radius, fill: "#f5c400", edge: "#8a6d00", words)
        case "LOW": circle(x, y, radius * 0.8, fill: "#00b3c4", edge: "#00737e", words)
        default:
            add(
                "rect",
                "x=\"\(n(x - radius * 0.7))\" y=\"\(n(y - radius * 0.7))\""
                    + " width=\"\(n(radius * 1.4))\" height=\"\(n(radius * 1.4))\" fill=\"#ffffff\""
                    + " stroke=\"#61707f\" stroke-width=\"1.8\"", words)
        }
    }

    private mutating func path(_ data: String, fill: String, edge: String, _ words: String) {
        add(
            "path",
            "d=\"\(data)\" fill=\"\(fill)\" stroke=\"\(edge)\" stroke-width=\"1.6\""
                + " stroke-linejoin=\"round\"", words)
    }

    private mutating func add(_ name: String, _ attributes: String, _ words: String?) {
        guard let words else {
            elements.append("<\(name) \(attributes)/>")
            return
        }
        elements.append("<\(name) \(attributes)><title>\(escaped(words))</title></\(name)>")
    }

    func document(
        width: Double, height: Double, title: String, description: String
    ) -> String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="\(n(width))" height="\(n(height))" \
        viewBox="0 0 \(n(width)) \(n(height))" role="img" \
        font-family="system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif">
        <title>\(escaped(title))</title>
        <desc>\(escaped(description))</desc>
        <defs><pattern id="hold" width="7" height="7" patternUnits="userSpaceOnUse" \
        patternTransform="rotate(45)"><rect width="7" height="7" fill="#8b97a3" \
        fill-opacity="0.10"/><line x1="0" y1="0" x2="0" y2="7" stroke="#8b97a3" \
        stroke-width="2" stroke-opacity="0.45"/></pattern></defs>
        <rect width="\(n(width))" height="\(n(height))" rx="8" fill="#ffffff"/>
        \(elements.joined(separator: "\n"))
        </svg>

        """
    }

    /// At most one decimal, so that files stay small and the same everywhere.
    private func n(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let whole = "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10)"
        return tenths % 10 == 0 ? whole : "\(whole).\(abs(tenths) % 10)"
    }

    private func escaped(_ text: String) -> String {
        var result = ""
        for character in printable(text) {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.append(character)
            }
        }
        return result
    }
}
