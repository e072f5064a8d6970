import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// Why there is no socket to listen on.
package enum ListenFailure: Error, Hashable, Sendable {
    case nothingToListenOn
    /// Another daemon answers there.
    case alreadyServed(path: String)
    /// Something that is no socket has the name.
    case notASocket(path: String)
    case system(path: String, what: String, errno: Int32)
}

extension ListenFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .nothingToListenOn:
            "no socket was inherited and no path for one was given"
        case .alreadyServed(let path):
            "another daemon answers at \(path); stop it first, or choose another path"
        case .notASocket(let path):
            "\(path) exists and is not a socket; it is left as it is: choose another path"
        case .system(let path, let what, let errno):
            "\(what) of \(path) failed (errno \(errno))"
        }
    }
}

/// A listening socket that this process makes, names and, if the name is still its own, unnames.
package final class OwnSocket: Sendable {
    /// In bytes: the 103 of swift-nio (Linux would take 107), less the name under which the socket is
    /// made.
    package static let longestPath = 103 - ".4194304/s".utf8.count

    let path: String
    private let mode: UInt32
    private let group: UInt32?
    private let file = Mutex<FileID?>(nil)

    private struct FileID: Hashable {
        let device: UInt
        let inode: UInt
    }

    init(path: String, mode: UInt32, group: UInt32?) {
        self.path = path
        self.mode = mode
        self.group = group
    }

    /// Binds in a directory that only this user may enter and moves the socket out, so that nobody ever
    /// finds one that does not listen or that the wrong people may open.
    ///
    /// Not by the file mode mask, which belongs to the whole process: other threads create files
    /// meanwhile.
    func listen<Listener: Sendable>(
        on eventLoops: any EventLoopGroup, bind: (String) async throws -> Listener
    ) async throws -> Listener {
        try await checkFree(eventLoops)
        let directory = "\(path).\(getpid())"
        let temporary = directory + "/s"
        _ = unsafe unlink(temporary)
        _ = unsafe rmdir(directory)
        try check(unsafe mkdir(directory, 0o700), "making a directory beside it")
        defer { _ = unsafe rmdir(directory) }
        let listener = try await bind(temporary)
        do {
            if let group {
                try check(unsafe chown(temporary, uid_t.max, group), "changing the group")
            }
            try check(unsafe chmod(temporary, mode), "changing the mode")
            guard let id = Self.id(of: temporary) else {
                throw ListenFailure.system(path: path, what: "looking at it", errno: errno)
            }
            try check(unsafe rename(temporary, path), "naming")
            file.withLock { $0 = id }
        } catch {
            _ = unsafe unlink(temporary)
            throw error
        }
        return listener
    }

    /// Takes the name away, unless somebody else has it by now.
    func remove() {
        file.withLock { file in
            guard let id = file, Self.id(of: path) == id else { return }
            _ = unsafe unlink(path)
            file = nil
        }
    }

    /// A name left by a process that is gone is free; one at which somebody answers is not.
    private func checkFree(_ eventLoops: any EventLoopGroup) async throws {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw ListenFailure.notASocket(path: path)
        }
        let probe: any Channel
        do {
            probe = try await ClientBootstrap(group: eventLoops)
                .connectTimeout(.seconds(1))
                .connect(unixDomainSocketPath: path).get()
        } catch let error as IOError where [ECONNREFUSED, ENOENT].contains(error.errnoCode) {
            return
        } catch {
            // Too busy to be connected to is alive too.
            throw ListenFailure.alreadyServed(path: path)
        }
        try await probe.close()
        throw ListenFailure.alreadyServed(path: path)
    }

    private func check(_ result: CInt, _ what: String) throws(ListenFailure) {
        guard result == 0 else { throw .system(path: path, what: what, errno: errno) }
    }

    private static func id(of path: String) -> FileID? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        return FileID(device: UInt(status.st_dev), inode: UInt(status.st_ino))
    }
}
