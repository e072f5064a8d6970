import Foundation
import Glibc
import Testing

@testable import Systemd

@Suite(.timeLimit(.minutes(1))) struct LockFileTests {
    let scratch: Scratch
    let path: String

    init() throws {
        scratch = try Scratch()
        path = scratch.file("lock")
    }

    @Test func `the lock carries the number of its holder and is nobody else's to read`() throws {
        let lock = try LockFile(path: path)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "\(getpid())\n")
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        withExtendedLifetime(lock) {}
    }

    @Test func `a second holder is refused by the number of the first`() throws {
        let first = try LockFile(path: path)
        let error = #expect(throws: LockFileError.self) { _ = try LockFile(path: path) }
        #expect(error == .held(path: path, processID: getpid()))
        #expect(error?.description.contains("process \(getpid())") == true)
        // The refused one has not touched the file.
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "\(getpid())\n")
        withExtendedLifetime(first) {}
    }

    @Test func `the lock ends with its value`() throws {
        do { _ = try LockFile(path: path) }
        _ = try LockFile(path: path)
    }

    @Test func `a longer number of an earlier holder leaves nothing behind`() throws {
        try "99999999999\n".write(toFile: path, atomically: false, encoding: .utf8)
        let lock = try LockFile(path: path)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "\(getpid())\n")
        withExtendedLifetime(lock) {}
    }

    @Test func `the lock of another process ends when that process is killed`() throws {
        // A real second process: it takes the lock, says so, and waits for input that never comes.
        let other = Process()
        other.executableURL = URL(filePath: "/usr/bin/flock")
        other.arguments = ["--no-fork", "--exclusive", path, "sh", "-c", "echo $$; exec cat"]
        let input = Pipe()
        let output = Pipe()
        other.standardInput = input
        other.standardOutput = output
        try other.run()
        _ = output.fileHandleForReading.availableData
        let error = #expect(throws: LockFileError.self) { _ = try LockFile(path: path) }
        #expect(error == .held(path: path, processID: nil))
        kill(other.processIdentifier, SIGKILL)
        other.waitUntilExit()
        _ = try LockFile(path: path)
    }

    @Test func `a lock is not taken through a symbolic link or in a missing directory`() throws {
        try FileManager.default.createSymbolicLink(
            atPath: scratch.file("link"), withDestinationPath: scratch.file("target"))
        let link = #expect(throws: LockFileError.self) {
            _ = try LockFile(path: scratch.file("link"))
        }
        #expect(
            link == .failed(SystemError(operation: "opening \(scratch.file("link"))", code: ELOOP)))
        #expect(!FileManager.default.fileExists(atPath: scratch.file("target")))
        let missing = #expect(throws: LockFileError.self) {
            _ = try LockFile(path: scratch.file("no/lock"))
        }
        #expect(missing?.description.hasSuffix("failed: No such file or directory") == true)
    }
}
