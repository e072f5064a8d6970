extension CareState {
    /// Does the care of a reminder that is up, now, without what a person would record (TM5).
    ///
    /// The forecast does the same on its copy of a stay.
    package func project(
        _ reminder: ReminderID, at now: Instant, by person: String, in context: CareContext
    ) -> Decision {
        var decision = Decision()
        guard let stay = self[reminder.item.stay], stay.isActive,
            let item = stay.item(reminder.item), item.isActive, item.reminder == reminder,
            item.occurrence?.isRaised == true,
            let activity = context.library.activity(item.activity)
        else { return decision }
        var decider = StayDecider(
            stay, library: context.library, zone: context.zone(of: stay.ward), now: now,
            person: person)
        decision.settled = [
            decider.settle(
                item, activity,
                OutcomeReport(target: .activity(item.activity), outcome: .done), now, [:])
        ]
        for item in decider.stay.items { decider.clock(item.id) }
        decision.events = decider.events
        return decision
    }
}
