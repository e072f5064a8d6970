package import CareCore
package import ControlAPI

/// What the server asks about protocols; who reads their files is not its business.
package struct ProtocolDesk: Sendable {
    let describe: @Sendable () async throws(Problem) -> ProtocolsAnswer
    let reload: @Sendable (Actor) async throws(Problem) -> ReloadAnswer

    package init(
        describe: @escaping @Sendable () async throws(Problem) -> ProtocolsAnswer,
        reload: @escaping @Sendable (Actor) async throws(Problem) -> ReloadAnswer
    ) {
        self.describe = describe
        self.reload = reload
    }
}
