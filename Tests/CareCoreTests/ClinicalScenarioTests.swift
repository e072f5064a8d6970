import Testing

/// Rules of the clinical fact sheet as they come out on the ward, one patient each.
@Suite struct ClinicalScenarioTests {
    // MARK: Skin and spine

    static let skinAndSpine: [Scenario] = [
        Scenario(
            name: "SPN: each step needs its team, stated with it; flat is always possible",
            steps: """
                08:00  enrol spinalDisease spineState=SPN-1 lesionLevel=T8 braden=11  -> NEURO every 240; SPN-REV upcoming 10:00
                08:01  assess spineState=SPN-2      -> rejected invalid; refused-by SPN-1-2; fact spineState SPN-1
                08:02  assess spineState=SPN-2 spineDecidedBy=medical-team  -> refused-by SPN-1-2
                08:03  assess spineState=SPN-4 spineDecidedBy=medical-team  -> refused-by SPN-1-UP
                08:04  assess spineState=SPN-3 spineDecidedBy=spinal-team   -> rejected invalid; fact spineState SPN-1
                08:05  assess spineState=SPN-2 spineDecidedBy=spinal-team   -> fact spineState SPN-2; SIT-UP due 08:05; no SPN-REV
                08:06  assess spineState=SPN-3 spineDecidedBy=mscc-coordinator  -> refused-by SPN-2-3
                08:07  assess spineState=SPN-1      -> fact spineState SPN-1; no SIT-UP
                """),
        Scenario(
            name: "SPN-2: passed only by what was recorded; after a flat time it begins anew",
            steps: """
                08:00  enrol spinalDisease spineState=SPN-2 lesionLevel=T8  -> SIT-UP due 08:00
                08:00  done SIT-UP angle=0          -> SIT-UP upcoming 09:00
                09:00  done SIT-UP angle=60 heldMinutes=60  -> fact gradedSittingPassed unknown; SIT-UP upcoming 10:00
                10:00  done SIT-UP angle=60 heldMinutes=59 painBefore=1 painAfter=1 systolicBefore=120 systolicAfter=115 power=unchanged sensation=unchanged -> fact gradedSittingPassed unknown
                11:00  done SIT-UP angle=60 heldMinutes=60 painBefore=1 painAfter=2 systolicBefore=120 systolicAfter=101 power=unchanged sensation=unchanged -> fact gradedSittingPassed true; no SIT-UP
                11:05  assess spineState=SPN-3 spineDecidedBy=spinal-team  -> fact spineState SPN-3
                12:00  done NEURO painOnMovement=1  -> fact spineState SPN-3
                20:00  done NEURO painOnMovement=3  -> fact spineState SPN-1; alert SPN-NEW-PAIN HIGH; fact gradedSittingPassed unknown
                20:30  assess spineState=SPN-2 spineDecidedBy=mscc-coordinator  -> SIT-UP due 20:30
                20:31  assess spineState=SPN-3 spineDecidedBy=physiotherapist   -> refused-by SPN-2-3
                """),
        Scenario(
            name: "ESC-13: new weakness brings flat, hourly checks and the coordinator",
            steps: """
                08:00  enrol spinalDisease spineState=SPN-3 lesionLevel=T8  -> NEURO due 08:00
                08:00  done NEURO power=unchanged   -> NEURO upcoming 20:00; quiet ESC-13
                20:00  done NEURO power=worse       -> alert ESC-13 HIGH; fact spineState SPN-1; NEURO every 60; NEURO upcoming 21:00
                21:15  clock                        -> NEURO due INFO
                21:30  clock                        -> NEURO overdue LOW
                21:31  assess newDeficit=false      -> quiet ESC-13; NEURO every 60; proposal NEURO 240
                """),
        Scenario(
            name: "SPN: severe pain on movement brings flat, and says so once",
            steps: """
                08:00  enrol spinalDisease spineState=SPN-4 movementPain=6  -> quiet SPN-PAIN
                09:00  assess movementPain=7        -> alert SPN-PAIN HIGH; fact spineState SPN-1
                10:00  assess spineState=SPN-4 spineDecidedBy=spinal-team   -> fact spineState SPN-4
                """),
        Scenario(
            name: "STF-2: a lesion at T8 is rolled by four, not by three, and whole",
            steps: """
                10:00  enrol spineState=SPN-1 lesionLevel=T8 motorDeficit sensationImpaired -> TURN due 10:00
                10:00  done TURN method=log-roll staff=3 neuroBefore=unchanged neuroAfter=unchanged -> rejected invalid; refused-by STF-2; TURN due 10:00
                10:00  done TURN method=slide-sheet staff=4 neuroBefore=unchanged neuroAfter=unchanged -> refused-by SPN-1
                10:00  done TURN method=log-roll staff=4 neuroBefore=unchanged -> refused-by NEU-1-AFTER
                10:00  done TURN method=log-roll staff=4 neuroBefore=unchanged neuroAfter=unchanged headOfBed=10 -> refused-by SPN-1-FLAT
                10:00  done TURN method=log-roll staff=4 neuroBefore=unchanged neuroAfter=unchanged toPosition=chair -> refused-by SEA-SPN
                10:00  done TURN method=log-roll staff=4 neuroBefore=unchanged neuroAfter=unchanged -> TURN upcoming 12:00
                """),
        Scenario(
            name: "STF-1: above T6 it takes five",
            steps: """
                10:00  enrol spineState=SPN-1 lesionLevel=T4 motorDeficit sensationImpaired
                10:00  done TURN method=log-roll staff=4 neuroBefore=unchanged neuroAfter=unchanged -> refused-by STF-1
                10:00  done TURN method=log-roll staff=5 neuroBefore=unchanged neuroAfter=unchanged -> TURN upcoming 12:00
                """),
        Scenario(
            name: "ESC-16: too few people for half an hour, however often it is tried",
            steps: """
                10:00  enrol spineState=SPN-1 lesionLevel=T8 motorDeficit sensationImpaired
                10:00  unable TURN because three people  -> TURN upcoming 10:15
                10:15  unable TURN because three people  -> TURN upcoming 10:30
                10:29  clock                        -> quiet ESC-16
                10:30  clock                        -> alert ESC-16 MEDIUM
                10:35  unable TURN because three people  -> alert ESC-16 MEDIUM
                10:40  done TURN method=log-roll staff=4 neuroBefore=unchanged neuroAfter=unchanged -> quiet ESC-16; TURN upcoming 12:40
                """),
        Scenario(
            name: "ESC-16 is about log-rolls only",
            steps: """
                10:00  enrol braden=11
                10:00  unable TURN because vomiting -> TURN upcoming 10:15
                11:00  clock                        -> quiet ESC-16
                """),
        Scenario(
            name: "TURN-N: a longer night ends with an ulcer",
            steps: """
                20:00  enrol motorDeficit sensationImpaired specialSurface=static nightTurnMinutes=240 -> TURN every 120
                20:00  done TURN skin=intact        -> TURN upcoming 22:00
                22:00  done TURN skin=intact        -> TURN upcoming +1 02:00
                +1 02:00  done TURN skin=cat2 site=sacrum  -> TURN upcoming +1 04:00; alert ESC-2 MEDIUM; fact ulcerCategory cat2; fact seatedUlcer true
                +1 04:00  done TURN skin=cat1       -> TURN upcoming +1 06:00; fact ulcerCategory cat2
                """),
        Scenario(
            name: "SEA-1: an hour in the chair on a sacral ulcer",
            steps: """
                09:00  enrol braden=11 seatedUlcer
                09:00  done TURN toPosition=chair   -> TURN upcoming 10:00; SEAT-END upcoming 10:00
                """),
        Scenario(
            name: "ESC-3: a mark under a tube is looked at every four hours until it is gone",
            steps: """
                08:00  enrol braden=17 medicalDevice  -> DEVICE due 08:00; no DEVICE-NB
                08:00  done TURN
                08:00  done DEVICE skin=cat1        -> alert ESC-3 MEDIUM; DEVICE-NB upcoming 12:00
                12:00  done DEVICE-NB skin=cat1     -> DEVICE-NB upcoming 16:00
                16:00  done DEVICE-NB skin=intact   -> no DEVICE-NB; quiet ESC-3
                """),
        Scenario(
            name: "surface without air: one rung shorter, MEDIUM, looked at daily",
            steps: """
                08:00  enrol braden=11 specialSurface=alternating  -> SURF upcoming 09:00; TURN every 240
                08:00  done TURN
                08:30  done SURF fault              -> alert SUR-FAULT MEDIUM; TURN every 180; TURN upcoming 11:00
                10:00  done SURF inflated fault=false  -> quiet SUR-FAULT; TURN every 180
                """),
        Scenario(
            name:
                "RSK: daily for high risk, weekly otherwise, at once on change, not twice in 12 hours",
            steps: """
                08:00  enrol braden=11              -> PURA due 08:00
                08:00  done PURA braden=11          -> PURA upcoming +1 10:00
                15:00  done TURN skin=cat1 site=sacrum  -> PURA due 15:00
                15:30  done PURA braden=9           -> PURA upcoming +1 10:00; TURN every 120
                +1 10:00  done PURA braden=9        -> PURA upcoming +2 10:00
                +2 01:00  assess dexamethasoneMg=16 -> PURA due +2 01:00
                +2 01:00  done PURA braden=9        -> PURA upcoming +3 10:00
                """),
        Scenario(
            name: "RSK: at risk is assessed on admission and on Mondays",
            steps: """
                08:00  enrol braden=17              -> PURA due 08:00
                08:00  done PURA braden=17          -> PURA upcoming +6 10:00
                """),
        Scenario(
            name: "NUTR: weekly, and a dietitian from a score of 2",
            steps: """
                09:00  enrol                        -> NUTR due 09:00
                09:00  done NUTR score=1            -> NUTR upcoming +7 10:00; quiet NUTR-2
                +7 10:00  done NUTR score=2         -> alert NUTR-2 LOW; NUTR upcoming +14 10:00
                """),
    ]

