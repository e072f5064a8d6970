import ArgumentParser
import ControlAPI
import ControlClient

/// How a stay is named on the command line: `S12`, a bed `12A`, or ward and bed `7/12A`.
enum StayReference: Hashable {
    case stay(String)
    case bed(ward: String?, bed: String)

    init?(_ text: String) {
        if text.wholeMatch(of: #/[Ss]\d+/#) != nil {
            self = .stay(text.uppercased())
            return
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        switch parts.count {
        case 1 where !parts[0].isEmpty: self = .bed(ward: nil, bed: text)
        case 2 where !parts[0].isEmpty && !parts[1].isEmpty:
            self = .bed(ward: String(parts[0]), bed: String(parts[1]))
        default: return nil
        }
    }

    /// The stay that it names among those not discharged.
    func resolve(in stays: [StaySummary]) throws(ClientError) -> StaySummary {
        let matches = stays.filter { stay in
            switch self {
            case .stay(let id): stay.id == id
            case .bed(let ward, let bed):
                stay.dischargedAt == nil && sameName(stay.bed, bed)
                    && (ward == nil || stay.ward == ward)
            }
        }
        switch matches.count {
        case 1: return matches[0]
        case 0:
            throw .mistake(
                .notFound, "There is no patient in \(self). `sccctl patients` lists them.")
        default:
            let choices = matches.map { "\($0.ward)/\($0.bed)" }.joined(separator: ", ")
            throw .mistake(.invalid, "There are \(matches.count) beds \(self): say \(choices).")
        }
    }

    // People type `12a` for bed 12A.
    private func sameName(_ left: String, _ right: String) -> Bool {
        left.uppercased() == right.uppercased()
    }
}

extension StayReference: CustomStringConvertible {
    var description: String {
        switch self {
        case .stay(let id): "stay \(id)"
        case .bed(let ward?, let bed): "bed \(ward)/\(bed)"
        case .bed(nil, let bed): "bed \(bed)"
        }
    }
}

/// The parts of a reminder's id, `S12.3.45`.
struct ReminderReference: Hashable {
    let id: String
    let stay: String

    init?(_ text: String) {
        guard let match = text.wholeMatch(of: #/([Ss]\d+)\.\d+\.\d+/#) else { return nil }
        id = text.uppercased()
        stay = match.1.uppercased()
    }
}

extension ClientError {
    /// Something that was found wrong here, in the same form as if the daemon had said it.
    static func mistake(
        _ code: ProblemCode, _ detail: String, faults: [FieldFault] = []
    ) -> ClientError {
        .local(Problem(code, detail, faults: faults))
    }
}

extension StayReference: ExpressibleByArgument {
    init?(argument: String) {
        self.init(argument)
    }
}

extension TimeArgument: ExpressibleByArgument {
    init?(argument: String) {
        self.init(argument)
    }
}

extension Assignment: ExpressibleByArgument {
    init?(argument: String) {
        self.init(argument)
    }
}
