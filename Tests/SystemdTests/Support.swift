import Foundation
import Glibc
import Testing

/// A directory of its own for one test; removed with the value.
final class Scratch: Sendable {
    let path: String

    init() throws {
        // Short, because the path of a unix socket has room for 107 bytes.
        path = "/tmp/scc-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String) -> String {
        "\(path)/\(name)"
    }
}

struct Failed: Error, CustomStringConvertible {
    let description: String

    init(_ operation: String) {
        description = "\(operation): errno \(errno)"
    }
}

/// The unix sockets that the tests play the other side with.
enum UnixSocket {
    static func make(_ kind: __socket_type, boundTo path: String) throws -> CInt {
        let descriptor = socket(AF_UNIX, CInt(kind.rawValue), 0)
        guard descriptor >= 0 else { throw Failed("socket") }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
            precondition(path.utf8.count < room.count, "the path fits")
            unsafe room.copyBytes(from: Array(path.utf8))
        }
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw Failed("bind \(path)") }
        return descriptor
    }

    static func listening(at path: String) throws -> CInt {
        let descriptor = try make(SOCK_STREAM, boundTo: path)
        guard listen(descriptor, 8) == 0 else { throw Failed("listen") }
        return descriptor
    }

    static func pair() throws -> (CInt, CInt) {
        var ends: [CInt] = [0, 0]
        guard unsafe socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &ends) == 0 else {
            throw Failed("socketpair")
        }
        return (ends[0], ends[1])
    }

    /// The next datagram; fails after five seconds without one.
    static func receive(from descriptor: CInt) throws -> [UInt8] {
        var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&state, 1, 5_000) == 1 else { throw Failed("no datagram came") }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe recv(descriptor, &bytes, bytes.count, 0)
        guard count >= 0 else { throw Failed("recv") }
        return Array(bytes.prefix(count))
    }

    static func receiveText(from descriptor: CInt) throws -> String {
        String(decoding: try receive(from: descriptor), as: UTF8.self)
    }
}

func setVariable(_ name: String, _ value: String) {
    _ = unsafe setenv(name, value, 1)
}

func variable(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
}

/// journald's part, played by the test: a socket at journald's own path, seen by nobody else.
enum PrivateJournal {
    /// Whether this process may have a mount namespace of its own; root may.
    static let isPossible: Bool = geteuid() == 0

    /// Puts the calling thread, and the threads it starts, into a namespace where `/run/systemd` is
    /// empty.
    ///
    /// For exit tests only: the process is of no use for anything else afterwards.
    static func hideTheMachine() throws {
        typealias Unshare = @convention(c) (CInt) -> CInt
        typealias Mount =
            @convention(c) (
                UnsafePointer<CChar>?, UnsafePointer<CChar>, UnsafePointer<CChar>?, CUnsignedLong,
                UnsafeRawPointer?
            ) -> CInt
        guard let unshareSymbol = unsafe dlsym(nil, "unshare"),
            let mountSymbol = unsafe dlsym(nil, "mount")
        else { throw Failed("dlsym") }
        let unshare = unsafe unsafeBitCast(unshareSymbol, to: Unshare.self)
        let mount = unsafe unsafeBitCast(mountSymbol, to: Mount.self)
        let newMountNamespace: CInt = 0x0002_0000
        let recursive: CUnsignedLong = 0x4000
        let isPrivate: CUnsignedLong = 1 << 18
        guard unshare(newMountNamespace) == 0 else { throw Failed("unshare") }
        guard unsafe mount(nil, "/", nil, recursive | isPrivate, nil) == 0 else {
            throw Failed("mount --make-rprivate")
        }
        mkdir("/run/systemd")
        guard unsafe mount("none", "/run/systemd", "tmpfs", 0, nil) == 0 else {
            throw Failed("mount tmpfs")
        }
        mkdir("/run/systemd/journal")
    }

    private static func mkdir(_ path: String) {
        _ = unsafe Glibc.mkdir(path, 0o755)
    }

    /// One record of the native protocol, for values without a line feed.
    static func fields(of datagram: [UInt8]) -> [String: String] {
        let lines = String(decoding: datagram, as: UTF8.self).split(separator: "\n")
        let pairs = lines.compactMap { line -> (String, String)? in
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
        }
        return Dictionary(pairs) { first, second in "\(first)|\(second)" }
    }
}