    @Test(arguments: skinAndSpine)
    func `skin and spine`(_ scenario: Scenario) throws { try scenario.check() }

    // MARK: Dysreflexia

    static let dysreflexia: [Scenario] = [
        Scenario(
            name: "ESC-11: an episode, its series, the pause of other care, and two hours after it",
            steps: """
                08:00  enrol lesionLevel=T4 baselineSystolic=100 braden=11 ipcOrdered catheter=urethral -> BP due 08:00; no BP-AD
                08:00  done TURN                    -> TURN upcoming 12:00
                12:00  done BP systolic=140         -> alert ESC-11 HIGH; BP-AD upcoming 12:03; TURN hold ESC-11-PAUSE; CATH-EMPTY hold none; IPC-CHK hold ESC-11-PAUSE
                12:01  clock                        -> TURN held 12:00
                12:03  clock                        -> BP-AD due INFO
                12:05  clock                        -> BP-AD escalated HIGH
                12:06  done BP-AD systolic=155      -> BP-AD upcoming 12:09; alert ADY-5-DRUG HIGH
                12:09  done BP-AD systolic=130 resolved  -> rejected invalid; refused-by ADY-3-OVER; alert ESC-11 HIGH
                12:09  done BP-AD systolic=119 resolved  -> quiet ESC-11; quiet ADY-5-DRUG; BP-AD every 15; BP-AD upcoming 12:24; TURN due 12:09; TURN hold none
                12:24  done BP-AD systolic=110      -> BP-AD upcoming 12:39
                12:39  done BP-AD systolic=110
                12:54  done BP-AD systolic=110
                13:09  done BP-AD systolic=110
                13:24  done BP-AD systolic=110
                13:39  done BP-AD systolic=110
                13:54  done BP-AD systolic=110      -> BP-AD upcoming 14:09
                14:09  done BP-AD systolic=110      -> BP-AD waits
                """),
        Scenario(
            name: "ESC-11: a rise of 20 with a symptom, and again in the two hours after",
            steps: """
                08:00  enrol lesionLevel=C5 baselineSystolic=95
                08:00  done BP systolic=114 symptoms  -> quiet ESC-11
                08:05  done BP systolic=115 symptoms  -> alert ESC-11 HIGH; BP-AD every 3
                08:08  done BP-AD systolic=100 resolved  -> BP-AD every 15; BP-AD upcoming 08:23
                08:23  done BP-AD systolic=140      -> alert ESC-11 HIGH; BP-AD every 3; BP-AD upcoming 08:26
                """),
        Scenario(
            name: "ESC-11: bowel care is a known trigger, 20 is enough",
            steps: """
                09:00  enrol lesionLevel=T6 baselineSystolic=100 bowelPattern=reflexic
                09:00  done BOWEL type=4 amount=medium systolic=120  -> alert ESC-11 HIGH; fact dysreflexia true
                """),
        Scenario(
            name: "ESC-11: without a baseline of one's own 110 is supposed",
            steps: """
                08:00  enrol lesionLevel=T4         -> alert ADY-1-UNKNOWN LOW
                08:00  done BP systolic=149         -> quiet ESC-11; alert ADY-3A MEDIUM
                08:03  done BP systolic=150         -> alert ESC-11 HIGH
                08:06  done BP-AD systolic=110 resolved  -> quiet ESC-11
                08:10  assess baselineSystolic=100  -> quiet ADY-1-UNKNOWN
                """),
        Scenario(
            name: "ADY-6: upright and flat contradict each other, and both are said",
            steps: """
                08:00  enrol lesionLevel=T4 baselineSystolic=100 spineState=SPN-1  -> quiet ADY-6
                08:00  done BP systolic=140         -> alert ESC-11 HIGH; alert ADY-6 HIGH
                08:03  done BP-AD systolic=110 resolved  -> quiet ADY-6
                """),
    ]

