package import CareCore

extension CareEngine {
    /// Explains a care item, a reminder, past or present, or an alert.
    ///
    /// A past reminder is looked for in the ledger, in pages, so that the engine does other work in
    /// between.
    ///
    /// - Returns: `nil` where there is no such thing.
    /// - Throws: ``LedgerFailure`` when the ledger cannot be read.
    @concurrent package nonisolated func explain(
        _ subject: Explanation.Subject
    ) async throws(LedgerFailure) -> Explanation? {
        let id: StayID
        switch subject {
        case .item(let item): id = item.stay
        case .reminder(let reminder): id = reminder.item.stay
        case .alert(let alert):
            guard let stay = alert.stay else { return await explainNow(subject) }
            id = stay
        }
        guard let stay = try await stay(id) else { return nil }
        let context = await context(reaching: stay)
        if let explanation = stay.explain(subject, in: context) { return explanation }
        guard case .reminder(let reminder) = subject, let item = stay.item(reminder.item),
            (1...max(1, item.occurrences)).contains(reminder.occurrence)
        else { return nil }
        var past = PastReminder(reminder)
        var position: Int64 = 0
        while !past.isSettled {
            let page = try await entries(
                after: position, stay: id, limit: EngineLimits.explainedEntries)
            guard let last = page.last else { break }
            for published in page { past.read(published.entry) }
            position = last.entry.sequence
        }
        return past.explain(in: context)
    }

    /// A discharged stay as it was just before.
    ///
    /// - Throws: ``LedgerFailure`` when the ledger cannot be read.
    @concurrent package nonisolated func stayBeforeDischarge(
        _ id: StayID
    ) async throws(LedgerFailure) -> Stay? {
        var past = StayBeforeDischarge()
        var position: Int64 = 0
        while !past.isComplete {
            let page = try await entries(
                after: position, stay: id, limit: EngineLimits.explainedEntries)
            guard let last = page.last else { break }
            for published in page { past.read(published.entry) }
            position = last.entry.sequence
        }
        return past.stay
    }

    private func explainNow(_ subject: Explanation.Subject) -> Explanation? {
        state.explain(subject, in: context)
    }

    /// The context together with the protocols that this stay was planned with.
    private func context(reaching stay: Stay) -> CareContext {
        let context = context
        var seen: Set<String> = []
        let versions = ([stay.protocolVersion] + stay.items.map(\.protocolVersion))
            .compactMap { $0 }.filter { seen.insert($0).inserted }
        var earlier: [String: CareLibrary] = [:]
        for version in versions where version != context.library.version {
            earlier[version] = context.library(version: version) ?? earlierLibrary(version)
        }
        return CareContext(library: context.library, wards: context.wards, earlier: earlier)
    }
}
