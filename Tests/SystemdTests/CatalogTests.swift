import Foundation
import Testing

@testable import Systemd

/// The journal catalogue and the ids in the code are two lists of one thing.
@Suite struct CatalogTests {
    private struct Page {
        var id = ""
        var headers: [String: String] = [:]
        var body = ""
    }

    private func pages() throws -> [Page] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../systemd/sccd.catalog")
        var pages: [Page] = []
        for line in try String(contentsOf: file, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        where !line.hasPrefix("#") {
            if line.hasPrefix("-- ") {
                pages.append(Page(id: String(line.dropFirst(3))))
            } else if let index = pages.indices.last {
                if pages[index].body.isEmpty, let colon = line.firstIndex(of: ":"), !line.isEmpty {
                    let value = line[colon...].dropFirst().trimmingCharacters(in: .whitespaces)
                    pages[index].headers[String(line[..<colon])] = value
                } else {
                    pages[index].body += line + "\n"
                }
            }
        }
        return pages
    }

    @Test func `each kind of event has one page and no page is for nothing`() throws {
        #expect(try pages().map(\.id).sorted() == MessageID.allCases.map(\.rawValue).sorted())
    }

    @Test func `each page says what happened and what to do`() throws {
        for page in try pages() {
            let id = page.id
            #expect(page.headers["Subject"]?.isEmpty == false, "\(id)")
            #expect(page.headers["Defined-By"] == "sccd", "\(id)")
            #expect(page.body.contains("What to do: "), "\(id)")
        }
    }

    @Test func `pages refer to fields that records have`() throws {
        let known: Set = [
            "SCC_WARD", "SCC_BED", "SCC_STAY", "SCC_ACTIVITY", "SCC_REMINDER", "SCC_DUE",
            "SCC_STATE", "SCC_REASON", "SCC_SEQ", "SCC_LOST", "SCC_PROTOCOLS", "SCC_FAULTS",
        ]
        for page in try pages() {
            let text = page.headers.values.joined() + page.body
            for match in text.matches(of: /@([^@\n]*)@/) {
                #expect(known.contains(String(match.1)), "\(page.id)")
            }
        }
    }

    @Test func `ids are 128 bits in lower case`() {
        for id in MessageID.allCases {
            #expect(id.rawValue.wholeMatch(of: /[0-9a-f]{32}/) != nil)
        }
    }
}