    @Test(arguments: dysreflexia)
    func `autonomic dysreflexia`(_ scenario: Scenario) throws { try scenario.check() }

    // MARK: Bladder and bowel

    static let bladderAndBowel: [Scenario] = [
        Scenario(
            name:
                "ESC-7: three silent days below T6; overflow does not count, a useful motion does",
            steps: """
                07:00  enrol bowelPattern=reflexic lesionLevel=T8 lastUsefulMotionAt=2027-01-17T08:00:00Z -> quiet BOW-5; BOWEL upcoming 09:00
                08:00  clock                        -> alert BOW-5 LOW; quiet ESC-7
                09:00  done BOWEL amount=none       -> BOWEL upcoming +1 09:00
                +1 07:59  clock                     -> quiet ESC-7; no BOWEL-ASSESS
                +1 08:00  clock                     -> alert ESC-7 MEDIUM; BOWEL-ASSESS upcoming +1 12:00; BOWEL upcoming +1 09:00
                +1 09:00  done BOWEL type=7 amount=small   -> alert ESC-7 MEDIUM; BOWEL upcoming +1 18:00
                +1 12:00  done BOWEL-ASSESS plan=enema     -> no BOWEL-ASSESS; alert ESC-7 MEDIUM
                +1 18:00  done BOWEL type=1 amount=small   -> alert ESC-7 MEDIUM; BOWEL upcoming +2 09:00
                +1 20:00  done BOWEL-REV daysSinceUsefulMotion=3 -> no BOWEL-ASSESS; alert ESC-7 MEDIUM
                +2 09:00  done BOWEL type=4 amount=medium  -> quiet ESC-7; quiet BOW-5; BOWEL upcoming +3 09:00
                +4 08:59  clock                     -> quiet BOW-5
                +4 09:00  clock                     -> alert BOW-5 LOW
                """),
        Scenario(
            name: "ESC-7: two silent days at T4",
            steps: """
                07:00  enrol bowelPattern=reflexic lesionLevel=T4 lastUsefulMotionAt=2027-01-17T08:00:00Z
                07:59  clock                        -> quiet ESC-7-T6
                08:00  clock                        -> alert ESC-7-T6 MEDIUM; BOWEL-ASSESS upcoming 12:00
                08:30  done BOWEL-ASSESS vomiting   -> alert ESC-7-OBSTRUCTION HIGH
                """),
        Scenario(
            name: "ESC-7: where no motion is known, from admission",
            steps: """
                08:00  enrol                        -> BOWEL-REV upcoming 20:00
                +2 07:59  clock                     -> quiet BOW-5-ADMITTED
                +2 08:00  clock                     -> alert BOW-5-ADMITTED LOW
                +3 08:00  clock                     -> alert ESC-7-ADMITTED MEDIUM; BOWEL-ASSESS upcoming +3 12:00
                +3 09:00  done BOWEL type=4 amount=large  -> quiet ESC-7-ADMITTED; quiet BOW-5-ADMITTED
                """),
        Scenario(
            name: "ESC-6: bright bleeding stops the programme until a doctor decides",
            steps: """
                09:00  enrol bowelPattern=reflexic anticoagulant=enoxaparin anticoagulantDoseMg=40 creatinineClearance=80
                09:00  done BOWEL bleeding type=4 amount=medium  -> alert ESC-6 MEDIUM; BOWEL hold ESC-6; AC-DOSE hold ANT-H1-BOWEL
                +1 09:00  clock                     -> BOWEL held +1 09:00
                +1 09:30  assess bowelBleeding=false  -> BOWEL hold none; AC-DOSE hold none
                """),
        Scenario(
            name:
                "PVR: three below 100 stop the scans; 100 to 300 twice daily, above 300 six-hourly",
            steps: """
                08:00  enrol pvrSeries              -> PVR due 08:00; no IC
                08:00  done PVR preMl=300 postMl=99
                09:00  done PVR postMl=99
                10:00  done PVR postMl=100          -> fact residualClass moderate; IC every 720; IC due 10:00; fact pvrLowInARow unknown
                10:00  done IC volumeMl=150         -> IC upcoming 22:00
                11:00  done PVR postMl=301          -> alert PVR-HIGH LOW; IC every 360; IC upcoming 16:00
                12:00  done PVR postMl=501          -> IC due 12:00
                12:00  done IC volumeMl=480
                13:00  done PVR postMl=80
                14:00  done PVR postMl=80           -> PVR upcoming 20:00
                15:00  done PVR postMl=80           -> no PVR; alert PVR-STOP-IC LOW; IC every 360
                """),
        Scenario(
            name: "PVR: pain means catheterise now",
            steps: """
                08:00  enrol pvrSeries
                08:00  done PVR postMl=120 pain     -> IC due 08:00; IC every 360
                """),
        Scenario(
            name: "ICA-3: a day of small volumes proposes one rung, and nothing changes by itself",
            steps: """
                06:00  enrol intermittentCatheterisation lesionLevel=T12
                06:00  done IC volumeMl=501         -> IC every 240; IC upcoming 10:00
                10:00  done IC volumeMl=400
                14:00  done IC volumeMl=400
                18:00  done IC volumeMl=400
                22:00  done IC volumeMl=400
                +1 02:00  done IC volumeMl=400      -> IC every 240
                +1 06:00  done IC volumeMl=400      -> proposal IC 360; IC every 240
                """),
        Scenario(
            name: "ESC-9: no drainage at T4 is HIGH, and the re-check too",
            steps: """
                14:00  enrol catheter=urethral lesionLevel=T4 catheterChangedAt=2027-01-18T10:00:00Z drainageBagChangedAt=2027-01-18T10:00:00Z
                14:00  done CATH-EMPTY volumeMl=40 hoursWithoutDrainage=4  -> alert ESC-9 HIGH; CATH-RECHECK upcoming 14:30
                14:35  clock                        -> CATH-RECHECK escalated MEDIUM
                14:45  clock                        -> CATH-RECHECK escalated HIGH
                """),
        Scenario(
            name:
                "CAT-4: the next change counts from the last one, and an unknown date is asked for",
            steps: """
                07:00  enrol catheter=urethral      -> alert CAT-4-UNKNOWN LOW
                07:05  assess catheterChangedAt=2026-10-28T10:00:00Z drainageBagChangedAt=2027-01-12T10:00:00Z -> quiet CAT-4-UNKNOWN
                """),
    ]

