import CareCore
import CareEngine
import CareProtocols
import ControlAPI
import ControlClient
import Foundation
import NIOCore
import Schemas
import Testing
import Yams

@testable import ControlServer

/// The description of the interface, as a tree.
struct Document {
    typealias Object = [String: Any]

    let root: Object

    init() throws {
        root = try #require(try Yams.load(yaml: ControlDocument.openAPI) as? Object)
    }

    /// Follows `$ref` within the document.
    func resolve(_ object: Object) throws -> Object {
        guard let reference = object["$ref"] as? String else { return object }
        var found: Any = root
        for name in reference.dropFirst(2).split(separator: "/") {
            found = try #require((found as? Object)?[String(name)], "\(reference) leads nowhere")
        }
        return try resolve(try #require(found as? Object))
    }

    struct Operation {
        let method: String
        let path: String
        let object: Object
    }

    func operations() throws -> [Operation] {
        let paths = try #require(root["paths"] as? Object)
        return try paths.flatMap { path, item in
            try #require(item as? Object).compactMap { method, operation in
                guard let object = operation as? Object else { return nil }
                return Operation(method: method.uppercased(), path: path, object: object)
            }
        }
    }

    struct Example {
        let place: String
        let schema: String
        let value: Any
    }

    /// Every body with its example.
    func examples() throws -> [Example] {
        try operations().flatMap { operation -> [Example] in
            let place = "\(operation.method) \(operation.path)"
            var examples: [Example] = []
            if let body = operation.object["requestBody"] as? Object {
                examples += try self.examples(in: body, place)
            }
            let responses = try #require(operation.object["responses"] as? Object)
            for (status, response) in responses {
                examples += try self.examples(
                    in: try resolve(try #require(response as? Object)), "\(place) \(status)")
            }
            return examples
        }
    }

    private func examples(in object: Object, _ place: String) throws -> [Example] {
        guard let content = object["content"] as? Object else { return [] }
        return try content.flatMap { type, media -> [Example] in
            guard type.hasSuffix("json") else { return [] }
            let media = try #require(media as? Object)
            let reference = try #require((media["schema"] as? Object)?["$ref"] as? String)
            let schema = String(try #require(reference.split(separator: "/").last))
            return try Self.values(of: media, place).map {
                Example(place: place, schema: schema, value: $0)
            }
        }
    }

    /// The one example of a body, or those that have names.
    static func values(of media: Object, _ place: String) throws -> [Any] {
        guard let named = media["examples"] as? Object else {
            return [try #require(media["example"], "\(place) has no example")]
        }
        return try named.keys.sorted().map { name in
            try #require((named[name] as? Object)?["value"], "\(place) \(name) has no value")
        }
    }

    /// What of `value` the schema does not allow.
    ///
    /// It knows as much of JSON Schema as is used here.
    func faults(_ value: Any, _ schema: Object, _ path: String = "") throws -> [String] {
        let schema = try resolve(schema)
        var faults: [String] = []
        let types = (schema["type"] as? [String]) ?? (schema["type"] as? String).map { [$0] } ?? []
        if !types.isEmpty, !types.contains(where: { Self.fits(value, $0) }) {
            faults.append("\(path) is not \(types)")
        }
        if let words = schema["enum"] as? [String], let text = value as? String,
            !words.contains(text)
        {
            faults.append("\(path) \(text) is none of \(words)")
        }
        if schema["format"] as? String == "date-time" {
            let isInstant = (value as? String).flatMap { Instant(rfc3339: $0) } != nil
            if !isInstant { faults.append("\(path) is no instant") }
        }
        if let object = value as? Object {
            let properties = schema["properties"] as? Object ?? [:]
            for name in schema["required"] as? [String] ?? [] where object[name] == nil {
                faults.append("\(path).\(name) is missing")
            }
            for (name, member) in object {
                let inner = properties[name] as? Object ?? schema["additionalProperties"] as? Object
                guard let inner else {
                    faults.append("\(path).\(name) is not described")
                    continue
                }
                faults += try self.faults(member, inner, "\(path).\(name)")
            }
        }
        if let elements = value as? [Any], let items = schema["items"] as? Object {
            for (index, element) in elements.enumerated() {
                faults += try self.faults(element, items, "\(path)[\(index)]")
            }
        }
        return faults
    }

    func faults(_ value: Any, schemaNamed name: String) throws -> [String] {
        try faults(value, ["$ref": "#/components/schemas/\(name)"], name)
    }

    private static func fits(_ value: Any, _ type: String) -> Bool {
        // A number that Foundation read may be true, or 1; only its kind tells.
        let number = value as? NSNumber
        let isFlag = value is Bool && (number.map { isBoolean($0) } ?? true)
        return switch type {
        case "object": value is Object
        case "array": value is [Any]
        case "string": value is String
        case "boolean": isFlag
        case "integer": !isFlag && value is Int
        case "number": !isFlag && (value is Int || value is Double)
        case "null": value is NSNull
        default: false
        }
    }

    private static func isBoolean(_ number: NSNumber) -> Bool {
        let kind = unsafe String(cString: number.objCType)
        return kind == "c" || kind == "B"
    }
}

/// The wire type of each schema that is a whole document.
let wireTypes: [String: any (Codable & Sendable).Type] = [
    "AlertsAnswer": AlertsAnswer.self, "PlanAnswer": PlanAnswer.self,
    "StaysAnswer": StaysAnswer.self, "StayAnswer": StayAnswer.self,
    "HistoryAnswer": HistoryAnswer.self, "CommandAnswer": CommandAnswer.self,
    "CatalogueAnswer": CatalogueAnswer.self, "StatusAnswer": StatusAnswer.self,
    "Problem": Problem.self, "EnrolRequest": EnrolRequest.self,
    "AssessRequest": AssessRequest.self, "RecordRequest": RecordRequest.self,
    "ExplainAnswer": ExplainAnswer.self, "HandoverAnswer": HandoverAnswer.self,
    "AbsenceRequest": AbsenceRequest.self, "ReturnRequest": ReturnRequest.self,
    "HoldPlaceRequest": HoldPlaceRequest.self, "ResumeRequest": ResumeRequest.self,
    "TransferRequest": TransferRequest.self, "DischargeRequest": DischargeRequest.self,
    "ScalesAnswer": ScalesAnswer.self, "ScaleDefinitionAnswer": ScaleDefinitionAnswer.self,
    "ScaleRequest": ScaleRequest.self, "ScaleAnswer": ScaleAnswer.self,
    "ProtocolsAnswer": ProtocolsAnswer.self, "ReloadAnswer": ReloadAnswer.self,
    "MigrationsAnswer": MigrationsAnswer.self, "NamedRequest": NamedRequest.self,
    "AcknowledgeRequest": AcknowledgeRequest.self, "DecisionRequest": DecisionRequest.self,
]

@Suite struct `The description of the interface` {
    @Test func `it has the routes of the server, with their roles, and no others`() throws {
        let described = try Document().operations().map {
            "\($0.method) \($0.path) \($0.object["x-role"] as? String ?? "-")"
        }
        let served = RouteTable.control.routes.map {
            "\($0.method.rawValue) \($0.pattern) \($0.role.word)"
        }
        #expect(described.sorted() == served.sorted())
    }

    @Test func `every example fits its schema and its wire type, and comes back the same`() throws {
        let document = try Document()
        let examples = try document.examples()
        #expect(examples.count > 60)
        for example in examples {
            #expect(
                try document.faults(example.value, schemaNamed: example.schema) == [],
                "\(example.place)")
            let type = try #require(wireTypes[example.schema], "\(example.schema)")
            let before = try JSONSerialization.data(
                withJSONObject: example.value, options: .sortedKeys)
            let value = try JSONDecoder().decode(type, from: before)
            let after = try JSONSerialization.jsonObject(with: JSONEncoder().encode(value))
            // Nothing of the example was passed over by the wire type.
            let again = try JSONSerialization.data(withJSONObject: after, options: .sortedKeys)
            #expect(
                String(decoding: again, as: UTF8.self) == String(decoding: before, as: UTF8.self),
                "\(example.place)")
        }
    }

    @Test func `every code of a problem is described with its status`() throws {
        let document = try Document()
        let schema = try document.resolve(["$ref": "#/components/schemas/Problem"])
        let properties = try #require(schema["properties"] as? Document.Object)
        let code = try #require(properties["code"] as? Document.Object)
        #expect(
            Set(try #require(code["enum"] as? [String]))
                == Set(ProblemCode.allCases.map(\.rawValue)))
        let problems = try document.examples().filter { $0.schema == "Problem" }
        let shown = problems.compactMap { ($0.value as? Document.Object)?["code"] as? String }
        #expect(Set(shown) == Set(ProblemCode.allCases.map(\.rawValue)), "an example of each")
        for example in problems {
            let data = try JSONSerialization.data(withJSONObject: example.value)
            let problem = try JSONDecoder().decode(Problem.self, from: data)
            #expect(problem.status == problem.code.status)
            #expect(problem.title == problem.code.title)
            #expect(problem.type == "urn:sccd:problem:\(problem.code.rawValue)")
        }
    }

    @Test func `every answer is described with the headers that come with it`() throws {
        let document = try Document()
        let standing = [
            ControlAPI.Header.version, ControlAPI.Header.madeAt, ControlAPI.Header.demo,
        ]
        for operation in try document.operations() {
            let responses = try #require(operation.object["responses"] as? Document.Object)
            for (status, response) in responses {
                let place = Comment(rawValue: "\(operation.method) \(operation.path) \(status)")
                let object = try document.resolve(try #require(response as? Document.Object))
                let headers = try #require(object["headers"] as? Document.Object, place)
                #expect(standing.allSatisfy { headers[$0] != nil }, place)
                // What only reckons, or reads files, does nothing twice when it is repeated.
                let isOfCommand =
                    operation.method == "POST" && status.hasPrefix("2")
                    && operation.object["x-role"] as? String == "nurse"
                #expect((headers[ControlAPI.Header.replayed] != nil) == isOfCommand, place)
                let isOfPoll =
                    operation.path == "/v1/alerts" && (status == "200" || status == "304")
                #expect((headers["ETag"] != nil) == isOfPoll, place)
                #expect((headers[ControlAPI.Header.validUntil] != nil) == isOfPoll, place)
            }
        }
    }

    @Test func `the messages of the stream are described as they are sent`() throws {
        let document = try Document()
        let stream = try #require(
            try document.operations().first { $0.path == "/v1/events" }?.object)
        let responses = try #require(stream["responses"] as? Document.Object)
        let content = try #require((responses["200"] as? Document.Object)?["content"])
        let media = try #require((content as? Document.Object)?["text/event-stream"])
        var kinds: [String] = []
        for value in try Document.values(of: try #require(media as? Document.Object), "stream") {
            var parser = ServerSentEventParser()
            for message in parser.feed(try #require(value as? String).utf8) {
                kinds.append(message.event)
                let data = try JSONSerialization.jsonObject(with: Data(message.data.utf8))
                switch message.event {
                case "resync", "dropped":
                    #expect(message.data == "{}")
                case "snapshot":
                    #expect(try document.faults(data, schemaNamed: "AlertsAnswer") == [])
                    let answer = try JSONDecoder().decode(
                        AlertsAnswer.self, from: Data(message.data.utf8))
                    #expect(message.id == "\(answer.cursor)")
                    #expect(try sorted(answer) == message.data)
                default:
                    #expect(try document.faults(data, schemaNamed: "EventView") == [])
                    let view = try JSONDecoder().decode(
                        EventView.self, from: Data(message.data.utf8))
                    #expect(view.kind == message.event)
                    #expect(message.id == "\(view.sequence)")
                    #expect(try sorted(view) == message.data)
                }
            }
        }
        #expect(
            kinds.sorted() == [
                "dropped", "occurrence-set", "outcome-recorded", "resync", "snapshot",
            ])
    }

    private func sorted(_ value: some Encodable) throws -> String {
        String(buffer: try JSON.encode(value))
    }

    @Test func `the service hands out exactly this document`() async throws {
        try await TestWard.run { ward in
            let answer = try await ward.get("/v1/openapi.yaml")
            #expect(answer.header("Content-Type") == "application/yaml")
            #expect(answer.text == ControlDocument.openAPI)
        }
    }

    /// What the document says about a request must be what the server reads: no field of an example is
    /// unknown to it or of a wrong type.
    @Test func `the server understands every example of a request`() async throws {
        let requests = try Document().examples().filter { $0.schema.hasSuffix("Request") }
        #expect(requests.count == 17)
        let bodies = try requests.map { example in
            let path = example.place.split(separator: " ").last.map(String.init) ?? ""
            let data = try JSONSerialization.data(withJSONObject: example.value)
            return (path, String(decoding: data, as: UTF8.self).replacing("4B", with: "A"))
        }
        try await TestWard.run(library: try BuiltInProtocols.library()) { ward in
            try await ward.enrol(bed: "1")
            for (path, body) in bodies {
                let id =
                    path.hasPrefix("/v1/alerts")
                    ? "S1.A1" : path.hasPrefix("/v1/scales") ? "braden" : "S1"
                let answer = try await ward.post(path.replacing("{id}", with: id), body)
                guard answer.status >= 400 else { continue }
                let problem = try answer.decode(Problem.self)
                for fault in problem.faults {
                    #expect(!fault.problem.hasPrefix("is not a known field"), "\(path): \(fault)")
                    #expect(!fault.problem.hasPrefix("is a "), "\(path): \(fault)")
                    #expect(!fault.problem.hasPrefix("is not recorded"), "\(path): \(fault)")
                }
                // This ward reads no protocol files.
                let expected: [ProblemCode] =
                    path == "/v1/protocols/reload"
                    ? [.unavailable] : [.notFound, .invalid, .conflict]
                #expect(expected.contains(problem.code), "\(path)")
            }
        }
    }

    @Test func `what the server answers is what is described`() async throws {
        var answers: [(path: String, schema: String, body: Data)] = []
        try await TestWard.run { ward in
            func keep(_ path: String, _ schema: String, _ answer: Received) {
                answers.append((path, schema, answer.data))
            }
            let assessment =
                #"{"cannotReposition":true,"stockingsOrdered":true,"weightKg":71.5,"lesionLevel":"T6","#
                + #""padua":{"activeCancer":true},"fourTs":2}"#
            try await ward.enrol(bed: "1", assessment: assessment)
            try await ward.enrol(bed: "2")
            ward.clock.advance(minutes: 300)
            await ward.engine.tick()
            keep(
                "score", "ScaleAnswer",
                try await ward.post("/v1/scales/braden", #"{"result":10}"#))
            keep("turn", "CommandAnswer", try await ward.turn("S1", skin: "red"))
            keep(
                "hold", "CommandAnswer",
                try await ward.post(
                    "/v1/stays/S1/holds",
                    #"{"by":"n7","reason":"procedure","activities":["TURN"],"minutes":200}"#))
            ward.clock.advance(minutes: 190)
            await ward.engine.tick()
            _ = try await ward.post("/v1/stays/S2/discharge", #"{"by":"n7","reason":"home"}"#)
            for (path, schema) in [
                ("/v1/alerts", "AlertsAnswer"), ("/v1/stays?discharged=true", "StaysAnswer"),
                ("/v1/explain/S1.1", "ExplainAnswer"), ("/v1/explain/S1.1.1", "ExplainAnswer"),
                ("/v1/explain/S1.2.1", "ExplainAnswer"), ("/v1/explain/S1.A1", "ExplainAnswer"),
                ("/v1/stays/S1/handover", "HandoverAnswer"),
                ("/v1/stays/S2/handover", "HandoverAnswer"),
                ("/v1/stays/S1", "StayAnswer"), ("/v1/stays/S2", "StayAnswer"),
                ("/v1/stays/S1/history", "HistoryAnswer"), ("/v1/plan?hours=48", "PlanAnswer"),
                ("/v1/status", "StatusAnswer"), ("/v1/catalogue", "CatalogueAnswer"),
                ("/v1/scales", "ScalesAnswer"), ("/v1/scales/4ts", "ScaleDefinitionAnswer"),
                ("/v1/scales/bradn", "Problem"), ("/v1/stays/S99", "Problem"),
                ("/v1/alerts?x=1", "Problem"),
            ] {
                keep(path, schema, try await ward.get(path))
            }
        }
        let document = try Document()
        for (path, schema, body) in answers {
            let value = try JSONSerialization.jsonObject(with: body)
            #expect(try document.faults(value, schemaNamed: schema) == [], "\(path)")
        }
    }
}
