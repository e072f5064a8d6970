import CareCore
import CareProtocols
import CareSimulation
import ControlAPI
import Foundation
import Testing

/// The shipped protocols and the machine's zones.
enum Shipped {
    static let library: CareLibrary = {
        do {
            return try BuiltInProtocols.library()
        } catch {
            preconditionFailure("the shipped protocols load: \(error)")
        }
    }()

    static let zones: CaseReader.Zones = { name in
        do {
            return .success(try ZoneRulesLoader.rules(for: name))
        } catch {
            return .failure(CaseReader.ZoneProblem("\(error)"))
        }
    }

    static func answer(_ text: String, only: [String] = []) throws -> SimulationAnswer {
        let (plan, document) = try CaseReader.read(text, library: library, zones: zones)
        return try Simulator.run(
            plan, library: library, document: document, only: only.map(ActivityCode.init))
    }

    /// `line field: problem`, one a fault.
    static func faults(_ text: String) -> [String] {
        do {
            _ = try answer(text)
            return []
        } catch let error as CaseFaults {
            return error.faults.map { "\($0.line) \($0.sentence)" }
        } catch {
            return ["\(error)"]
        }
    }
}

/// The case files beside the tests.
struct CaseFile: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String

    var testDescription: String { name }

    /// Cases that pass today.
    static let all = files(in: "Resources/cases")

    private static func files(in directory: String) -> [CaseFile] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path(directory))) ?? []
        return names.sorted().compactMap { name in
            guard name.hasSuffix(".json"),
                let data = FileManager.default.contents(atPath: path(directory) + "/" + name)
            else { return nil }
            return CaseFile(
                name: String(name.dropLast(5)), text: String(decoding: data, as: UTF8.self))
        }
    }

    private static func path(_ directory: String) -> String {
        Bundle.module.bundlePath + "/" + directory
    }

    static func named(_ name: String) throws -> CaseFile {
        try #require(all.first { $0.name == name })
    }
}