    @Test(arguments: bladderAndBowel)
    func `bladder and bowel`(_ scenario: Scenario) throws { try scenario.check() }

    // MARK: Chest

    static let chest: [Scenario] = [
        Scenario(
            name: "ESC-5: breathing sets hourly at once, fewer again only by a person",
            steps: """
                08:00  enrol onOpioids              -> DBE due 08:00; no COUGH
                08:00  done DBE respiratoryRate=24  -> DBE upcoming 10:00; quiet ESC-5
                10:00  done DBE respiratoryRate=25  -> alert ESC-5 MEDIUM; DBE upcoming 11:00; COUGH upcoming 12:00
                11:00  done DBE respiratoryRate=18 oxygenSaturation=95  -> alert ESC-5 MEDIUM
                12:00  done DBE respiratoryRate=18 oxygenSaturation=95 cough=effective -> quiet ESC-5; DBE upcoming 13:00; proposal DBE 205
                12:05  confirm DBE                  -> DBE upcoming 13:00
                13:00  done DBE                     -> DBE upcoming 14:00
                """),
        Scenario(
            name: "ESC-5: with chronic lung disease the limit is 88",
            steps: """
                08:00  enrol postOperative chronicLungDisease
                08:00  done OBS-RESP oxygenSaturation=89 respiratoryRate=20  -> quiet ESC-5
                08:30  done OBS-RESP oxygenSaturation=87  -> alert ESC-5 HIGH
                14:00  done OBS-RESP oxygenSaturation=89 respiratoryRate=20 cough=effective -> quiet ESC-5; fact chestFinding unknown
                """),
        Scenario(
            name: "VC: twice a day for three days, then daily, and never at night",
            steps: """
                06:00  enrol lesionLevel=C6         -> VC due 06:00
                06:00  done VC vitalCapacityPerKg=30 position=supine  -> VC upcoming 18:00
                18:00  done VC vitalCapacityPerKg=29 position=supine  -> VC upcoming +1 08:00
                +1 08:00  done VC vitalCapacityPerKg=29 position=supine  -> VC upcoming +1 20:00
                +1 20:00  done VC vitalCapacityPerKg=28 position=supine  -> VC upcoming +2 08:00
                +2 08:00  done VC vitalCapacityPerKg=27 position=supine  -> VC upcoming +2 20:00
                +2 20:00  done VC vitalCapacityPerKg=27 position=supine  -> VC upcoming +3 08:00
                +3 08:00  done VC vitalCapacityPerKg=27 position=supine  -> VC upcoming +4 08:00
                """),
        Scenario(
            name: "VC: a fall by a quarter from the best, sudden or slow",
            steps: """
                08:00  enrol lesionLevel=C6
                08:00  done VC vitalCapacityPerKg=28 position=supine  -> quiet VC-LOW
                20:00  done VC vitalCapacityPerKg=24 position=supine  -> quiet VC-LOW
                +1 08:00  done VC vitalCapacityPerKg=20.5 position=supine  -> alert VC-LOW HIGH
                +1 09:00  done VC vitalCapacityPerKg=22 position=supine  -> quiet VC-LOW
                """),
        Scenario(
            name: "IS: below half of the own best on two sets",
            steps: """
                08:00  enrol spirometerOrdered onOpioids  -> IS due 08:00
                08:00  done IS volumeMl=2000        -> fact spirometerBestMl 2000
                10:00  done IS volumeMl=990         -> quiet IS-LOW
                12:00  done IS volumeMl=990         -> alert IS-LOW MEDIUM
                14:00  done IS volumeMl=1500        -> quiet IS-LOW
                """),
        Scenario(
            name: "COUGH: no manual thrust on an unstable spine",
            steps: """
                08:00  enrol lesionLevel=T4 spineState=SPN-1  -> COUGH due 08:00
                08:00  done COUGH technique=manual  -> refused-by CHE-3-THRUST
                08:00  done COUGH technique=breath-stack  -> COUGH upcoming 12:00
                """),
    ]

