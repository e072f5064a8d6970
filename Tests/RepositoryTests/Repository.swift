import Foundation

/// The checkout that the tests were built from, as text.
enum Repository {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    struct File: Sendable {
        /// Relative to the root.
        let path: String
        let text: String

        /// Numbered lines without comments and without what stands in string literals of one line.
        var code: [(number: Int, text: String)] {
            text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map {
                ($0 + 1, Self.withoutComment(String($1)))
            }
        }

        private static func withoutComment(_ line: String) -> String {
            var kept = ""
            var inString = false
            var previous: Character = " "
            for character in line {
                if character == "\"", previous != "\\" { inString.toggle() }
                if !inString, character == "/", previous == "/" { return String(kept.dropLast()) }
                if !inString { kept.append(character) }
                previous = character
            }
            return kept
        }

        var imports: [(number: Int, module: String)] {
            code.compactMap { number, line in
                var words = line.split(separator: " ").map(String.init)
                if let first = words.first,
                    ["package", "public", "internal", "private"].contains(first)
                {
                    words.removeFirst()
                }
                if words.first?.hasPrefix("@") == true { words.removeFirst() }
                guard words.count >= 2, words[0] == "import" else { return nil }
                return (number, words.last.map { String($0.prefix { $0 != "." }) } ?? "")
            }
        }
    }

    static func files(under folder: String, suffix: String) -> [File] {
        let base = root.appending(path: folder)
        guard let names = FileManager.default.enumerator(atPath: base.path) else { return [] }
        return names.compactMap { $0 as? String }.filter { $0.hasSuffix(suffix) }.sorted()
            .compactMap {
                guard let text = try? String(contentsOf: base.appending(path: $0), encoding: .utf8)
                else {
                    return nil
                }
                return File(path: folder + "/" + $0, text: text)
            }
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }
}
