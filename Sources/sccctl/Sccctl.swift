import ArgumentParser
import ControlAPI

@main
struct Sccctl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sccctl",
        abstract: "Enrol patients, see and record planned care on a ward.",
        usage: "sccctl <command> [options]",
        discussion: """
            Reminders for planned care that keeps patients who cannot move from harm: turning, \
            stockings, anticoagulant checks, breathing exercises, bladder and bowel care. It never \
            decides treatment, never gives a dose, and is not for situations that need immediate \
            action.

            EXAMPLES
              export SCC_STAFF="Test Nurse"
              sccctl enroll --ward 7 --bed 12A --admission A-0001 --name "Test Patient" \\
                --record TEST-0001 --braden 12 --lesion T8
              sccctl alerts --watch
              sccctl done 12A TURN SKIN --at 14:05
              sccctl refuse 12A TURN --reason "in pain"
              sccctl leave 12A --for radiotherapy --due-back 14:00
              sccctl back 12A
              sccctl plan --ward 7 --hours 8

            STAY is the number of a stay (S12), a bed (12A), or ward and bed (7/12A). Changes name \
            the person who makes them: --by NAME or $SCC_STAFF. Times are those of the ward; with \
            --json they are UTC.

            EXIT CODES
              0   done, or there is nothing to do
              1   internal error, or an answer that cannot be read
              2   something in the request is not possible, or nobody was named
              3   no such stay, alert or reminder
              4   it contradicts what is there, or a protocol rule forbids it
              5   you may not do this (are you in group sccd?)
              6   sccd is not running or cannot save; nothing was changed
              7   outcome unknown: repeat with the --request-id that is printed
              8   a case of `simulate --check` does not come out as it expects
              64  the command line is wrong
            """,
        version: ControlAPI.version,
        groupedSubcommands: [
            CommandGroup(
                name: "See",
                subcommands: [
                    AlertsCommand.self, PatientsCommand.self, ShowCommand.self, PlanCommand.self,
                    ExplainCommand.self, HandoverCommand.self,
                    SimulateCommand.self, HistoryCommand.self, EventsCommand.self,
                ]),
            CommandGroup(
                name: "Record",
                subcommands: [
                    DoneCommand.self, RefuseCommand.self, UnableCommand.self, SkipCommand.self,
                    AckCommand.self, ConfirmCommand.self, DeclineCommand.self,
                ]),
            CommandGroup(
                name: "Change",
                subcommands: [
                    EnrollCommand.self, AssessCommand.self, HoldCommand.self, ResumeCommand.self,
                    LeaveCommand.self, BackCommand.self,
                    TransferCommand.self, DischargeCommand.self,
                ]),
            CommandGroup(
                name: "Service",
                subcommands: [
                    FactsCommand.self, ScaleCommand.self, ProtocolCommand.self, StatusCommand.self,
                    SocketPathCommand.self,
                ]),
        ])
}