    @Test(arguments: chest)
    func `chest care`(_ scenario: Scenario) throws { try scenario.check() }

    // MARK: Thrombosis

    static let thrombosis: [Scenario] = [
        Scenario(
            name: "ESC-14: platelets 30 per cent down hold heparin, 50 per cent is HIGH",
            steps: """
                12:00  enrol anticoagulant=enoxaparin anticoagulantDoseMg=40 creatinineClearance=80 platelets=240 -> fact plateletsBaseline 240
                12:00  done VTE-RA decision=drug
                17:00  done AC-CHK platelets=169    -> quiet ESC-14; AC-DOSE hold none
                +1 17:00  done AC-CHK platelets=168 -> alert ESC-14 MEDIUM; AC-DOSE hold ANT-H1-HIT
                +1 18:00  clock                     -> AC-DOSE held +1 18:00
                +2 17:00  done AC-CHK platelets=119 -> alert ESC-14 HIGH; AC-DOSE hold ANT-H1-HIT
                """),
        Scenario(
            name: "ESC-14: new thrombosis from day 4 of heparin",
            steps: """
                08:00  enrol anticoagulant=enoxaparin anticoagulantDoseMg=40 creatinineClearance=80 heparinStartedAt=2027-01-15T08:00:00Z -> LEG-CHK due 08:00
                08:00  done LEG-CHK leftWarm        -> alert ESC-12 MEDIUM; alert ESC-14-THROMBOSIS HIGH; AC-DOSE hold ANT-H1-HIT
                """),
        Scenario(
            name: "ESC-14: new thrombosis before day 4 is no sign of it",
            steps: """
                08:00  enrol anticoagulant=enoxaparin anticoagulantDoseMg=40 creatinineClearance=80 heparinStartedAt=2027-01-15T08:01:00Z
                08:00  done LEG-CHK leftWarm        -> alert ESC-12 MEDIUM; quiet ESC-14-THROMBOSIS
                """),
        Scenario(
            name: "ESC-12: a leg finding ends compression and asks for the assessment",
            steps: """
                08:00  enrol ipcOrdered             -> IPC-CHK due 08:00
                08:00  done VTE-RA decision=both
                20:00  done LEG-CHK leftCalfCm=38 rightCalfCm=35  -> alert ESC-12 MEDIUM; no IPC-CHK; VTE-RA due 20:00
                """),
        Scenario(
            name: "ESC-15: haemoglobin down by 20 g/l holds the dose",
            steps: """
                08:00  enrol anticoagulant=enoxaparin anticoagulantDoseMg=40 creatinineClearance=80 haemoglobinBaseline=120
                09:00  assess haemoglobin=101       -> quiet ESC-15-FALL; AC-DOSE hold none
                10:00  assess haemoglobin=100       -> alert ESC-15-FALL HIGH; AC-DOSE hold ESC-15
                """),
        Scenario(
            name: "ESC-15 also for a drug whose doses are not reminded of",
            steps: """
                08:00  enrol anticoagulant=warfarin -> no AC-DOSE
                09:00  assess activeBleeding        -> alert ESC-15 HIGH
                """),
        Scenario(
            name: "HIT-1: heparin after an operation, every two days from day 4 to 14",
            day: "2027-02-01",
            steps: """
                08:00  enrol anticoagulant=heparin postOperative platelets=240 heparinStartedAt=2027-02-01T08:00:00Z -> LAB-PLT upcoming +4 08:00
                +4 08:00  done LAB-PLT platelets=230   -> LAB-PLT upcoming +6 08:00
                +6 08:00  done LAB-PLT platelets=230   -> LAB-PLT upcoming +8 08:00
                +8 08:00  done LAB-PLT platelets=230
                +10 08:00  done LAB-PLT platelets=230
                +12 08:00  done LAB-PLT platelets=230  -> LAB-PLT upcoming +14 08:00
                +14 08:00  done LAB-PLT platelets=230  -> LAB-PLT waits
                """),
        Scenario(
            name: "REN-3: a new creatinine counts more than a clearance stated before it",
            steps: """
                08:00  enrol anticoagulant=enoxaparin anticoagulantDoseMg=40 ageYears=84 sex=female weightKg=62 creatinineClearance=60 creatinineSampledAt=2027-01-12T09:00:00Z -> LAB-RENAL upcoming 09:00
                09:00  done LAB-RENAL creatinine=278  -> AC-DOSE hold REN-3; alert REN-3 MEDIUM; LAB-RENAL every 2880
                """),
        Scenario(
            name: "ESC-4: a mark under a sleeve or a stocking asks for a decision in four hours",
            steps: """
                08:00  enrol ipcOrdered stockingsOrdered
                08:00  done IPC-CHK leftSkin=mark   -> alert ESC-4-IPC MEDIUM; STK-REVIEW upcoming 12:00; no STK-SKIN
                12:00  done STK-REVIEW decision=back-on  -> no STK-REVIEW; STK-SKIN upcoming 14:00
                """),
        Scenario(
            name: "STK-3: swelling of both legs asks for another fitting",
            steps: """
                08:00  enrol stockingsOrdered       -> STK-FIT due 08:00
                08:00  done STK-FIT                 -> STK-FIT upcoming +7 09:00
                14:00  done STK-SKIN leftOedema rightOedema  -> STK-FIT due 14:00
                """),
        Scenario(
            name: "STK-X1: stockings on insensate legs are refused by name",
            steps: """
                08:00  enrol sensationImpaired
                08:05  assess stockingsOrdered      -> rejected contraindicated; no STK-SKIN
                """),
        Scenario(
            name: "VTE-5: no decision within 14 hours",
            steps: """
                08:00  enrol                        -> VTE-RA due 08:00
                21:59  clock                        -> quiet VTE-5
                22:00  clock                        -> alert VTE-5 MEDIUM
                22:10  done VTE-RA decision=drug    -> quiet VTE-5; VTE-RA upcoming +1 22:10
                """),
    ]

