/// One thing that is wrong with a protocol file: where, what, and what would be right.
package struct ProtocolFault: Hashable, Sendable {
    package let file: String
    /// 1 for the first line.
    package let line: Int
    package let problem: String
    package let expected: String?

    package init(file: String, line: Int, problem: String, expected: String? = nil) {
        self.file = file
        self.line = line
        self.problem = problem
        self.expected = expected
    }
}

extension ProtocolFault: CustomStringConvertible {
    /// `file:line: problem; expected`, which editors and journals understand.
    package var description: String {
        "\(file):\(line): \(problem)" + (expected.map { "; \($0)" } ?? "")
    }
}

/// Why protocol files were not taken: every fault of every file, in the order of the files.
package struct ProtocolError: Error, Hashable, CustomStringConvertible {
    package let faults: [ProtocolFault]

    package init(faults: [ProtocolFault]) {
        self.faults = faults
    }

    package var description: String {
        faults.map(\.description).joined(separator: "\n")
    }
}
