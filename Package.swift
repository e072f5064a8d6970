// swift-tools-version: 6.3

import PackageDescription

let package = Package(
    name: "sccd",
    products: [
        .executable(name: "sccd", targets: ["sccd"]),
        .executable(name: "sccctl", targets: ["sccctl"]),
        .executable(name: "sccbench", targets: ["sccbench"]),
    ],
    // Versions are exact because Package.resolved is not kept in the repository.
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(
            url: "https://github.com/apple/swift-configuration", exact: "1.4.0",
            traits: ["YAML", "CommandLineArguments"]),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
    ],
    targets: [
        // The wheel and the core: no Foundation, no clock, no file, no socket.
        .target(name: "TimerWheel"),
        .target(name: "CareCore", dependencies: ["TimerWheel"]),

        // Adapters. None of them knows another.
        .target(
            name: "CareProtocols",
            dependencies: ["CareCore", .product(name: "Yams", package: "Yams")],
            resources: [.embedInCode("BuiltIn")]),
        .systemLibrary(
            name: "CSQLiteShim", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .target(
            name: "CareStore",
            dependencies: [
                "CareCore", "Schemas", "CSQLiteShim",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .target(
            name: "CareEngine",
            dependencies: ["CareCore", .product(name: "Logging", package: "swift-log")]),

        // The local socket.
        .target(name: "ControlAPI"),

        // Worked cases through the same core.
        .target(name: "CareSimulation", dependencies: ["CareCore", "ControlAPI"]),
        .target(
            name: "ControlClient",
            dependencies: [
                "ControlAPI",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),
        .target(
            name: "ControlServer",
            dependencies: [
                "CareCore", "CareEngine", "ControlAPI", "Schemas",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),

        // The operating system.
        .systemLibrary(
            name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .target(
            name: "Systemd",
            dependencies: ["CSystemd", .product(name: "Logging", package: "swift-log")]),

        // Documents that are part of the program: migrations and the API description.
        .target(
            name: "Schemas", path: "Schemas", exclude: ["store.sql"],
            resources: [
                .embedInCode("store"), .embedInCode("control.openapi.yaml"),
                .embedInCode("case.schema.json"), .embedInCode("protocol.schema.json"),
            ]),

        .executableTarget(
            name: "sccd",
            dependencies: [
                "CareCore", "CareProtocols", "CareSimulation", "CareStore", "CareEngine",
                "ControlAPI",
                "ControlServer", "Schemas", "Systemd",
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Yams", package: "Yams"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .executableTarget(
            name: "sccctl",
            dependencies: [
                "ControlAPI", "ControlClient",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(name: "sccbench", dependencies: ["TimerWheel"]),

        .testTarget(name: "TimerWheelTests", dependencies: ["TimerWheel"]),
        .testTarget(
            name: "CareCoreTests", dependencies: ["CareCore", "CareProtocols"],
            resources: [.copy("Resources")]),
        .testTarget(
            name: "CareProtocolsTests", dependencies: ["CareCore", "CareProtocols"],
            resources: [.copy("Resources")]),
        .testTarget(
            name: "CareSimulationTests",
            dependencies: ["CareCore", "CareProtocols", "CareSimulation", "ControlAPI", "Schemas"],
            resources: [.copy("Resources")]),
        .testTarget(
            name: "CareStoreTests",
            dependencies: [
                "CareCore", "CareStore", "Schemas",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .testTarget(
            name: "CareEngineTests",
            dependencies: [
                "CareCore", "CareEngine", "CareProtocols", "CareStore",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "ControlTests",
            dependencies: [
                "CareCore", "CareEngine", "CareProtocols", "CareStore", "ControlAPI",
                "ControlClient", "ControlServer", "Schemas",
                .product(name: "Yams", package: "Yams"),
            ]),
        .testTarget(
            name: "SystemdTests",
            dependencies: ["Systemd", .product(name: "Logging", package: "swift-log")]),
        .testTarget(
            name: "CommandLineTests",
            dependencies: [
                "sccctl", "ControlAPI", "ControlClient",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        .testTarget(
            name: "DaemonTests", dependencies: ["sccd", "CareCore", "CareProtocols", "CareStore"]),
        .testTarget(name: "RepositoryTests", dependencies: ["Schemas"]),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets
where [.regular, .executable, .test].contains(target.type) {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"),  // SE-0335
            .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
            .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
            .enableUpcomingFeature("InferIsolatedConformances"),  // SE-0470
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
            .enableUpcomingFeature("ImmutableWeakCaptures"),  // SE-0481
            .strictMemorySafety(),  // SE-0458
            .treatAllWarnings(as: .error),  // SE-0480
        ]
}
