import ArgumentParser
import ControlAPI
import ControlClient
import FoundationEssentials

struct EnrollCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "enroll",
        abstract: "Enrol a patient at admission, or a whole ward from a file.",
        discussion: """
            Asks for what is missing when you type; in a script everything is given. With --file \
            all stays are enrolled or none, unless --keep-going; each fault is shown with its line.

            EXAMPLES
              sccctl enroll
              sccctl enroll --ward 7 --bed 12A --admission A-0001 --name "Test Patient" \\
                --record TEST-0001 --braden 12 --lesion T8 --spine-state SPN-1 \\
                --catheter urethral --stockings --anticoagulant enoxaparin --dose-mg 40
              sccctl enroll --file ward7.json --by "Test Nurse"

            A FILE
              { "stays": [ { "ward": "7", "bed": "12A", "admission": "A-0001",
                             "name": "Test Patient", "recordNumber": "TEST-0001",
                             "assessment": { "braden": 12, "lesionLevel": "T8",
                                             "padua": { "activeCancer": true } } } ] }
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var who: ActorOptions

    @Option(help: "The ward.") var ward: String?
    @Option(help: "The bed.") var bed: String?
    @Option(help: "The hospital's number of this admission.") var admission: String?
    @Option(help: "The patient's name.") var name: String?
    @Option(help: "The patient's record number.") var record: String?

    @OptionGroup(title: "Facts") var facts: FactOptions

    @Option(
        help: ArgumentHelp("A JSON file of stays; - reads standard input.", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var file: String?

    @Flag(help: "With --file: enrol what is right, and list the rest (exit code 2).")
    var keepGoing = false

    var actor: ActorOptions? { who }

    func validate() throws {
        let ofOne = [ward, bed, admission, name, record].compactMap { $0 }
        if file != nil, !ofOne.isEmpty || !facts.assignments.isEmpty {
            throw ValidationError("With --file everything stands in the file.")
        }
        if keepGoing, file == nil { throw ValidationError("--keep-going goes with --file.") }
    }

    func run(_ session: Session) async throws {
        if let file {
            try await enroll(file: file, session)
        } else {
            try await enrollOne(session)
        }
    }

    // MARK: One patient

    private func enrollOne(_ session: Session) async throws {
        let given = [ward, bed, admission, name, record]
        let isComplete = given.allSatisfy { $0 != nil }
        let asks = !isComplete && System.isTerminal(.input)
        if !isComplete, !asks {
            let names = ["--ward", "--bed", "--admission", "--name", "--record"]
            let missing = zip(names, given).filter { $0.1 == nil }.map(\.0)
            throw ClientError.mistake(
                .invalid, "Add \(missing.joined(separator: ", ")). Nothing was sent.")
        }
        let status = try await session.client.get("/v1/status", as: StatusAnswer.self).value
        let clock = WardClock(madeAt: status.now, wards: status.wards)
        let interview = asks ? try await interview(session) : nil

        var request = try admission(interview, wards: status.wards)
        var assignments = facts.assignments
        if let interview { assignments += try interview.facts(besides: assignments) }
        while true {
            let values = try session.facts(assignments, ward: request.ward, clock: clock)
            request.assessment = values.isEmpty ? nil : values
            if let interview,
                try !interview.agrees("Enrol \(request.name) in \(request.ward)/\(request.bed)?")
            {
                throw ClientError.mistake(.invalid, "Nothing was enrolled.")
            }
            do {
                let enrolment = EnrolRequest(by: try who.name, stays: [request])
                // What was corrected is another request and needs another key.
                let answer = try await session.client.post(
                    "/v1/stays", enrolment,
                    requestID: asks ? UUID().uuidString.lowercased() : session.requestID,
                    as: CommandAnswer.self)
                return try await show(answer, session)
            } catch let error as ClientError {
                guard let interview, case .problem(let problem, _, _) = error,
                    !problem.faults.isEmpty
                else { throw error }
                session.output.failed(error)
                try correct(&request, &assignments, problem.faults, interview)
            }
        }
    }

    private func interview(_ session: Session) async throws -> Interview {
        let catalogue = try await session.client.get("/v1/catalogue", as: CatalogueAnswer.self)
        return Interview(output: session.output, catalogue: catalogue.value)
    }

    private func admission(
        _ interview: Interview?, wards: [WardView]
    ) throws(ClientError) -> AdmissionRequest {
        func ask(_ given: String?, _ label: String, _ example: String) throws(ClientError) -> String
        {
            if let given { return given }
            return try interview?.text(label, example: example) ?? ""
        }
        return AdmissionRequest(
            ward: try ask(ward, "Ward", wards.first?.id ?? "7"),
            bed: try ask(bed, "Bed", "12A"),
            admission: try ask(admission, "Number of the admission", "A-0001"),
            name: try ask(name, "Name of the patient", "Test Patient"),
            recordNumber: try ask(record, "Record number", "TEST-0001"))
    }

    /// Asks again for what the daemon refused.
    private func correct(
        _ request: inout AdmissionRequest, _ assignments: inout [Assignment],
        _ faults: [FieldFault], _ interview: Interview
    ) throws(ClientError) {
        for fault in faults {
            // For a sub-score it is the scale that is asked again.
            let path = fault.field.split(separator: ".").map(String.init)
            let field =
                path.firstIndex(of: "assessment").flatMap { path.dropFirst($0 + 1).first }
                ?? path.last ?? fault.field
            switch field {
            case "ward": request.ward = try interview.text("Ward", example: "7")
            case "bed": request.bed = try interview.text("Bed", example: "12A")
            case "admission":
                request.admission = try interview.text(
                    "Number of the admission", example: "A-0001")
            case "name":
                request.name = try interview.text("Name of the patient", example: "Test Patient")
            case "recordNumber":
                request.recordNumber = try interview.text("Record number", example: "TEST-0001")
            default:
                assignments.removeAll { $0.name == field }
                if let value = try interview.fact(field) { assignments.append(value) }
            }
        }
    }

    private func show(_ answer: Answer<CommandAnswer>, _ session: Session) async throws {
        if answer.replayed {
            session.output.note("This request was answered before; nothing was done a second time.")
        }
        guard !session.output.json, let stay = answer.value.stays.first else {
            session.output.show(answer) { _ in ["Enrolled."] }
            return
        }
        session.output.show(["\(stay) is enrolled. The care that follows:", ""])
        let view = try await session.client.get("/v1/stays/\(stay)", as: StayAnswer.self)
        session.output.show(StayView(session.output, view.value).lines)
    }

    // MARK: A file

    private func enroll(file: String, _ session: Session) async throws {
        let name = file == "-" ? "standard input" : file
        let text = try read(file)
        let ward: WardFile
        do throws(WardFile.Faults) {
            ward = try WardFile(text)
        } catch {
            let places = error.faults.map { fault in
                ["\(name)", "\(fault.line)", fault.column.map { "\($0)" }]
                    .compactMap { $0 }.joined(separator: ":")
            }
            let faults = error.faults.map(\.fault)
            session.output.failed(
                .mistake(
                    .invalid,
                    "\(name) has \(count(faults.count, "fault")); nothing was sent.",
                    faults: faults), places: places)
            throw ExitCode(ProblemCode.invalid.exitCode)
        }
        let place: (FieldFault) -> String? = { fault in
            ward.line(fault.field).map { "\(name):\($0)" }
        }
        let request = EnrolRequest(
            by: try who.name, keepGoing: keepGoing ? true : nil, stays: ward.stays)
        do {
            let answer = try await session.post("/v1/stays", request, as: CommandAnswer.self)
            let refused = answer.value.refused ?? []
            session.output.show(answer) { value in
                [
                    "\(count(value.stays.count, "stay")) enrolled: "
                        + "\(value.stays.joined(separator: ", "))."
                ]
            }
            for fault in refused { session.output.fault(fault, place: place(fault)) }
            if !refused.isEmpty { throw ExitCode(ProblemCode.invalid.exitCode) }
        } catch let error as ClientError {
            session.output.failed(error, places: error.problem.faults.map(place))
            throw ExitCode(error.code.exitCode)
        }
    }

    private func read(_ file: String) throws(ClientError) -> String {
        var text: String?
        if file == "-" {
            var lines = ""
            while let line = readLine(strippingNewline: false) { lines += line }
            text = lines
        } else {
            guard let data = try? Data(contentsOf: URL(filePath: file)) else {
                throw .mistake(.invalid, "\(file) cannot be read.")
            }
            text = String(validating: data, as: UTF8.self)
        }
        guard let text else { throw .mistake(.invalid, "\(file) is not in UTF-8.") }
        guard text.utf8.count <= ControlAPI.bodyLimitBytes else {
            throw .mistake(.tooLarge, "\(file) is larger than 1 MiB: divide it.")
        }
        return text
    }
}
