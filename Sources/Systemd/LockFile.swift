internal import Glibc

/// Why a lock was not granted.
package enum LockFileError: Error, Hashable, Sendable {
    /// Another process has it; its number, when the file tells.
    case held(path: String, processID: Int32?)
    case failed(SystemError)
}

extension LockFileError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .held(let path, let processID?):
            "\(path) is locked by process \(processID), which is using this directory already"
        case .held(let path, nil):
            "\(path) is locked by another process, which is using this directory already"
        case .failed(let error):
            error.description
        }
    }
}

/// An exclusive lock on a path, for as long as the value lives.
///
/// The kernel releases the lock when the process ends, however it ends, so a lock is never stale.
/// The file stays: removing it would let two processes lock two files of one name.
package struct LockFile: ~Copyable {
    private let descriptor: CInt

    /// Locks the file at `path`, making it with mode 0600 if need be, and writes this process's
    /// number into it.
    package init(path: String) throws(LockFileError) {
        let descriptor: CInt
        do {
            descriptor = try SystemLibrary.openForLocking(path)
        } catch {
            throw .failed(error)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            let holder = LockFile.processID(in: descriptor)
            close(descriptor)
            throw code == EWOULDBLOCK
                ? .held(path: path, processID: holder)
                : .failed(SystemError(operation: "locking \(path)", code: code))
        }
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0, SystemLibrary.writeStart(of: descriptor, text) else {
            let code = errno
            close(descriptor)
            throw .failed(SystemError(operation: "writing \(path)", code: code))
        }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    private static func processID(in descriptor: CInt) -> Int32? {
        let text = SystemLibrary.readStart(of: descriptor, limit: 16).prefix { $0 != 0x0A }
        return Int32(String(decoding: text, as: UTF8.self))
    }
}
