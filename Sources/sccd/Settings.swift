import CareCore
import CareProtocols
import Configuration
import ControlServer
import Foundation
import Logging
import SystemPackage
import Yams

/// How the daemon is set up: flags before environment before file before default.
struct Settings: Sendable {
    /// The ward's id and its IANA zone, as configured.
    var wards: [Ward] = []
    var stateDirectory = "/var/lib/sccd"
    var socketPath = "/run/sccd/sccd.sock"
    /// Ward seconds per real second; anything but 1 is a demonstration.
    var clockRate = 1.0
    /// Where a demonstration's time starts; now when absent.
    var clockStart: Instant?
    var logLevel = Logger.Level.info
    /// Numeric user ids besides root and the daemon's own.
    var adminUsers: [Int] = []
    /// Numeric user ids that may look but not act.
    var viewUsers: [Int] = []
    var zoneinfoDirectory = "/usr/share/zoneinfo"
    /// Where the hospital's own protocols lie; it may be absent.
    var protocolDirectory = "/etc/sccd/protocols"
    /// How long a poll's answer may be trusted, in seconds.
    var pollValiditySeconds = 45

    var isDemo: Bool { clockRate != 1 }

    /// Every setting, as it is written in the file; the environment says `SCCD_CLOCK_RATE`, flags say
    /// `--clock-rate`.
    enum Key: String, CaseIterable {
        case wards, stateDirectory, socketPath, clockRate, clockStart, logLevel
        case adminUsers, viewUsers, zoneinfoDirectory, protocolDirectory, pollValiditySeconds

        /// `SCCD_CLOCK_RATE`.
        var environmentName: String { "SCCD_" + words.joined(separator: "_").uppercased() }
        /// `--clock-rate`.
        var flagName: String { "--" + words.joined(separator: "-").lowercased() }

        private var words: [String] {
            rawValue.reduce(into: [""]) { words, letter in
                if letter.isUppercase { words.append("") }
                words[words.count - 1].append(letter)
            }
        }
    }
}

/// Everything that is wrong with the settings, at once.
struct SettingsError: Error, CustomStringConvertible {
    let faults: [String]

    var description: String {
        "sccd cannot start: \(faults.count) mistake\(faults.count == 1 ? "" : "s") in its settings.\n"
            + faults.map { "  - \($0)" }.joined(separator: "\n")
    }
}

extension Settings {
    /// Where settings come from.
    struct Sources {
        /// Values of flags by setting, as typed.
        var flags: [Key: String] = [:]
        var environment: [String: String] = [:]
        var file: String?
        /// A file that was named must be there; the default one may be absent.
        var fileIsRequired = false
    }

    /// Reads all sources and checks them as a whole.
    ///
    /// - Throws: ``SettingsError`` naming every mistake and every unknown key.
    static func load(_ sources: Sources) async throws(SettingsError) -> Settings {
        var reader = SettingsReader(sources: sources)
        await reader.open()
        return try reader.settings()
    }
}

private struct SettingsReader {
    let sources: Settings.Sources
    var faults: [String] = []
    private var config = ConfigReader(
        provider: EnvironmentVariablesProvider(environmentVariables: [:]))
    private var fileKeys: Set<String> = []

    init(sources: Settings.Sources) {
        self.sources = sources
    }

    // MARK: Where the values are

    mutating func open() async {
        var providers: [any ConfigProvider] = []
        var environment: [String: String] = [:]
        for (name, value) in sources.environment where name.hasPrefix("SCCD_") {
            environment[String(name.dropFirst(5))] = value
        }
        checkEnvironment()
        // Flags look like an environment of their own, so that they convert by the same rules.
        var flags: [String: String] = [:]
        for (key, value) in sources.flags {
            flags[String(key.environmentName.dropFirst(5))] = value
        }
        providers.append(EnvironmentVariablesProvider(environmentVariables: flags))
        providers.append(EnvironmentVariablesProvider(environmentVariables: environment))
        if let path = sources.file, let provider = await open(path) { providers.append(provider) }
        config = ConfigReader(providers: providers)
    }

    private mutating func open(_ path: String) async -> (any ConfigProvider)? {
        guard FileManager.default.fileExists(atPath: path) else {
            if sources.fileIsRequired {
                faults.append("\(path): there is no such file; --config must name one that exists")
            }
            return nil
        }
        do {
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try checkKeys(of: text, path)
            guard !fileKeys.isEmpty else { return nil }
            return try await FileProvider<YAMLSnapshot>(filePath: FilePath(path))
        } catch let error as YamlError {
            faults.append("\(path): is not YAML: \(error)")
        } catch {
            faults.append("\(path): cannot be read: \(error.localizedDescription)")
        }
        return nil
    }

    private mutating func checkKeys(of text: String, _ path: String) throws {
        guard let root = try Yams.compose(yaml: text) else { return }
        guard let mapping = root.mapping else {
            faults.append("\(path): must be a mapping of settings, for example `clockRate: 1`")
            return
        }
        for (node, _) in mapping {
            guard let name = node.string else { continue }
            if Settings.Key(rawValue: name) == nil {
                let line = node.mark.map { ":\($0.line)" } ?? ""
                faults.append("\(path)\(line): \(name) is not a setting" + Self.hint(name))
            }
            fileKeys.insert(name)
        }
    }

