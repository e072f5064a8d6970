import ArgumentParser
import ControlAPI
import ControlClient
import FoundationEssentials

/// The daemon's own program, run for what needs its engine or its protocols but no running service.
///
/// This program does not know the rules of care, so that it can never decide anything by itself.
struct ServiceProgram {
    let path: String

    /// Names another program than the one beside this one.
    static let variable = "SCCD_PROGRAM"

    /// What a run of it left behind.
    struct Run {
        let exitCode: Int32
        let output: String
        let errors: String
    }

    /// `$SCCD_PROGRAM`, else `sccd` beside this program, else the first `sccd` in `$PATH`.
    static func find() throws(ClientError) -> ServiceProgram {
        if let path = System.environment(variable) {
            guard FileManager.default.isExecutableFile(atPath: path) else {
                throw .mistake(
                    .unavailable,
                    "$\(variable) is \(path), which is no program that may be run: set it to the "
                        + "path of sccd, or unset it.")
            }
            return ServiceProgram(path: path)
        }
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let beside = own.map { String($0[..<($0.lastIndex(of: "/") ?? $0.endIndex)]) }
        let searched = (System.environment("PATH") ?? "").split(separator: ":").map(String.init)
        for directory in [beside].compactMap({ $0 }) + searched {
            let path = directory + "/sccd"
            if FileManager.default.isExecutableFile(atPath: path) {
                return ServiceProgram(path: path)
            }
        }
        throw .mistake(
            .unavailable,
            "The program sccd is neither beside this one (\(beside ?? "?")) nor in $PATH: install "
                + "it there, or set \(variable) to its path.")
    }

    /// Runs it with this program's standard input.
    func run(_ arguments: [String]) throws(ClientError) -> Run {
        guard let run = System.run(path, arguments) else {
            throw .mistake(.unavailable, "\(path) cannot be started.")
        }
        return run
    }

    /// Runs it and gives back what it wrote to standard output.
    ///
    /// What it had to say for people goes to standard error either way. When it refused, this
    /// program ends with the exit code that means the same here.
    func answer(_ arguments: [String], _ output: Output) throws -> String {
        let run = try run(arguments)
        if !run.errors.isEmpty { output.note(run.errors.trimmed) }
        guard run.exitCode == 0 else {
            if run.errors.isEmpty {
                output.note("sccctl: \(path) ended with code \(run.exitCode) and said nothing.")
            }
            throw ExitCode(Self.exitCode(from: run.exitCode))
        }
        return run.output
    }

    /// The service says what went wrong in the codes of `sysexits.h`.
    static func exitCode(from service: Int32) -> Int32 {
        switch service {
        case 64: 64
        case 65, 66, 78: ProblemCode.invalid.exitCode
        case 69, 74, 75: ProblemCode.unavailable.exitCode
        default: ProblemCode.internal.exitCode
        }
    }
}
