/// Whole lines on standard error.
enum StandardError {
    /// Writes `line` and a line feed in one call, so that lines of several threads stay whole.
    static func write(line: String) -> Bool {
        SystemLibrary.writeAll(Array(line.utf8) + [UInt8(ascii: "\n")], to: 2)
    }
}
