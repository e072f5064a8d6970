import Testing

@Suite struct ScenarioTests {
    static let scenarios: [Scenario] = [
        Scenario(
            name: "a turn is due, late, escalated, done, and re-based on when it was done",
            steps: """
                08:00  enrol braden=11              -> TURN due 08:00; SKIN due 08:00; TURN every 240
                08:05  done TURN skin=intact        -> TURN upcoming 12:05
                08:06  done SKIN skin=intact        -> SKIN upcoming 12:05
                12:04  clock                        -> TURN upcoming 12:05
                12:05  clock                        -> TURN due INFO; SKIN due INFO
                12:34  clock                        -> TURN due INFO
                12:35  clock                        -> TURN overdue LOW
                14:04  clock                        -> TURN overdue LOW
                14:05  clock                        -> TURN escalated MEDIUM
                14:10  done TURN at 13:50           -> TURN upcoming 17:50; SKIN escalated MEDIUM
                """),
        Scenario(
            name: "windows follow the interval: two hours are late after 15 minutes",
            steps: """
                08:00  enrol motorDeficit sensationImpaired  -> TURN every 120
                08:00  done TURN                    -> TURN upcoming 10:00
                10:14  clock                        -> TURN due INFO
                10:15  clock                        -> TURN overdue LOW
                11:00  clock                        -> TURN escalated MEDIUM
                """),
        Scenario(
            name: "the shortest rule wins",
            steps: """
                08:00  enrol braden=17              -> TURN every 360
                08:00  done TURN                    -> TURN upcoming 14:00
                09:00  assess waterlow=16           -> TURN every 240; TURN upcoming 12:00
                10:30  assess braden=9              -> TURN every 120; TURN due 10:30
                """),
        Scenario(
            name: "less care is only proposed, and confirmed by a person",
            steps: """
                08:00  enrol braden=9               -> TURN every 120
                08:00  done TURN                    -> TURN upcoming 10:00
                09:00  assess braden=16             -> TURN every 120; proposal TURN 360
                09:05  decline TURN                 -> TURN every 120
                09:10  assess braden=17             -> TURN every 120
                09:11  assess braden=15             -> proposal TURN 360
                09:15  confirm TURN                 -> TURN every 360; TURN upcoming 10:00
                10:00  done TURN                    -> TURN upcoming 16:00
                11:00  assess braden=20             -> proposal TURN stop; TURN every 360
                11:01  confirm TURN                 -> no TURN; no SKIN
                """),
        Scenario(
            name: "a refusal comes back soon and lateness counts from the original",
            steps: """
                08:00  enrol braden=11
                08:00  done TURN                    -> TURN upcoming 12:00
                12:00  refused TURN                 -> rejected invalid; TURN due 12:00
                12:10  refused TURN because asleep  -> TURN upcoming 13:10
                13:10  clock                        -> TURN overdue LOW
                14:00  clock                        -> TURN escalated MEDIUM
                14:01  unable TURN because too few staff  -> TURN upcoming 14:16
                14:16  clock                        -> TURN escalated MEDIUM
                14:20  skipped TURN because in theatre soon  -> TURN upcoming 18:20
                """),
        Scenario(
            name: "unscheduled care re-bases elapsed care, not civil care",
            steps: """
                08:00  enrol braden=11 ipcOrdered   -> IPC-CHK due 08:00
                08:00  done TURN                    -> TURN upcoming 12:00
                08:00  done IPC-CHK                 -> IPC-CHK upcoming 14:00
                10:00  done TURN                    -> TURN upcoming 14:00
                10:00  done IPC-CHK                 -> IPC-CHK upcoming 14:00
                13:10  done IPC-CHK                 -> IPC-CHK upcoming 20:00
                """),
        Scenario(
            name: "a late civil check covers the slots it came after",
            steps: """
                07:00  enrol ipcOrdered braden=20   -> IPC-CHK upcoming 08:00
                14:30  done IPC-CHK                 -> IPC-CHK upcoming 20:00
                +1 07:30  done IPC-CHK              -> IPC-CHK upcoming +1 14:00
                """),
        Scenario(
            name: "the future and the time before enrolment are refused",
            steps: """
                08:00  enrol braden=11
                09:00  done TURN at 09:01           -> rejected invalid; TURN overdue LOW
                09:00  done TURN at 07:59           -> rejected invalid
                09:00  done TURN at 08:30           -> TURN upcoming 12:30
                """),
        Scenario(
            name: "a hold hushes, keeps its end, and what came due meanwhile is due when it ends",
            steps: """
                08:00  enrol braden=11 ipcOrdered
                08:00  done TURN                    -> TURN upcoming 12:00
                08:00  done IPC-CHK
                11:00  hold absence 4000            -> rejected invalid
                11:00  hold lunch 60                -> rejected invalid
                11:00  hold absence 180             -> TURN upcoming 12:00
                12:00  clock                        -> TURN held 12:00
                13:59  clock                        -> TURN held 12:00; IPC-CHK upcoming 14:00
                14:00  clock                        -> TURN due 14:00; IPC-CHK due 14:00
                """),
        Scenario(
            name: "resume ends a hold early; a reminder that is up goes down with the hold",
            steps: """
                08:00  enrol braden=11              -> TURN due 08:00
                08:10  hold procedure 600 TURN      -> TURN held 08:00; SKIN due 08:00
                09:00  resume                       -> TURN due 09:00
                09:01  resume                       -> rejected conflict
                """),
        Scenario(
            name: "civil care whose window closed during a hold waits for its next slot",
            steps: """
                07:00  enrol ipcOrdered braden=20
                07:30  hold absence 240             -> IPC-CHK upcoming 08:00
                08:00  clock                        -> IPC-CHK held 08:00
                11:30  clock                        -> IPC-CHK upcoming 14:00
                """),
        Scenario(
            name: "breathing sets lapse, never pile up, and four in a row raise LOW",
            steps: """
                08:30  enrol postOperative braden=20  -> DBE upcoming 09:00
                09:00  clock                        -> DBE due 09:00
                10:00  clock                        -> DBE due 10:00
                12:00  clock                        -> DBE due 12:00; quiet CHE-1
                13:00  clock                        -> DBE due 13:00; alert CHE-1 LOW
                21:59  clock                        -> DBE due 21:00
                22:00  clock                        -> DBE upcoming +1 08:00
                """),
        Scenario(
            name: "catheterisation above 500 ml is shortened rung by rung",
            steps: """
                06:00  enrol intermittentCatheterisation lesionLevel=T12  -> IC due 06:00
                06:00  done IC volumeMl=620         -> IC every 240; IC upcoming 10:00; alert ESC-8 LOW
                10:00  done IC volumeMl=900         -> IC every 180; IC upcoming 13:00; alert ESC-8 MEDIUM
                13:00  done IC                      -> rejected invalid; IC due 13:00
                13:00  done IC volumeMl=2001        -> rejected invalid
                13:30  clock                        -> IC overdue LOW
                14:00  clock                        -> IC escalated MEDIUM
                """),
        Scenario(
            name: "a lesion at T6 or above escalates retention faster",
            steps: """
                06:00  enrol intermittentCatheterisation lesionLevel=T6
                06:30  clock                        -> IC escalated MEDIUM
                07:00  clock                        -> IC escalated HIGH
                """),
        Scenario(
            name: "bleeding holds the dose, keeps the check, and asks for a doctor",
            steps: """
                12:00  enrol anticoagulant=enoxaparin anticoagulantDoseMg=40 creatinineClearance=80 -> AC-CHK upcoming 17:00; AC-DOSE upcoming 18:00
                17:00  done AC-CHK bleeding         -> alert ESC-15 HIGH; AC-DOSE upcoming 18:00
                18:00  clock                        -> AC-DOSE held 18:00
                18:10  done AC-DOSE                 -> rejected invalid; AC-DOSE held 18:00
                19:30  assess activeBleeding=false  -> AC-DOSE upcoming +1 18:00
                """),
        Scenario(
            name: "a platelet count recorded with the check holds the dose",
            steps: """
                12:00  enrol anticoagulant=enoxaparin anticoagulantDoseMg=40 creatinineClearance=80
                17:00  done AC-CHK platelets=240    -> AC-DOSE upcoming 18:00
                18:00  done AC-DOSE                 -> AC-DOSE upcoming +1 18:00
                +1 17:00  done AC-CHK platelets=40  -> AC-DOSE upcoming +1 18:00; alert ANT-H1-PLATELETS-50 MEDIUM
                +1 18:00  clock                     -> AC-DOSE held +1 18:00
                """),
        Scenario(
            name: "a missed dose escalates at two hours",
            steps: """
                17:30  enrol anticoagulant=enoxaparin anticoagulantDoseMg=40 creatinineClearance=80 -> AC-DOSE upcoming 18:00; AC-DOSE detail enoxaparin 40 mg
                19:00  clock                        -> AC-DOSE overdue LOW
                20:00  clock                        -> AC-DOSE escalated MEDIUM
                20:30  done AC-DOSE                 -> AC-DOSE upcoming +1 18:00
                """),
        Scenario(
            name: "a catheter that still does not drain is looked at again and again",
            steps: """
                21:00  enrol catheter=urethral catheterMaterial=long-term lesionLevel=T10
                22:00  done CATH-EMPTY volumeMl=15 bladderScanMl=480  -> alert ESC-9 MEDIUM; CATH-RECHECK upcoming 22:30
                22:30  done CATH-RECHECK drains=false  -> CATH-RECHECK upcoming 23:00
                23:00  done CATH-RECHECK drains=true   -> no CATH-RECHECK; quiet ESC-9
                """),
        Scenario(
            name: "one mark recorded twice in a visit shortens once",
            steps: """
                08:00  enrol braden=17              -> TURN every 360
                08:00  done TURN skin=cat1 site=sacrum   -> TURN every 240
                08:00  done SKIN skin=cat1 site=sacrum   -> TURN every 240
                """),
        Scenario(
            name: "discharge cancels everything; nothing can be recorded after it",
            steps: """
                08:00  enrol braden=11              -> patients 1
                09:00  discharge                    -> patients 0; no TURN
                10:00  done TURN                    -> rejected not-found
                """),
        Scenario(
            name: "a transfer keeps the care and its due instants",
            steps: """
                08:00  enrol braden=11
                08:00  done TURN                    -> TURN upcoming 12:00
                09:00  transfer 7 14C               -> TURN upcoming 12:00
                09:01  transfer 7 14C               -> rejected conflict
                09:02  transfer 9 1A                -> rejected invalid
                """),
        Scenario(
            name: "in autumn a doubled time happens once, and elapsed care does not notice",
            day: "2027-10-30",
            steps: """
                20:00  enrol braden=11 ipcOrdered ipcNightCheck  -> IPC-NIGHT upcoming +1 01:30
                20:00  done TURN                    -> TURN upcoming +1 00:00
                +1 00:00  done TURN                 -> TURN upcoming +1 03:00
                +1 01:30  done IPC-NIGHT            -> IPC-NIGHT upcoming +2 01:30
                +1 03:00  clock                     -> TURN due +1 03:00; IPC-NIGHT upcoming +2 01:30
                """),
        Scenario(
            name: "in spring a time in the gap moves to the first instant after it",
            day: "2027-03-27",
            steps: """
                20:00  enrol ipcOrdered ipcNightCheck braden=20  -> IPC-NIGHT upcoming +1 02:00
                +1 02:00  done IPC-NIGHT            -> IPC-NIGHT upcoming +2 01:30
                """),
        Scenario(
            name: "a chair session ends after two hours",
            steps: """
                08:00  enrol braden=11
                08:00  done TURN toPosition=chair   -> TURN upcoming 10:00; SEAT-END upcoming 10:00
                10:15  clock                        -> SEAT-END overdue LOW
                10:20  done TURN toPosition=left30  -> no SEAT-END; TURN upcoming 14:20
                """),
        Scenario(
            name: "skin is inspected with the turn, in whatever order they are recorded",
            steps: """
                08:00  enrol braden=11
                08:05  done SKIN skin=intact        -> SKIN waits
                08:06  done TURN                    -> TURN upcoming 12:06; SKIN upcoming 12:06
                10:00  done TURN                    -> TURN upcoming 14:00; SKIN due 10:00
                10:03  done SKIN skin=intact        -> SKIN upcoming 14:00
                """),
        Scenario(
            name: "an erythema found during the skin inspection pulls the turn forward",
            steps: """
                08:00  enrol braden=11
                08:00  done TURN                    -> TURN upcoming 12:00
                08:10  done SKIN skin=cat1 site=heel  -> TURN every 180; TURN upcoming 11:00; alert ESC-1 MEDIUM; SKIN-NB upcoming 10:10
                10:10  done SKIN-NB skin=cat1       -> TURN every 180; SKIN-NB upcoming 12:10
                12:10  done SKIN-NB skin=intact     -> no SKIN-NB; quiet ESC-1; TURN every 180
                """),
    ]

    @Test(arguments: scenarios)
    func `a ward day`(_ scenario: Scenario) throws {
        try scenario.check()
    }
}