    private mutating func checkEnvironment() {
        let known = Set(
            // The last one is read by `sccctl`, which looks for this program.
            Settings.Key.allCases.map(\.environmentName) + ["SCCD_CONFIG", "SCCD_PROGRAM"])
        for name in sources.environment.keys.sorted()
        where name.hasPrefix("SCCD_") && !known.contains(name) {
            let near = nearest(to: name, among: known.sorted())
            faults.append(
                "environment: \(name) is not a setting"
                    + (near.map { "; did you mean \($0)?" } ?? ""))
        }
    }

    private static func hint(_ name: String) -> String {
        let known = Settings.Key.allCases.map(\.rawValue)
        return nearest(to: name, among: known).map { "; did you mean \($0)?" }
            ?? "; settings are \(known.joined(separator: ", "))"
    }

    /// Who says the value that counts, for messages.
    private func origin(of key: Settings.Key) -> String? {
        if sources.flags[key] != nil { return key.flagName }
        if sources.environment[key.environmentName] != nil {
            return "environment: \(key.environmentName)"
        }
        if fileKeys.contains(key.rawValue), let file = sources.file {
            return "\(file): \(key.rawValue)"
        }
        return nil
    }

    // MARK: The values

    /// The value of a setting, or `nil` where nobody says one.
    private mutating func value<Value>(
        _ key: Settings.Key, _ expected: String, _ read: (ConfigReader, ConfigKey) throws -> Value?
    ) -> Value? {
        guard let origin = origin(of: key) else { return nil }
        if let value = try? read(config, ConfigKey(key.rawValue)) { return value }
        faults.append("\(origin) must be \(expected)")
        return nil
    }

    mutating func settings() throws(SettingsError) -> Settings {
        var settings = Settings()
        let path = "an absolute path"
        func absolute(_ config: ConfigReader, _ key: ConfigKey) throws -> String? {
            let text = try config.requiredString(forKey: key)
            return text.hasPrefix("/") ? text : nil
        }
        if let text = value(.stateDirectory, path, absolute) { settings.stateDirectory = text }
        if let text = value(
            .socketPath, path + " of at most \(OwnSocket.longestPath) bytes",
            { config, key in
                try absolute(config, key).flatMap {
                    $0.utf8.count <= OwnSocket.longestPath ? $0 : nil
                }
            })
        {
            settings.socketPath = text
        }
        if let text = value(.zoneinfoDirectory, path, absolute) {
            settings.zoneinfoDirectory = text
        }
        if let text = value(.protocolDirectory, path, absolute) {
            settings.protocolDirectory = text
        }
        if let rate = value(
            .clockRate, "a number from 1 to 3600, where 1 is real time",
            {
                let rate = try $0.requiredDouble(forKey: $1)
                return (1...3_600).contains(rate) ? rate : nil
            })
        {
            settings.clockRate = rate
        }
        if let start = value(
            .clockStart, "a time with zone, for example 2027-01-19T08:00:00Z",
            {
                Instant(rfc3339: try $0.requiredString(forKey: $1))
            })
        {
            settings.clockStart = start
            if settings.clockRate == 1, let origin = origin(of: .clockStart) {
                faults.append("\(origin) is only for demonstrations: set clockRate as well")
            }
        }
        let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
        if let level = value(
            .logLevel, "one of \(levels)",
            {
                Logger.Level(rawValue: try $0.requiredString(forKey: $1))
            })
        {
            settings.logLevel = level
        }
        if let seconds = value(
            .pollValiditySeconds, "a whole number from 5 to 600, in seconds",
            {
                let seconds = try $0.requiredInt(forKey: $1)
                return (5...600).contains(seconds) ? seconds : nil
            })
        {
            settings.pollValiditySeconds = seconds
        }
        let users = "a list of numeric user ids"
        func userIDs(_ config: ConfigReader, _ key: ConfigKey) throws -> [Int]? {
            let ids = try config.requiredIntArray(forKey: key)
            return ids.allSatisfy { $0 >= 0 } ? ids : nil
        }
        if let ids = value(.adminUsers, users, userIDs) { settings.adminUsers = ids }
        if let ids = value(.viewUsers, users, userIDs) { settings.viewUsers = ids }
        readWards(&settings)
        guard faults.isEmpty else { throw SettingsError(faults: faults) }
        return settings
    }

    private mutating func readWards(_ settings: inout Settings) {
        let expected = "a list of wards with their zones, for example [\"7=Europe/London\"]"
        let texts = value(.wards, expected) { try $0.requiredStringArray(forKey: $1) }
        guard let texts, !texts.isEmpty else {
            if origin(of: .wards) == nil || texts?.isEmpty == true {
                faults.append("wards is missing: it must be \(expected)")
            }
            return
        }
        for text in texts {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let id = parts.first, id.count <= 16 else {
                faults.append(
                    "wards: \(text) must be a ward and its zone, for example 7=Europe/London")
                continue
            }
            guard !settings.wards.contains(where: { $0.id == id }) else {
                faults.append("wards: ward \(id) is named twice")
                continue
            }
            do {
                let zone = try ZoneRulesLoader.rules(
                    for: parts[1], directory: settings.zoneinfoDirectory)
                settings.wards.append(Ward(id: id, zone: zone))
            } catch {
                faults.append("wards: \(text): \(error)")
            }
        }
    }
}