    @Test(arguments: thrombosis)
    func `thrombosis and its prevention`(_ scenario: Scenario) throws { try scenario.check() }

    // MARK: Steroid, comfort care, confusion

    static let steroid: [Scenario] = [
        Scenario(
            name: "GLU-2 and GLU-3: above 12 four times daily, the second within a day is referred",
            steps: """
                16:00  enrol dexamethasoneMg=16     -> CBG upcoming 17:00
                17:00  done CBG glucose=12.0        -> CBG upcoming +1 17:00
                +1 17:00  done CBG glucose=12.1     -> quiet GLU-3; CBG upcoming +1 21:30
                +1 21:30  done CBG glucose=9        -> CBG upcoming +2 07:30
                +2 07:30  done CBG glucose=9        -> CBG upcoming +2 12:00
                +2 12:00  done CBG glucose=9        -> CBG upcoming +2 17:00
                +2 17:00  done CBG glucose=12.1     -> alert GLU-3 MEDIUM; CBG upcoming +2 21:30
                """),
        Scenario(
            name: "GLU-3: a day and a minute later is no second one",
            steps: """
                16:00  enrol dexamethasoneMg=16
                17:00  done CBG glucose=13
                +1 17:01  done CBG glucose=13       -> quiet GLU-3
                """),
        Scenario(
            name: "GLU: known diabetes is measured four times daily from the start",
            steps: """
                09:00  enrol dexamethasoneMg=16 diabetes  -> CBG upcoming 12:00
                """),
        Scenario(
            name: "DEX: the taper of the template, day by day, and nothing after its last",
            day: "2027-03-15",
            steps: """
                09:00  enrol dexamethasoneMg=16 spinalDisease spineState=SPN-1 taperFrom=2027-03-16T14:00:00Z -> DEX due 09:00
                09:00  done DEX doseMg=16           -> DEX upcoming +1 08:00; DEX detail dexamethasone 16 mg
                +1 08:00  done DEX doseMg=16        -> DEX upcoming +2 08:00; DEX gives dexamethasone 12 mg
                +2 08:00  done DEX
                +3 08:00  done DEX
                +4 08:00  done DEX                  -> DEX gives dexamethasone 8 mg
                +5 08:00  done DEX
                +6 08:00  done DEX
                +7 08:00  done DEX                  -> DEX gives dexamethasone 4 mg
                +8 08:00  done DEX
                +9 08:00  done DEX
                +10 08:00  done DEX                 -> DEX gives dexamethasone 2 mg
                +11 08:00  done DEX
                +12 08:00  done DEX                 -> DEX upcoming +13 08:00; DEX gives dexamethasone 2 mg
                +13 08:00  done DEX                 -> DEX waits
                """),
        Scenario(
            name: "DEX: a prescribed taper, and one that begins while it is given",
            steps: """
                08:00  enrol dexamethasoneMg=16     -> DEX due 08:00
                08:00  done DEX                     -> DEX upcoming +1 08:00; DEX gives dexamethasone 16 mg
                +1 08:00  done DEX                  -> DEX gives dexamethasone 16 mg
                +1 09:00  assess taperFrom=2027-01-20T09:00:00Z dexamethasoneTaper=8x1_0.5x1
                +2 08:00  done DEX                  -> DEX gives dexamethasone 0.5 mg
                +3 08:00  done DEX                  -> DEX waits
                """),
        Scenario(
            name: "ESC-17: a dose not given for four hours, however often it was offered",
            steps: """
                07:00  enrol dexamethasoneMg=16     -> DEX due 07:00
                08:00  refused DEX because nausea   -> DEX upcoming 09:00
                09:00  refused DEX because nausea
                10:00  refused DEX because nausea
                11:59  clock                        -> quiet ESC-17
                12:00  clock                        -> alert ESC-17 MEDIUM
                12:30  done DEX                     -> quiet ESC-17
                """),
        Scenario(
            name: "EOL-1: comfort care ends prophylaxis and glucose, keeps skin, bladder and bowel",
            steps: """
                08:00  enrol braden=11 anticoagulant=enoxaparin anticoagulantDoseMg=40 creatinineClearance=80 ipcOrdered dexamethasoneMg=16 catheter=urethral bowelPattern=reflexic -> TURN every 240
                09:00  assess comfortCare           -> no AC-DOSE; no AC-CHK; no IPC-CHK; no CBG; no VTE-RA; no LAB-RENAL; TURN every 240; TURN detail by comfort: offer, do not insist
                09:00  clock                        -> CATH-CARE due 09:00; BOWEL due 09:00; SKIN overdue 08:00
                09:05  assess comfortCare=false     -> AC-DOSE upcoming 18:00; IPC-CHK upcoming 14:00
                """),
        Scenario(
            name: "EOL-1: fewer turns are proposed",
            steps: """
                08:00  enrol motorDeficit sensationImpaired  -> TURN every 120
                09:00  assess comfortCare           -> TURN every 120; proposal TURN 240
                09:05  confirm TURN                 -> TURN every 240
                """),
        Scenario(
            name: "EOL-1: whoever turns alone is not turned",
            steps: """
                08:00  enrol comfortCare braden=20  -> no TURN
                """),
        Scenario(
            name: "ESC-18: new confusion where pain may not be felt",
            steps: """
                08:00  enrol lesionLevel=T4
                09:00  assess newConfusion          -> alert ESC-18 MEDIUM
                10:00  assess newConfusion=false    -> quiet ESC-18
                """),
    ]

