import CareProtocols
import ControlAPI
import Foundation
import Testing

@testable import ControlServer

private let items =
    #"{"sensory":2,"moisture":3,"activity":1,"mobility":1,"nutrition":2,"friction":1}"#

@Suite struct `Scales over the socket` {
    @Test func `all are listed, and each says what it takes`() async throws {
        try await TestWard.run { ward in
            let scales = try await ward.get("/v1/scales").decode(ScalesAnswer.self).scales
            #expect(
                scales.map(\.name) == [
                    "braden", "waterlow", "norton", "purposeT", "padua", "caprini", "fourTs",
                    "bristol", "cockcroftGault",
                ])
            let braden = try #require(scales.first)
            #expect(braden.fact == "braden" && braden.direction == "low")
            #expect(braden.items.last?.expects == "a whole number from 1 to 3")
            #expect(
                braden.bands.map { "\($0.results) \($0.sourceStatus)" } == [
                    "6 to 9 K", "10 to 12 K", "13 to 14 confirmed", "15 to 18 confirmed",
                    "19 to 23 confirmed",
                ])
            #expect(braden.sources.map(\.sourceStatus) == ["confirmed", "D"])
            // A scale has a name and a title, and people write hyphens.
            for (name, found) in [
                ("4Ts", "fourTs"), ("PURPOSE-T", "purposeT"), ("cockcroft-gault", "cockcroftGault"),
            ] {
                let one = try await ward.get("/v1/scales/\(name)")
                    .decode(ScaleDefinitionAnswer.self)
                #expect(one.scale.name == found)
            }
        }
    }

    @Test func `answers give total, band and what it leads to`() async throws {
        try await TestWard.run(library: try BuiltInProtocols.library()) { ward in
            let answer = try await ward.post("/v1/scales/braden", #"{"items":\#(items)}"#)
                .decode(ScaleAnswer.self)
            #expect(answer.score.result == .number("10"))
            #expect(answer.score.band?.text == "high risk")
            #expect(answer.score.items?["moisture"] == .number("3"))
            #expect(answer.leadsTo.map(\.rule).contains("TURN-4"))
            #expect(answer.leadsTo.contains { $0.text.hasSuffix("every 4 h") })
            let alone = try await ward.post("/v1/scales/braden", #"{"result":9}"#)
                .decode(ScaleAnswer.self)
            #expect(alone.score.items == nil)
            #expect(alone.leadsTo.map(\.rule).contains("TURN-2"))
            #expect(!alone.leadsTo.map(\.rule).contains("TURN-4"))
            let good = try await ward.post("/v1/scales/braden", #"{"result":19}"#)
                .decode(ScaleAnswer.self)
            #expect(good.leadsTo.isEmpty)
            // Nothing was recorded.
            #expect(try await ward.get("/v1/status").decode(StatusAnswer.self).lastSequence == 0)
        }
    }

    @Test(arguments: [
        ("braden", #"{"items":{"sensory":5}}"#, 422, "items.sensory", "a whole number from 1 to 4"),
        ("braden", #"{"result":24}"#, 422, "result", "a whole number from 6 to 23"),
        ("braden", #"{"result":null}"#, 422, "items", "answers to sensory"),
        ("braden", "{}", 422, "items", "answers to sensory"),
        ("braden", #"{"result":10,"items":{}}"#, 422, "result", "total among the items"),
        ("braden", #"{"items":[1]}"#, 422, "items", "an object"),
        ("braden", #"{"itms":{}}"#, 422, "itms", "did you mean items?"),
        ("padua", #"{"items":{"cancer":true}}"#, 422, "items.cancer", "one of activeCancer"),
        (
            "padua", #"{"items":{"activeCancr":true}}"#, 422, "items.activeCancr",
            "did you mean activ"
        ),
        ("padua", #"{"items":{"activeCancer":null}}"#, 422, "items.activeCancer", "true or false"),
    ]) func `what cannot be is refused with its field`(
        scale: String, body: String, status: Int, field: String, expected: String
    ) async throws {
        try await TestWard.run { ward in
            let answer = try await ward.post("/v1/scales/\(scale)", body)
            #expect(answer.status == status)
            let fault = try #require(try answer.decode(Problem.self).faults.first)
            #expect(fault.field == field)
            #expect(fault.expected?.hasPrefix(expected) == true, "\(fault)")
        }
    }

    @Test func `an unknown scale is not found, a wrong body is malformed`() async throws {
        try await TestWard.run { ward in
            let unknown = try await ward.post("/v1/scales/bradn", #"{"result":10}"#)
            #expect(unknown.status == 404)
            #expect(try unknown.decode(Problem.self).detail.hasSuffix("Did you mean braden?"))
            #expect(try await ward.post("/v1/scales/braden", "{").status == 400)
            #expect(try await ward.post("/v1/scales/braden", "{}", type: nil).status == 400)
            #expect(try await ward.get("/v1/scales?x=1").status == 422)
        }
    }

    @Test func `sub-scores are kept with the stay, and a later total alone drops them`()
        async throws
    {
        try await TestWard.run { ward in
            func scores() async throws -> [String] {
                try await ward.get("/v1/stays/S1").decode(StayAnswer.self).scores?.map {
                    "\($0.name) \($0.band?.text ?? "-") \($0.items?.count ?? 0)"
                } ?? []
            }
            func assess(_ set: String) async throws -> Received {
                try await ward.post("/v1/stays/S1/assessment", #"{"by":"n7","set":\#(set)}"#)
            }
            try await ward.enrol(bed: "1", assessment: #"{"braden":\#(items)}"#)
            #expect(try await scores() == ["braden high risk 6"])
            let view = try await ward.get("/v1/stays/S1").decode(StayAnswer.self)
            #expect(view.assessment["braden"] == .number("10"))
            #expect(
                try await assess(#"{"padua":{"activeCancer":true,"reducedMobility":true}}"#).status
                    == 200)
            #expect(try await scores() == ["braden high risk 6", "padua high risk 2"])
            #expect(try await assess(#"{"braden":14}"#).status == 200)
            #expect(try await scores() == ["braden moderate risk 0", "padua high risk 2"])
            #expect(try await assess(#"{"padua":null}"#).status == 200)
            #expect(try await scores() == ["braden moderate risk 0"])
        }
    }

    @Test func `a total that is not the sum is refused, both are named, and nothing changes`()
        async throws
    {
        try await TestWard.run { ward in
            try await ward.enrol(bed: "1", assessment: #"{"braden":12}"#)
            let wrong = items.dropLast() + #","total":11}"#
            let answer = try await ward.post(
                "/v1/stays/S1/assessment", #"{"by":"n7","set":{"braden":\#(wrong)}}"#)
            #expect(answer.status == 422)
            let fault = try #require(try answer.decode(Problem.self).faults.first)
            #expect(fault.field == "set.braden.total" && fault.value == "11")
            #expect(fault.problem.contains("which give 10 (sensory 2, moisture 3"))
            let view = try await ward.get("/v1/stays/S1").decode(StayAnswer.self)
            #expect(view.assessment["braden"] == .number("12"))
            let enrolled = try await ward.post(
                "/v1/stays",
                #"{"by":"n7","stays":[{"ward":"A","bed":"2","admission":"SYN-2","name":"Synthetic","#
                    + #""recordNumber":"SYN-2","assessment":{"braden":\#(wrong)}}]}"#)
            #expect(
                try enrolled.decode(Problem.self).faults.map(\.field)
                    == ["stays[0].assessment.braden.total"])
        }
    }
}
