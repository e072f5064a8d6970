import Foundation
import Glibc
import Testing

@testable import Systemd

/// Stands in for the service manager.
///
/// Descriptors are inherited from number 3 on, which only a new program can have free: so this
/// program is started once more, for one test alone, through a shell that knows the number of the
/// process.
private struct Manager {
    /// Where the started program writes what it found.
    static let reportVariable = "SCC_INHERITED_REPORT"

    let scratch: Scratch

    /// - Parameters:   - announced: `LISTEN_FDS`.   - names: `LISTEN_FDNAMES`. - Returns: What
    /// `Child` wrote.
    func start(
        passing descriptors: [CInt], announced: String, names: String, to process: String = "$$"
    ) throws -> [String] {
        let report = scratch.file("report")
        let script = """
            export \(Manager.reportVariable)='\(report)'
            export LISTEN_PID=\(process) LISTEN_FDS='\(announced)' LISTEN_FDNAMES='\(names)'
            exec '\(try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))' \
              --testing-library swift-testing --filter InheritedSocketsTests.Child >/dev/null 2>&1
            """
        let status = try spawnShell(script, passing: descriptors)
        #expect(status == 0, "the started program passed its test")
        return try String(contentsOfFile: report, encoding: .utf8).split(separator: "\n")
            .map(String.init)
    }

    private func spawnShell(_ script: String, passing descriptors: [CInt]) throws -> CInt {
        // Moved out of the way first, so that no number is both a source and a target.
        let sources = descriptors.map { fcntl($0, F_DUPFD_CLOEXEC, 100) }
        defer { for source in sources { close(source) } }
        var actions = unsafe posix_spawn_file_actions_t()
        _ = unsafe posix_spawn_file_actions_init(&actions)
        defer { _ = unsafe posix_spawn_file_actions_destroy(&actions) }
        for (index, source) in sources.enumerated() {
            _ = unsafe posix_spawn_file_actions_adddup2(&actions, source, 3 + CInt(index))
        }
        var words: [UnsafeMutablePointer<CChar>?] = unsafe []
        for word in ["sh", "-c", script] { unsafe words.append(strdup(word)) }
        defer { for index in unsafe words.indices { unsafe free(words[index]) } }
        unsafe words.append(nil)
        var child: pid_t = 0
        guard
            unsafe posix_spawn(&child, "/bin/sh", &actions, nil, words, environ) == 0
        else { throw Failed("posix_spawn") }
        var status: CInt = 0
        while unsafe waitpid(child, &status, 0) < 0, errno == EINTR {}
        return status
    }
}

@Suite(.timeLimit(.minutes(1))) struct InheritedSocketsTests {
    private let manager: Manager

    init() throws {
        manager = Manager(scratch: try Scratch())
    }

    /// What runs in the started program; in an ordinary run there is nothing to do.
    @Suite struct Child {
        @Test(.enabled(if: variable(Manager.reportVariable) != nil))
        func `reports what it inherits`() throws {
            var report: [String] = []
            do throws(InheritedSocketError) {
                let sockets = try InheritedSockets.take()
                for socket in sockets {
                    let closes = fcntl(socket.descriptor, F_GETFD) & FD_CLOEXEC != 0
                    report.append("\(socket.descriptor) \(socket.name) closes-on-exec=\(closes)")
                }
                report.append("second time \(try InheritedSockets.take().count)")
            } catch {
                report.append("refused: \(error)")
            }
            let left = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"].filter { variable($0) != nil }
            report.append("left in the environment: \(left.count)")
            let path = try #require(variable(Manager.reportVariable))
            try report.joined(separator: "\n").write(
                toFile: path, atomically: false, encoding: .utf8)
        }
    }

    @Test func `passed sockets are taken once, with their names`() throws {
        let control = try UnixSocket.listening(at: manager.scratch.file("control"))
        let board = try UnixSocket.listening(at: manager.scratch.file("board"))
        defer {
            close(control)
            close(board)
        }
        let report = try manager.start(
            passing: [control, board], announced: "2", names: "control:board")
        #expect(
            report == [
                "3 control closes-on-exec=true", "4 board closes-on-exec=true", "second time 0",
                "left in the environment: 0",
            ])
    }

    @Test func `sockets meant for another process are left alone`() throws {
        let control = try UnixSocket.listening(at: manager.scratch.file("control"))
        defer { close(control) }
        let report = try manager.start(
            passing: [control], announced: "1", names: "control", to: "$PPID")
        #expect(report.first == "second time 0")
    }

    @Test func `a start without a socket unit inherits nothing`() throws {
        #expect(try InheritedSockets.take() == [])
    }

    @Test(arguments: ["datagram", "connected", "bound", "internet", "file"])
    func `what is not a listening unix stream socket is refused`(kind: String) throws {
        let path = manager.scratch.file("odd")
        let odd: CInt =
            switch kind {
            case "datagram": try UnixSocket.make(SOCK_DGRAM, boundTo: path)
            case "connected": try UnixSocket.pair().0
            case "bound": try UnixSocket.make(SOCK_STREAM, boundTo: path)
            case "internet": socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
            default: unsafe open("/dev/null", O_RDWR)
            }
        let good = try UnixSocket.listening(at: manager.scratch.file("control"))
        defer {
            close(odd)
            close(good)
        }
        let report = try manager.start(passing: [good, odd], announced: "2", names: "control:odd")
        #expect(
            report == [
                """
                refused: the inherited descriptor 4 (odd) is not a listening unix stream socket; \
                check ListenStream= in the socket unit
                """,
                "left in the environment: 0",
            ])
    }

    @Test func `a malformed announcement is an error`() throws {
        let report = try manager.start(passing: [], announced: "many", names: "control")
        #expect(report.first == "refused: reading the inherited sockets failed: Invalid argument")
    }
}
