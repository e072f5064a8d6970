/// The operating system refused.
package struct SystemError: Error, Hashable, Sendable {
    /// What was tried, as the middle of a sentence: `opening /var/lib/sccd/lock`.
    package let operation: String
    /// The errno.
    package let code: CInt
}

extension SystemError: CustomStringConvertible {
    package var description: String {
        "\(operation) failed: \(SystemLibrary.describe(errno: code))"
    }
}