    @Test(arguments: steroid)
    func `steroid, comfort care, confusion`(_ scenario: Scenario) throws { try scenario.check() }

    // MARK: Off the ward

    static let absence: [Scenario] = [
        Scenario(
            name: "ABS-1: with half of the interval behind it, elapsed care is done before leaving",
            steps: """
                08:00  enrol intermittentCatheterisation  -> IC due 08:00
                08:00  done IC volumeMl=300         -> IC upcoming 14:00
                08:05  leave 11:15 until 15:00      -> IC upcoming 11:00
                11:00  done IC volumeMl=200         -> IC upcoming 17:00
                """),
        Scenario(
            name: "ABS-1: a minute less than half, and it is due on return",
            steps: """
                08:00  enrol intermittentCatheterisation
                08:00  done IC volumeMl=300         -> IC upcoming 14:00
                08:05  leave 11:14 until 15:00      -> IC upcoming 14:00
                14:00  clock                        -> IC held 14:00
                15:00  back                         -> IC due 15:00
                """),
        Scenario(
            name: "ABS-1: due exactly at the planned return is inside",
            steps: """
                08:00  enrol intermittentCatheterisation
                08:00  done IC volumeMl=300
                08:05  leave 12:00 until 14:00      -> IC upcoming 11:45
                """),
        Scenario(
            name: "ABS-1: due a minute after the planned return is not",
            steps: """
                08:00  enrol intermittentCatheterisation
                08:00  done IC volumeMl=300
                08:05  leave 12:00 until 13:59      -> IC upcoming 14:00
                """),
        Scenario(
            name: "ABS-2: care that may be done at any time before is done before leaving",
            steps: """
                08:00  enrol braden=11
                08:00  done PURA                    -> PURA upcoming +1 10:00
                +1 08:00  leave 09:00 until 11:00   -> PURA upcoming +1 08:45
                """),
        Scenario(
            name:
                "ABS-2: civil care before leaving where its window is open, else on return, else missed",
            steps: """
                07:00  enrol ipcOrdered catheter=urethral catheterChangedAt=2027-01-18T10:00:00Z drainageBagChangedAt=2027-01-18T10:00:00Z
                07:30  done IPC-CHK                 -> IPC-CHK upcoming 14:00
                07:35  leave 13:15 until 14:30      -> IPC-CHK upcoming 13:00; CATH-EMPTY upcoming 13:00
                13:00  done IPC-CHK                 -> IPC-CHK upcoming 20:00
                13:00  done CATH-EMPTY volumeMl=300 -> CATH-EMPTY upcoming 22:00
                14:30  back                         -> IPC-CHK upcoming 20:00
                """),
        Scenario(
            name: "ABS-2: on return within the late window",
            steps: """
                09:00  enrol ipcOrdered             -> IPC-CHK upcoming 14:00
                09:05  leave 13:14 until 15:00      -> IPC-CHK upcoming 14:00
                14:00  clock                        -> IPC-CHK held 14:00
                15:00  back                         -> IPC-CHK due 15:00
                """),
        Scenario(
            name: "ABS-2: back after the late window it waits for its next slot",
            steps: """
                09:00  enrol ipcOrdered
                09:05  leave 12:00 until 15:00      -> IPC-CHK upcoming 14:00
                15:01  back                         -> IPC-CHK upcoming 20:00
                """),
        Scenario(
            name:
                "ABS-3: turn and skin on the actual return, early or late, and the clock restarts",
            steps: """
                08:00  enrol braden=11
                08:00  done TURN                    -> TURN upcoming 12:00
                08:00  done SKIN skin=intact
                08:20  leave 08:30 until 14:00      -> TURN upcoming 12:00
                12:00  clock                        -> TURN held 12:00
                13:10  back                         -> TURN due 13:10; SKIN due 13:10
                13:10  done TURN                    -> TURN upcoming 17:10; SKIN due 13:10
                """),
        Scenario(
            name: "ABS-3: also after a short absence in which nothing fell due",
            steps: """
                08:00  enrol braden=11
                08:00  done TURN                    -> TURN upcoming 12:00
                08:00  done SKIN skin=intact
                08:10  leave now until 09:00        -> TURN upcoming 12:00
                09:00  back                         -> TURN due 09:00; SKIN due 09:00
                """),
        Scenario(
            name: "ABS-4: LOW half an hour after the time of return, MEDIUM one interval late",
            steps: """
                08:00  enrol braden=11
                08:00  done TURN                    -> TURN upcoming 12:00
                09:00  leave now until 11:00
                11:29  clock                        -> quiet ABS-4
                11:30  clock                        -> alert ABS-4 LOW; TURN upcoming 12:00
                15:59  clock                        -> TURN held 12:00; quiet ABS-4-LATE
                16:00  clock                        -> alert ABS-4-LATE MEDIUM
                16:30  back                         -> quiet ABS-4; quiet ABS-4-LATE; TURN due 16:30
                """),
        Scenario(
            name: "ABS-4: breathing sets lapse while away",
            steps: """
                08:30  enrol postOperative          -> DBE upcoming 09:00
                08:45  leave now until 11:30
                11:30  back                         -> DBE upcoming 12:00; quiet CHE-1
                """),
    ]

