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
