import Testing

/// Who may import whom.
///
/// A module earns its place by these lines.
@Suite struct LayerTests {
    struct Layer: Sendable, CustomTestStringConvertible {
        let module: String
        let allowed: Set<String>

        var testDescription: String { module }
    }

    static let layers: [Layer] = [
        Layer(module: "TimerWheel", allowed: []),
        Layer(module: "CareCore", allowed: ["TimerWheel"]),
        Layer(module: "CareSimulation", allowed: ["CareCore", "ControlAPI"]),
        Layer(module: "CareProtocols", allowed: ["CareCore", "Yams", "Foundation"]),
        Layer(
            module: "CareStore",
            allowed: [
                "CareCore", "GRDB", "Schemas", "CSQLiteShim", "Foundation", "Dispatch", "Glibc",
                "Synchronization",
            ]),
        Layer(
            module: "CareEngine", allowed: ["CareCore", "Logging", "Dispatch", "Synchronization"]),
        Layer(module: "ControlAPI", allowed: []),
        Layer(
            module: "ControlClient",
            allowed: [
                "ControlAPI", "AsyncHTTPClient", "NIOCore", "NIOHTTP1", "NIOPosix", "Foundation",
                "FoundationEssentials", "Glibc",
            ]),
        Layer(
            module: "ControlServer",
            allowed: [
                "CareCore", "CareEngine", "ControlAPI", "Schemas", "Hummingbird", "HummingbirdCore",
                "HTTPTypes", "Logging", "ServiceLifecycle", "NIOCore", "NIOPosix", "NIOHTTP1",
                "Foundation", "FoundationEssentials", "Synchronization", "Glibc",
            ]),
        Layer(
            module: "Systemd",
            allowed: ["CSystemd", "Logging", "Dispatch", "Foundation", "Glibc", "Synchronization"]),
        Layer(
            module: "sccctl",
            allowed: [
                "ControlAPI", "ControlClient", "ArgumentParser", "Foundation",
                "FoundationEssentials",
                "Glibc", "Synchronization",
            ]),
        Layer(
            module: "sccd",
            allowed: [
                "CareCore", "CareEngine", "CareProtocols", "CareSimulation", "CareStore",
                "ControlAPI", "ControlServer", "Schemas", "Systemd", "ArgumentParser",
                "Configuration", "Foundation", "Logging", "ServiceLifecycle",
                "Synchronization", "SystemPackage", "UnixSignals", "Yams",
            ]),
    ]

    @Test(arguments: layers)
    func `a module imports only what it may`(_ layer: Layer) {
        let files = Repository.files(under: "Sources/\(layer.module)", suffix: ".swift")
        #expect(!files.isEmpty)
        for file in files {
            for (number, module) in file.imports {
                #expect(layer.allowed.contains(module), "\(file.path):\(number) imports \(module)")
            }
        }
    }

    @Test func `every module has a rule`() throws {
        let manifest = try Repository.text("Package.swift")
        for target in ["sccd", "sccctl"] { #expect(manifest.contains("name: \"\(target)\"")) }
        let folders = Set(
            Repository.files(under: "Sources", suffix: ".swift").compactMap {
                $0.path.split(separator: "/").dropFirst().first.map(String.init)
            })
        let ruled = Set(Self.layers.map(\.module)).union(["sccbench"])
        #expect(folders.subtracting(ruled).isEmpty)
    }

    @Test func `the engine, the server and the command line do not know the store`() {
        for module in ["CareEngine", "ControlServer", "sccctl"] {
            for file in Repository.files(under: "Sources/\(module)", suffix: ".swift") {
                #expect(!file.imports.contains { $0.module == "CareStore" }, "\(file.path)")
            }
        }
        for file in Repository.files(under: "Sources/sccctl", suffix: ".swift") {
            #expect(!file.imports.contains { $0.module == "CareCore" }, "\(file.path)")
        }
    }
}
