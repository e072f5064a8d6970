import ControlAPI
import Foundation
import Testing

/// The worked patients of the clinical sheet and some of our own, with what must not happen.
@Suite struct AcceptanceCaseTests {
    @Test func `the vignettes are among the cases`() {
        let names = CaseFile.all.map(\.name)
        for name in ["V02", "V03-A", "V03-B", "V04", "V06", "V07", "V09-A"] {
            #expect(names.contains(name))
        }
    }

    @Test(arguments: CaseFile.all)
    func `comes out as worked by hand`(_ file: CaseFile) throws {
        let answer = try Shipped.answer(file.text)
        let check = try #require(answer.check, "a case states what it expects")
        #expect(check.compared > 0)
        for difference in check.differences {
            Issue.record("\(file.name):\(difference.line): \(difference.sentence)")
        }
    }

    @Test(arguments: CaseFile.all)
    func `the same case gives the same bytes`(_ file: CaseFile) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let first = try encoder.encode(Shipped.answer(file.text))
        let second = try encoder.encode(Shipped.answer(file.text))
        #expect(first == second)
    }
}
