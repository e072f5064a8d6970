package import CareCore
import Foundation

/// Why the rules of a zone could not be read.
package enum ZoneError: Error, Hashable, CustomStringConvertible {
    /// The name is no name of a zone: absolute, with `..`, or with characters that none has.
    case badName(String)
    case unknown(String, near: String?, directory: String)
    case notAZoneFile(String, problem: String)

    package var description: String {
        switch self {
        case .badName(let name):
            "\"\(name)\" is no time zone name; expected one like Europe/London"
        case .unknown(let name, let near, let directory):
            "there is no time zone \(name) in \(directory)"
                + (near.map { "; did you mean \($0)?" } ?? "")
        case .notAZoneFile(let path, let problem):
            "\(path) is no usable time zone file: \(problem)"
        }
    }
}

/// Reads zone rules from the system's tzdata.
///
/// Foundation is not asked: on Linux it carries its own copy of the zone data, inside ICU, which an
/// update of the tzdata package does not touch. A hospital that installs a changed clock rule must see
/// it in its reminders, so the files of that package are what counts here.
package enum ZoneRulesLoader {
    package static let systemDirectory = "/usr/share/zoneinfo"

    /// Far above any real file (the largest has a few kilobytes).
    private static let largestFile = 1_000_000

    package static func rules(
        for name: String, directory: String = systemDirectory
    ) throws(ZoneError) -> ZoneRules {
        guard isZoneName(name) else { throw .badName(name) }
        let path = directory + "/" + name
        // Opening a pipe or a device could block for ever, so the kind is looked at first.
        let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let attributes = (try? FileManager.default.attributesOfItem(atPath: real)) ?? [:]
        switch attributes[.type] as? FileAttributeType {
        case .typeRegular?: break
        case nil, .typeDirectory?:
            throw .unknown(name, near: suggestion(name, directory), directory: directory)
        default: throw .notAZoneFile(path, problem: "it is not a regular file")
        }
        guard let size = attributes[.size] as? Int, size <= largestFile else {
            throw .notAZoneFile(path, problem: "it is larger than \(largestFile) bytes")
        }
        guard let data = FileManager.default.contents(atPath: real) else {
            throw .notAZoneFile(path, problem: "it cannot be read")
        }
        do {
            return try ZoneFile(Array(data)).rules(name: name)
        } catch {
            throw .notAZoneFile(path, problem: error.problem)
        }
    }

    /// The version of the data, for example `2025b`; `nil` where the package does not say.
    package static func tzdataVersion(directory: String = systemDirectory) -> String? {
        if let line = firstLine(directory + "/tzdata.zi"), line.hasPrefix("# version ") {
            return String(line.dropFirst("# version ".count))
        }
        return firstLine(directory + "/+VERSION").flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func firstLine(_ path: String) -> String? {
        guard let file = FileHandle(forReadingAtPath: path),
            let head = try? file.read(upToCount: 200)
        else { return nil }
        try? file.close()
        return String(decoding: head, as: UTF8.self).split(separator: "\n").first.map(String.init)
    }

    /// Whether it can be a zone's name: `localtime` and `posixrules` are the machine's own settings.
    private static func isZoneName(_ name: String) -> Bool {
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard name.utf8.count <= 100, !["localtime", "posixrules"].contains(name) else {
            return false
        }
        return parts.allSatisfy { part in
            guard let first = part.first, first != UInt8(ascii: "-") else { return false }
            return part.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                    || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+")
            }
        }
    }

    private static func suggestion(_ name: String, _ directory: String) -> String? {
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: directory)) ?? []
        // A directory is listed too, but names a region, no zone.
        let regions = Set(
            paths.compactMap { path in path.lastIndex(of: "/").map { String(path[..<$0]) } })
        let files =
            paths.filter { path in
                !path.hasPrefix("posix/") && !path.hasPrefix("right/")
                    && isZoneName(path) && !regions.contains(path)
            }
            .sorted()
        let wanted = name.lowercased().replacing(" ", with: "_")
        // "London" is meant more often than "Jordan" is mistyped.
        let sameCity = files.first { path in
            path.lowercased().split(separator: "/").last.map(String.init) == wanted
        }
        return sameCity ?? nearest(to: name, among: files)
    }
}
