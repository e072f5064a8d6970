import FoundationEssentials
import Glibc
import Synchronization

/// What the operating system is asked.
///
/// The only file with `unsafe`: each is one call into C.
enum System {
    enum Stream: Int32 {
        case input = 0
        case output = 1
        case errors = 2
    }

    static func isTerminal(_ stream: Stream) -> Bool {
        isatty(stream.rawValue) == 1
    }

    static func environment(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The size of the terminal that standard output is.
    static var terminalSize: (columns: Int, rows: Int)? {
        var size = winsize()
        let answer = unsafe ioctl(Stream.output.rawValue, UInt(TIOCGWINSZ), &size)
        guard answer == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Writes all of it at once, so that nothing waits in a buffer when the output is a pipe.
    ///
    /// Returns `false` when nobody reads any more.
    static func write(_ text: String, to stream: Stream) -> Bool {
        var rest = ArraySlice(Array(text.utf8))
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                unsafe Glibc.write(stream.rawValue, bytes.baseAddress, bytes.count)
            }
            if count < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                return false
            }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Seconds that only go forwards, also while the machine sleeps.
    static var bootSeconds: Double {
        var now = timespec()
        _ = unsafe clock_gettime(CLOCK_BOOTTIME, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }

    /// Runs a program with this program's environment and standard input, and waits for its end.
    ///
    /// Both streams are read at once, since a program that nobody reads stops when a pipe is full.
    /// Returns `nil` when it cannot be started.
    static func run(_ program: String, _ arguments: [String]) -> ServiceProgram.Run? {
        var ends: [[Int32]] = [[-1, -1], [-1, -1]]
        for index in ends.indices {
            guard unsafe pipe(&ends[index]) == 0 else { return nil }
            for end in ends[index] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[0][1], Stream.output.rawValue)
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1][1], Stream.errors.rawValue)
        var words = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var child = pid_t()
        let started = unsafe posix_spawn(&child, program, &actions, nil, &words, environ)
        for end in ends { close(end[1]) }
        defer { for end in ends { close(end[0]) } }
        guard started == 0 else { return nil }
        let texts = readAll(ends.map { $0[0] })
        var status: Int32 = 0
        while unsafe waitpid(child, &status, 0) < 0, errno == EINTR {}
        // The layout that waitpid(2) gives the word: a signal in the low seven bits, else the code.
        let signal = status & 0x7f
        return ServiceProgram.Run(
            exitCode: signal == 0 ? (status >> 8) & 0xff : 128 + signal, output: texts[0],
            errors: texts[1])
    }

    /// Reads all descriptors to their ends, whichever has something first.
    private static func readAll(_ descriptors: [Int32]) -> [String] {
        var texts: [[UInt8]] = descriptors.map { _ in [] }
        var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while polled.contains(where: { $0.fd >= 0 }) {
            guard unsafe poll(&polled, nfds_t(polled.count), -1) >= 0 else {
                if errno == EINTR { continue }
                break
            }
            for index in polled.indices where polled[index].revents != 0 {
                let count = unsafe read(descriptors[index], &buffer, buffer.count)
                if count > 0 {
                    texts[index] += buffer[..<count]
                } else if count == 0 || errno != EINTR {
                    polled[index].fd = -1
                }
            }
        }
        return texts.map { String(decoding: $0, as: UTF8.self) }
    }

    private static let zones = Mutex<String?>(nil)

    /// Seconds east of UTC in an IANA zone; `nil` when the machine does not know the zone.
    ///
    /// The C library reads the zone files: Foundation would take longer to load than all else here.
    static func utcOffset(zone: String, at seconds: Int64) -> Int? {
        zones.withLock { current in
            if current != zone {
                let isSafe = !zone.isEmpty && !zone.hasPrefix("/") && !zone.contains("..")
                guard isSafe, FileManager.default.fileExists(atPath: "/usr/share/zoneinfo/\(zone)")
                else { return nil }
                unsafe setenv("TZ", ":\(zone)", 1)
                tzset()
                current = zone
            }
            var when = time_t(seconds)
            var local = unsafe tm()
            guard unsafe localtime_r(&when, &local) != nil else { return nil }
            return unsafe local.tm_gmtoff
        }
    }
}

/// Ends the program at once, without a word.
func exit(quietly code: Int32) -> Never {
    exit(code)
}
