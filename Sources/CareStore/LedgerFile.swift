import CSQLiteShim
import CareCore
import Glibc

/// The file that a ledger lies in.
///
/// SQLite's locks hold only on a plain local file with one name.
enum LedgerFile {
    /// Creates the file when there is none, readable by its owner only; refuses one that SQLite
    /// could not keep whole.
    static func prepare(_ path: String) throws(LedgerFailure) {
        let directory = directory(of: path)
        let fileSystem = unsafe scc_file_system_type(directory)
        guard fileSystem != -1 else {
            throw .refused(
                "The directory \(directory) of the ledger cannot be used: \(reason(errno)). "
                    + "Create it, owned by the service's user.")
        }
        if let name = remoteFileSystem(fileSystem) {
            throw .refused(
                "The ledger \(path) would lie on \(name), where file locks do not protect it. "
                    + "Put it on a local disk.")
        }
        var status = stat()
        if unsafe lstat(path, &status) == 0 {
            try check(status, path: path)
        } else if errno == ENOENT {
            try create(path)
        } else {
            throw .refused("The ledger \(path) cannot be reached: \(reason(errno)).")
        }
    }

    /// The name of a file system that is not a local disk, by the number that `statfs` gives it.
    static func remoteFileSystem(_ type: Int) -> String? {
        switch type {
        case 0x6969: "NFS"
        case 0x517B, 0xFF53_4D42, 0xFE53_4D42: "an SMB share"
        case 0x0102_1997: "a 9p share"
        case 0x5346_414F: "AFS"
        case 0x00C3_6400: "Ceph"
        case 0x0116_1970, 0x7461_636F: "a cluster file system"
        case 0x6573_5546: "a FUSE file system"
        default: nil
        }
    }

    private static func check(_ status: stat, path: String) throws(LedgerFailure) {
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFLNK:
            throw .refused(
                "The ledger \(path) is a symbolic link, beside which SQLite would not find its "
                    + "journal. Name the file itself.")
        default:
            throw .refused("The ledger \(path) is not a regular file. Name another path.")
        }
        guard status.st_nlink == 1 else {
            throw .refused(
                "The ledger \(path) has \(status.st_nlink) names (hard links), so that its journal "
                    + "could be missed. Remove the other names.")
        }
    }

    private static func create(_ path: String) throws(LedgerFailure) {
        // Closing it again is safe only here: SQLite has no lock yet on a file that is new.
        let descriptor = unsafe open(
            path, O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_WRONLY, 0o600)
        guard descriptor >= 0 else {
            throw .refused(
                "The ledger \(path) cannot be created: \(reason(errno)). Check the owner and mode "
                    + "of its directory.")
        }
        close(descriptor)
    }

    private static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func reason(_ code: Int32) -> String {
        unsafe String(cString: strerror(code))
    }
}
