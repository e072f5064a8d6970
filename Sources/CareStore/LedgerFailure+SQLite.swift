import CareCore
import GRDB

/// How far an operation on the ledger's file had come.
enum LedgerStep {
    case open, read, write, commit
}

extension LedgerFailure {
    /// What an error of SQLite means for whoever asked, and what an administrator can do about it.
    init(_ error: any Error, at step: LedgerStep, path: String) {
        if let failure = error as? LedgerFailure {
            self = failure
            return
        }
        let outcome = step == .read ? "it could not be read" : "nothing was saved"
        guard let error = error as? DatabaseError else {
            self = .refused("The ledger \(path) could not be used: \(outcome). Restart sccd.")
            return
        }
        let code = "(SQLite code \(error.extendedResultCode.rawValue))"
        switch error.resultCode {
        case .SQLITE_FULL:
            self = .refused(
                "The disk of the ledger \(path) is full: \(outcome). Make room there. \(code)")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self = .refused(
                "Another program is writing to the ledger \(path): \(outcome). Only sccd may open "
                    + "it: find the program with `fuser` and stop it. \(code)")
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN:
            self = .refused(
                "The ledger \(path) cannot be opened or written: \(outcome). Check the owner and "
                    + "mode of the file and its directory, and whether the disk is mounted "
                    + "read-only. \(code)")
        case .SQLITE_CONSTRAINT, .SQLITE_MISMATCH:
            self = .refused(
                "The ledger \(path) already holds something that contradicts the change: "
                    + "\(outcome). If another program wrote to it, stop that and restart sccd. "
                    + code)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self = .corrupt(
                "The ledger \(path) is damaged. Stop sccd, keep the file and those beside it, "
                    + "check the disk, and restore the newest backup. \(code)")
        case .SQLITE_IOERR where step == .commit:
            self = .unknown(
                "The disk failed while the ledger \(path) was being saved: the last change may or "
                    + "may not be there. Check the disk and restart sccd. \(code)")
        case .SQLITE_IOERR:
            self = .refused(
                "The disk of the ledger \(path) failed: \(outcome). Check the disk and restart "
                    + "sccd. \(code)")
        default:
            self =
                step == .commit
                ? .unknown(
                    "The ledger \(path) did not say whether the last change was saved. Restart "
                        + "sccd. \(code)")
                : .refused(
                    "The ledger \(path) could not be used: \(outcome). Restart sccd. \(code)")
        }
    }
}
