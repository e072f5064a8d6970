package import CareCore
import Dispatch
package import Logging
import Synchronization

/// The one owner of the ward's state: decide → commit → apply → publish.
///
/// Commands that arrive while a commit is in flight share the next one, and each is answered after
/// its commit. Inside the actor nothing waits, so nothing comes between reading and writing. Every
/// entry is applied while its batch is being decided, unseen by anybody; if the batch does not
/// commit, the stays it touched are put back.
package actor CareEngine {
    private struct Pending: Sendable {
        let submission: Submission
        let continuation: CheckedContinuation<Result<CommandResult, EngineFailure>, Never>
    }

    private struct Mailbox {
        var pending: [Pending] = []
        var drainScheduled = false
    }

    package nonisolated let publisher = Publisher()
    /// Protocols and wards as they are now; a reload changes the protocols.
    package nonisolated var context: CareContext { sharedContext.withLock { $0 } }
    private nonisolated let sharedContext: Mutex<CareContext>
    private nonisolated let executor = SerialQueueExecutor(label: "sccd.engine")
    private nonisolated let mailbox = Mutex(Mailbox())
    private let ledger: any CareLedger
    private let clock: @Sendable () -> Instant
    private let announce: @Sendable ([PublishedEntry]) -> Void
    private let wakeChanged: @Sendable (Instant?) -> Void
    private let logger: Logger
    private var core: CareCore
    private var lastSequence: Int64
    private var trouble: String?
    private let archive: ProtocolArchive?
    /// The version that the ledger did not take yet.
    private var unkept: ProtocolVersion?
    /// Versions that stays follow and that cannot be read any more, and why.
    private var lost: [(version: String, stays: [StayID], reason: String)] = []

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    /// - Parameters:
    ///   - archive: Keeps and reads versions of the protocols; without it every stay follows the
    ///     current ones.
    ///   - clock: The ward's time. The only clock the engine ever reads.
    ///   - announce: Called with every batch after it was committed; must not block.
    ///   - wakeChanged: Called with the instant at which something next changes by itself.
    /// - Throws: ``LedgerFailure`` when the ledger cannot be read.
    package init(
        ledger: any CareLedger, context: CareContext, archive: ProtocolArchive? = nil,
        logger: Logger, clock: @escaping @Sendable () -> Instant,
        announce: @escaping @Sendable ([PublishedEntry]) -> Void = { _ in },
        wakeChanged: @escaping @Sendable (Instant?) -> Void = { _ in }
    ) throws(LedgerFailure) {
        let snapshot = try ledger.load()
        self.ledger = ledger
        self.archive = archive
        self.logger = logger
        self.clock = clock
        self.announce = announce
        self.wakeChanged = wakeChanged
        let now = clock()
        core = CareCore(CareState(snapshot), now: now)
        lastSequence = snapshot.lastSequence
        lastAliveAtStart = snapshot.lastAlive
        var context = context
        if let archive {
            (context, lost) = Self.withEarlier(context, of: snapshot.stays, ledger, archive)
            unkept = archive.current
        }
        sharedContext = Mutex(context)
        publisher.start(at: snapshot.lastSequence, wards: context.wards.map(\.id))
    }

    private let lastAliveAtStart: Instant?

    // MARK: Commands

    /// Has a command decided, committed and applied, and answers after the commit.
    package nonisolated func submit(
        _ submission: Submission
    ) async throws(EngineFailure) -> CommandResult {
        let result: Result<CommandResult, EngineFailure> = await withCheckedContinuation {
            continuation in
            let schedule = mailbox.withLock { mailbox -> Bool? in
                guard mailbox.pending.count < EngineLimits.pendingCommands else { return nil }
                mailbox.pending.append(Pending(submission: submission, continuation: continuation))
                defer { mailbox.drainScheduled = true }
                return !mailbox.drainScheduled
            }
            switch schedule {
            case nil:
                continuation.resume(
                    returning: .failure(
                        .unavailable(
                            "Too many requests are waiting (\(EngineLimits.pendingCommands)).")))
            case true?: executor.async { self.assumeIsolated { $0.drain() } }
            case false?: break
            }
        }
        return try result.get()
    }

    private func drain() {
        let batch = mailbox.withLock { mailbox -> [Pending] in
            let count = min(mailbox.pending.count, EngineLimits.batchCommands)
            let batch = Array(mailbox.pending.prefix(count))
            mailbox.pending.removeFirst(count)
            mailbox.drainScheduled = !mailbox.pending.isEmpty
            return batch
        }
        guard !batch.isEmpty else { return }
        let results = execute(batch.map(\.submission))
        for (pending, result) in zip(batch, results) {
            pending.continuation.resume(returning: result)
        }
        // What arrived meanwhile goes behind whatever else waits for the engine.
        let more = mailbox.withLock { $0.drainScheduled }
        if more { executor.async { self.assumeIsolated { $0.drain() } } }
    }

    /// Executes commands as one batch: one transaction, all answered after it.
    private func execute(_ submissions: [Submission]) -> [Result<CommandResult, EngineFailure>] {
        var work = Work(service: core.state.service)
        var results: [Result<CommandResult, EngineFailure>] = []
        for submission in submissions {
            do {
                results.append(.success(try prepare(submission, &work)))
            } catch {
                results.append(.failure(error))
            }
        }
        if let failure = commit(&work) {
            results = results.map { result in
                if case .success(let done) = result, !done.replayed {
                    .failure(failure)
                } else {
                    result
                }
            }
        }
        return results
    }

    /// A batch that is being put together.
    private struct Work {
        var batch = LedgerBatch()
        /// The touched stays as they were; `nil` for one that is new.
        var before: [StayID: Stay?] = [:]
        let service: CareState.Service
        var published: [PublishedEntry] = []

        init(service: CareState.Service) {
            self.service = service
        }
    }

    private func prepare(
        _ submission: Submission, _ work: inout Work
    ) throws(EngineFailure) -> CommandResult {
        if let request = submission.request,
            let answer = try earlierAnswer(to: request, in: work.batch)
        {
            guard answer.fingerprint == submission.fingerprint else {
                throw EngineFailure.requestReused
            }
            return CommandResult(receipt: answer.receipt, replayed: true, refused: [])
        }
        let now = clock()
        let decision: Decision
        do {
            decision = try core.state.decide(
                submission.command, at: now, by: submission.actor, in: context)
        } catch {
            throw EngineFailure.rejected(error)
        }
        add(decision, at: now, by: submission.actor, to: &work)
        let receipt = decision.receipt(
            sequence: lastSequence + Int64(work.batch.entries.count), at: now)
        if let request = submission.request {
            work.batch.answers.append(
                StoredAnswer(
                    request: request, fingerprint: submission.fingerprint, receipt: receipt, at: now
                ))
        }
        return CommandResult(receipt: receipt, replayed: false, refused: decision.refused)
    }

    private func earlierAnswer(
        to request: String, in batch: LedgerBatch
    ) throws(EngineFailure) -> StoredAnswer? {
        if let answer = batch.answers.first(where: { $0.request == request }) { return answer }
        do {
            return try ledger.answer(to: request)
        } catch {
            throw Self.failure(error)
        }
    }

    /// Gives a decision's events their places and applies them, so that the next command of the batch
    /// sees them.
    private func add(
        _ decision: Decision, at now: Instant, by actor: Actor, to work: inout Work
    ) {
        guard !decision.events.isEmpty else { return }
        var sequence = lastSequence + Int64(work.batch.entries.count)
        var entries: [LedgerEntry] = []
        for event in decision.events {
            sequence += 1
            entries.append(LedgerEntry(sequence: sequence, at: now, actor: actor, event: event))
            if let stay = event.stay, work.before[stay] == nil {
                work.before[stay] = .some(core.state[stay])
            }
        }
        var formerWards: [StayID: String] = [:]
        for entry in entries {
            if case .stayTransferred(let stay, _, _) = entry.event {
                formerWards[stay] = core.state[stay]?.ward
            }
        }
        core.apply(entries)
        for (stay, identity) in decision.identities {
            core.attach(identity, to: stay)
        }
        work.batch.entries += entries
        for entry in entries {
            let stay = entry.event.stay.flatMap { core.state[$0] }
            work.published.append(
                PublishedEntry(
                    entry: entry, ward: stay?.ward, bed: stay?.bed,
                    formerWard: entry.event.stay.flatMap { formerWards[$0] },
                    item: entry.event.item.flatMap { stay?.item($0) }))
        }
    }

    /// Makes a batch durable and tells everybody; or puts everything back.
    ///
    /// - Returns: Why it failed, `nil` when it is durable.
    private func commit(_ work: inout Work) -> EngineFailure? {
        if work.batch.entries.isEmpty, work.batch.answers.isEmpty { return nil }
        for id in work.before.keys.sorted() {
            if let stay = core.state[id] { work.batch.stays.append(stay) }
        }
        work.batch.technicalAlerts = core.state.technicalAlerts
        do {
            try ledger.append(work.batch)
        } catch {
            core.restore(work.before, service: work.service)
            trouble = "\(error)"
            logger.error("commit failed", metadata: ["reason": "\(error)"])
            return Self.failure(error)
        }
        trouble = nil
        if let last = work.batch.entries.last { lastSequence = last.sequence }
        for stay in work.batch.stays where !stay.isActive { core.forget(stay.id) }
        publisher.publish(work.published)
        announce(work.published)
        wakeChanged(core.nextWake())
        return nil
    }

    private static func failure(_ failure: LedgerFailure) -> EngineFailure {
        switch failure {
        case .refused(let reason): .unavailable(reason)
        case .corrupt(let reason): .unavailable(reason)
        case .unknown(let reason): .unknownOutcome(reason)
        }
    }

    // MARK: Time

    /// Announces the span since the ledger last saw a watching service.
    ///
    /// Called once, before the first tick.
    package func wakeUp() {
        keepVersion()
        if let lastAlive = lastAliveAtStart { carryOut(.wakeUp(lastAlive: lastAlive)) }
        for (version, stays, reason) in lost {
            logger.critical(
                "protocols cannot be read any more",
                metadata: ["version": "\(version)", "reason": "\(reason)"])
            carryOut(
                .warn(
                    AlertTemplate(
                        priority: .high,
                        message: "The protocols that "
                            + stays.map(\.description).joined(separator: ", ")
                            + " were planned with cannot be read any more (\(version)): care goes "
                            + "on by the current ones. Check the plans of these patients and move "
                            + "them to the current protocols.",
                        who: "nurse in charge"), ruleID: "PROTOCOL-LOST"))
        }
    }

    /// Raises an alert of the service itself, unless the same one stands.
    package func warn(_ alert: AlertTemplate, ruleID: String) {
        carryOut(.warn(alert, ruleID: ruleID))
    }

    /// Carries out a command of the service itself.
    private func carryOut(_ command: Command) {
        let now = clock()
        do {
            let decision = try core.state.decide(command, at: now, by: .service, in: context)
            var work = Work(service: core.state.service)
            add(decision, at: now, by: .service, to: &work)
            _ = commit(&work)
        } catch {
            logger.error("the service's own act refused", metadata: ["reason": "\(error.message)"])
        }
    }

    /// One turn of the clock: everything that is due by now changes, in bounded batches.
    ///
    /// - Returns: When the next turn is wanted; `nil` when nothing is armed.
    @discardableResult
    package func tick() -> Instant? {
        var more = true
        while more {
            let now = clock()
            let due = core.takeDue(upTo: now, limit: EngineLimits.tickBatch)
            more = due.more
            // The wheel bounds its own work too: an empty page may have others behind it.
            guard !due.wakes.isEmpty else { continue }
            var work = Work(service: core.state.service)
            do {
                let decision = try core.state.decide(
                    .clock(due.wakes), at: now, by: .service, in: context)
                add(decision, at: now, by: .service, to: &work)
            } catch {
                logger.error("tick refused", metadata: ["reason": "\(error.message)"])
            }
            let failed = commit(&work) != nil
            // A timer whose time came without an event, or whose event did not commit, is armed anew.
            core.rearm(due.wakes)
            if failed { break }
        }
        return core.nextWake()
    }

    /// Notes that the service is watching, so that blind time can be told after a crash.
    package func noteAlive() {
        keepVersion()
        do {
            try ledger.noteAlive(clock())
        } catch {
            trouble = "\(error)"
            logger.error(
                "the ledger does not take the sign of life", metadata: ["reason": "\(error)"])
        }
    }

    // MARK: Protocols

    /// Has the ledger keep the current version; tried again with each sign of life until it does.
    private func keepVersion() {
        guard let version = unkept else { return }
        do {
            try ledger.keep(version, at: clock())
            unkept = nil
        } catch {
            trouble = "\(error)"
            logger.error(
                "the ledger does not keep the protocols", metadata: ["reason": "\(error)"])
        }
    }

    /// Makes other protocols the current ones: new stays follow them, the others keep theirs.
    ///
    /// - Returns: How many stays go on with earlier ones.
    /// - Throws: ``LedgerFailure`` when the ledger cannot keep them; nothing has changed then.
    package func adopt(
        _ library: CareLibrary, _ documents: ProtocolVersion
    ) throws(LedgerFailure) -> Int {
        try ledger.keep(documents, at: clock())
        unkept = nil
        let stays = core.state.activeStays
        let needed = Set(stays.flatMap(\.neededVersions))
        sharedContext.withLock { $0.adopt(library, needed: needed) }
        return stays.count { $0.neededVersions.contains { $0 != library.version } }
    }

    /// What moving each of these stays to the current protocols would change; those that follow them
    /// already are left out.
    ///
    /// - Throws: ``Rejection`` for a stay that is not there.
    package func migrations(
        stays ids: [StayID]
    ) throws(Rejection) -> (at: Instant, previews: [MigrationPreview]) {
        let now = clock()
        var previews: [MigrationPreview] = []
        for id in ids {
            do {
                previews.append(try core.state.migration(of: id, at: now, in: context))
            } catch  where error.code == .conflict {
                continue
            }
        }
        return (now, previews)
    }

    /// An earlier version of the protocols, also one that no active stay follows any more.
    func earlierLibrary(_ version: String) -> CareLibrary? {
        guard let archive, let kept = try? ledger.protocolVersion(version) else { return nil }
        return try? archive.read(kept)
    }

    // MARK: Looking

    var state: CareState { core.state }

    /// The engine's answer to a round trip: it turns.
    package func isTurning() -> Bool { true }

    package func snapshot(ward: String?) -> WardSnapshot {
        WardSnapshot(
            at: clock(), sequence: publisher.sequence(ward: ward),
            stays: core.state.activeStays.filter { ward == nil || $0.ward == ward },
            technicalAlerts: core.state.technicalAlerts.filter(\.isActive))
    }

    /// An active stay, or a discharged one as the ledger keeps it.
    ///
    /// - Throws: ``LedgerFailure`` when the ledger cannot be read.
    package func stay(_ id: StayID) throws(LedgerFailure) -> Stay? {
        if let stay = core.state[id] { return stay }
        return try ledger.stay(id)
    }

    /// What lies ahead of one stay, or of all stays of a ward, in due order.
    package func forecast(
        stays ids: [StayID], hours: Int
    ) -> (at: Instant, until: Instant, entries: [ForecastEntry]) {
        let now = clock()
        let end = now.adding(minutes: hours * 60)
        let entries = ids.flatMap { core.state.forecast($0, from: now, until: end, in: context) }
        return (now, end, entries.sorted { ($0.due, $0.item) < ($1.due, $1.item) })
    }

    /// Entries of the ledger after `sequence`, at most `limit`.
    ///
    /// - Throws: ``LedgerFailure`` when the ledger cannot be read.
    package func entries(
        after sequence: Int64, stay: StayID?, limit: Int
    ) throws(LedgerFailure) -> [PublishedEntry] {
        try ledger.entries(after: sequence, stay: stay, limit: limit).map { entry in
            let stay = entry.event.stay.flatMap { core.state[$0] }
            return PublishedEntry(
                entry: entry, ward: stay?.ward, bed: stay?.bed,
                item: entry.event.item.flatMap { stay?.item($0) })
        }
    }

    package func status() -> EngineStatus {
        let stays = core.state.activeStays
        let items = stays.flatMap { $0.items.filter(\.isActive) }
        return EngineStatus(
            now: clock(), patients: stays.count, careItems: items.count,
            raisedReminders: items.count { $0.occurrence?.isRaised == true },
            activeAlerts: stays.reduce(core.state.technicalAlerts.count(where: \.isActive)) {
                $0 + $1.alerts.count(where: \.isActive)
            },
            nextDue: core.nextWake(), lastSequence: lastSequence, blindTime: core.state.blindTime,
            trouble: trouble)
    }
}

extension Event {
    /// The care item that the event is about.
    package var item: ItemID? {
        switch self {
        case .itemPlanned(let item): item.id
        case .itemReplanned(let item, _), .itemEnded(let item, _),
            .intervalChanged(let item, _, _, _), .clinicalHoldChanged(let item, _),
            .occurrenceSet(let item, _):
            item
        case .reminderChanged(let reminder, _, _, _), .reminderMissed(let reminder, _):
            reminder.item
        case .outcomeRecorded(let record): record.item
        case .stayEnrolled, .assessmentChanged, .alertRaised, .alertAcknowledged, .alertResolved,
            .proposalDecided, .holdPlaced, .holdBegan, .holdEnded, .watchChanged, .stayTransferred,
            .stayDischarged, .stayMigrated, .blindTime:
            nil
        }
    }
}
