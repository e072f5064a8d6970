import Foundation
import Testing

/// Documents that cannot rot unseen.
@Suite struct DocumentTests {
    static let documents = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"]

    @Test(arguments: documents)
    func `links and named files exist`(_ name: String) throws {
        let text = try Repository.text(name)
        var targets: [String] = []
        for match in text.matches(of: /\]\(([^)#\s]+)[^)]*\)/) { targets.append(String(match.1)) }
        for match in text.matches(
            of: /`((?:Sources|Tests|Schemas|scripts|systemd|docs)\/[^`\s*]+)`/)
        {
            targets.append(String(match.1))
        }
        for target in targets where !target.contains("://") {
            let path = Repository.root.appending(path: target).path
            #expect(FileManager.default.fileExists(atPath: path), "\(name) names \(target)")
        }
    }

    @Test func `the readme has exactly the two commands of a newcomer on its first screen`() throws
    {
        let screen = try Repository.text("README.md").split(separator: "\n").prefix(45)
        #expect(screen.contains { $0.contains("scripts/demo") })
        #expect(screen.contains { $0.contains("scripts/test") })
        #expect(screen.contains { $0.contains("![") })
    }

    @Test func `what it is for, and what not, stands where people look`() throws {
        // Help texts break lines where they like.
        let words = /never[\s\\]+decides[\s\\]+treatment/
        #expect(try Repository.text("README.md").contains(words))
        for program in ["sccctl", "sccd"] {
            let help = Repository.files(under: "Sources/\(program)", suffix: ".swift")
            #expect(help.contains { $0.text.contains(words) }, "\(program) --help")
        }
    }

    @Test func `versions of dependencies are exact`() throws {
        let manifest = try Repository.text("Package.swift")
        #expect(!manifest.contains("from: \""))
        #expect(!manifest.contains("branch: \""))
        let packages = manifest.components(separatedBy: ".package(").count - 1
        let exact = manifest.components(separatedBy: "exact: \"").count - 1
        #expect(packages == exact)
    }

    @Test func `no built-in protocol ships without source and status`() {
        let files = Repository.files(under: "Sources/CareProtocols/BuiltIn", suffix: ".yaml")
        #expect(files.count >= 5)
        for file in files {
            #expect(file.text.contains("status:"), "\(file.path)")
            #expect(file.text.contains("reviewDate:"), "\(file.path)")
        }
    }

    @Test func `all patients are synthetic`() throws {
        let ward = try Repository.text("scripts/demo.d/ward.json")
        let object = try JSONSerialization.jsonObject(with: Data(ward.utf8)) as? [String: Any]
        let stays = try #require(object?["stays"] as? [[String: Any]])
        #expect(stays.count == 24)
        for stay in stays {
            let name = try #require(stay["name"] as? String)
            let record = try #require(stay["recordNumber"] as? String)
            #expect(name.hasPrefix("Synthetic ") && record.hasPrefix("SYN-"))
        }
    }
}
