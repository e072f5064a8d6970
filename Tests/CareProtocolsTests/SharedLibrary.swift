import CareCore
import CareProtocols

/// The shipped protocols, read once for all tests: they are long.
enum SharedLibrary {
    private static let result = Result { try BuiltInProtocols.library() }

    static func get() throws -> CareLibrary {
        try result.get()
    }
}