    @Test(arguments: absence)
    func `off the ward`(_ scenario: Scenario) throws { try scenario.check() }

    // MARK: What the engine does not do yet

    static let repeatsPressure = Scenario(
        name: "ADY-3a: a rise of 20 is repeated in three minutes",
        steps: """
            08:00  enrol lesionLevel=T4 baselineSystolic=100  -> BP due 08:00
            08:00  done BP systolic=119         -> quiet ADY-3A; BP upcoming 20:00
            20:00  done BP systolic=120         -> alert ADY-3A MEDIUM; quiet ESC-11; no BP-AD; BP upcoming 20:03
            20:03  done BP systolic=112         -> quiet ADY-3A; BP upcoming +1 08:00
            """)

    static let beginsTaper = Scenario(
        name: "DEX: a taper that is stated while 16 mg is given shows in the coming dose",
        steps: """
            08:00  enrol dexamethasoneMg=16     -> DEX due 08:00
            08:00  done DEX                     -> DEX gives dexamethasone 16 mg
            09:00  assess taperFrom=2027-01-19T09:00:00Z dexamethasoneTaper=8x1_0.5x1  -> DEX gives dexamethasone 8 mg
            09:05  assess dexamethasoneTaper=12x2  -> DEX gives dexamethasone 12 mg
            """)

    static let endsNight = Scenario(
        name: "TURN-N: an erythema in the night ends the longer interval from that turn on",
        steps: """
            20:00  enrol motorDeficit sensationImpaired specialSurface=static nightTurnMinutes=240
            20:00  done TURN skin=intact        -> TURN upcoming 22:00
            22:00  done TURN skin=cat1 site=sacrum  -> alert ESC-1 MEDIUM; TURN upcoming +1 00:00
            """)

    static let sameTeamTwice = Scenario(
        name: "SPN: the team that decided before decides again",
        steps: """
            08:00  enrol spinalDisease spineState=SPN-1
            08:05  assess spineState=SPN-2 spineDecidedBy=spinal-team  -> fact spineState SPN-2
            12:00  assess spineState=SPN-4 spineDecidedBy=spinal-team  -> fact spineState SPN-4
            """)

    static let forgetting = Scenario(
        name: "SPN: forgetting the state is no way out of SPN-1",
        steps: """
            08:00  enrol spinalDisease spineState=SPN-1
            08:05  forget spineState            -> rejected invalid; fact spineState SPN-1
            """)

    static let holdThatStands = Scenario(
        name: "an alert of a hold stands as long as its reason, also when a graver reason is shown",
        steps: """
            08:00  enrol anticoagulant=enoxaparin anticoagulantDoseMg=40 creatinineClearance=80
            09:00  assess creatinineClearance=13  -> alert REN-3 MEDIUM
            10:00  assess activeBleeding        -> alert ESC-15 HIGH; alert REN-3 MEDIUM
            """)

    @Test
    func `repeat a pressure`() throws { try Self.repeatsPressure.check() }

    @Test
    func `begin a taper`() throws { try Self.beginsTaper.check() }

    @Test
    func `end a night interval`() throws { try Self.endsNight.check() }

    @Test
    func `let the same team decide twice`() throws { try Self.sameTeamTwice.check() }

    @Test
    func `keep a state that is forgotten`() throws { try Self.forgetting.check() }

    @Test
    func `keep the alert of a hold`() throws { try Self.holdThatStands.check() }
}
