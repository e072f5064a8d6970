import Testing

/// Calls that would make the core impure, or the program unsafe.
@Suite struct BannedCallTests {
    static let impure = [
        "Date(", ".now(", "ContinuousClock", "SuspendingClock", "Task.sleep", "Task {", ".random(",
        "SystemRandomNumberGenerator", ".shuffled(", "print(", "await ", "async ", "UUID(",
        "ProcessInfo", "FileManager",
    ]

    @Test(arguments: ["TimerWheel", "CareCore"])
    func `the core reads no clock, draws no lot and waits for nothing`(_ module: String) {
        for file in Repository.files(under: "Sources/\(module)", suffix: ".swift") {
            for (number, line) in file.code {
                let words = line.replacing("LocalDate(", with: "")
                for call in Self.impure {
                    #expect(!words.contains(call), "\(file.path):\(number) calls \(call)")
                }
            }
        }
    }

    @Test func `the wall clock is read in one place`() {
        let readers = Repository.files(under: "Sources", suffix: ".swift").filter { file in
            guard !file.path.hasPrefix("Sources/sccctl"), !file.path.hasPrefix("Sources/sccbench")
            else {
                return false
            }
            return file.code.contains {
                $0.text.contains("Date()") || $0.text.contains("clock_gettime")
            }
        }
        #expect(readers.map(\.path) == ["Sources/sccd/WardClock.swift"])
    }

    @Test func `nothing forces, nothing is global and mutable`() {
        let banned = [
            "try!", "as!", "nonisolated(unsafe)", "@preconcurrency import", "-Ounchecked",
        ]
        for file in Repository.files(under: "Sources", suffix: ".swift") {
            let lines = file.code
            for (index, (number, line)) in lines.enumerated() {
                for call in banned {
                    #expect(!line.contains(call), "\(file.path):\(number) uses \(call)")
                }
                if line.contains("@unchecked Sendable") {
                    let before = file.text.split(separator: "\n", omittingEmptySubsequences: false)
                    let above = index > 0 ? String(before[index - 1]) : ""
                    #expect(above.contains("//"), "\(file.path):\(number) gives no reason")
                }
            }
        }
    }

    @Test func `only the output layers print`() {
        for file in Repository.files(under: "Sources", suffix: ".swift") {
            guard !file.path.hasPrefix("Sources/sccctl/Output"),
                !file.path.hasPrefix("Sources/sccbench")
            else { continue }
            for (number, line) in file.code {
                let words = line.split { !($0.isLetter || $0 == "(") }
                #expect(!words.contains { $0.hasPrefix("print(") }, "\(file.path):\(number) prints")
            }
        }
    }

    /// Files that talk to the system where no safe way exists.
    ///
    /// One more deserves a question.
    static let unsafeRooms = [
        "Sources/Systemd/SystemLibrary.swift", "Sources/Systemd/WakeTimer.swift",
        "Sources/CareEngine/SerialQueueExecutor.swift", "Sources/CareEngine/CareEngine.swift",
        "Sources/CareStore/Connection.swift", "Sources/CareStore/LedgerFile.swift",
        "Sources/ControlServer/OwnSocket.swift", "Sources/sccctl/System.swift",
    ]

    @Test func `unsafe expressions stay in their rooms`() {
        for file in Repository.files(under: "Sources", suffix: ".swift")
        where !Self.unsafeRooms.contains(file.path) {
            for (number, line) in file.code {
                let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_") }
                #expect(!words.contains("unsafe"), "\(file.path):\(number)")
            }
        }
    }
}
