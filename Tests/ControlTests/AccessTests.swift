import ControlAPI
import Foundation
import NIOHTTP1
import Testing

@testable import ControlServer

@Suite struct `Access` {
    /// Posted, but only reckoned with: nothing is recorded.
    private static let questions = ["/v1/scales/{id}"]

    @Test func `every route has a role, and whoever changes something is more than a viewer`() {
        #expect(!RouteTable.control.routes.isEmpty)
        for route in RouteTable.control.routes {
            switch route.method {
            case .get: #expect(route.role == .view, "\(route.pattern)")
            case .post where Self.questions.contains(route.pattern):
                #expect(route.role == .view, "\(route.pattern)")
            case .post: #expect(route.role >= .nurse, "\(route.pattern)")
            }
        }
    }

    @Test func `a viewer may read everything and change nothing`() async throws {
        try await TestWard.run({ $0.roles = RoleTable(users: [getuid(): .view]) }) { ward in
            for route in RouteTable.control.routes {
                let path = route.pattern.replacing("{id}", with: "S1")
                guard route.method == .post else {
                    if path == "/v1/events" { continue }
                    #expect(try await ward.get(path).status != 403, "\(path)")
                    continue
                }
                let answer = try await ward.post(path, #"{"by":"n7"}"#)
                if Self.questions.contains(route.pattern) {
                    #expect(answer.status != 403, "\(path)")
                    continue
                }
                #expect(answer.status == 403, "\(path)")
                let problem = try answer.decode(Problem.self)
                #expect(problem.code == .denied)
                #expect(problem.detail.contains("needs role \(route.role.word)"))
            }
            #expect(ward.sequence == 0)
        }
    }

    @Test func `a caller without a role may not even look`() async throws {
        try await TestWard.run({ $0.roles = RoleTable(users: [:], others: nil) }) { ward in
            for path in ["/v1/status", "/v1/alerts", "/v1/events", "/v1/nowhere"] {
                let answer = try await ward.get(path)
                #expect(answer.status == 403)
            }
        }
    }

    @Test func `roles go by user, then by the highest group, then by who may connect`() {
        let table = RoleTable(
            users: [0: .admin, 10: .view], groups: [100: .view, 200: .nurse], others: nil)
        func role(_ uid: UInt32, _ gid: UInt32, _ groups: [UInt32] = []) -> Role? {
            table.role(of: Caller(uid: uid, gid: gid, pid: 1, groups: groups))
        }
        #expect(role(0, 0) == .admin)
        #expect(role(10, 200) == .view)
        #expect(role(11, 100) == .view)
        #expect(role(11, 100, [200]) == .nurse)
        #expect(role(11, 300) == nil)
    }

    @Test func `whom the kernel cannot name is refused, whatever is configured`() {
        let table = RoleTable(
            users: [65_534: .admin], groups: [65_534: .admin], others: .admin)
        #expect(table.role(of: Caller(uid: 65_534, gid: 5, pid: 1)) == nil)
        #expect(table.role(of: Caller(uid: 5, gid: 65_534, pid: 1)) == nil)
    }

    /// Run with `setpriv --groups 4242` to see more than the primary group.
    @Test(.enabled(if: !ownGroups().isEmpty))
    func `a supplementary group gives its role`() async throws {
        for group in ownGroups() {
            try await TestWard.run({
                $0.roles = RoleTable(users: [:], groups: [group: .view], others: nil)
            }) { ward in
                let answer = try await ward.get("/v1/status")
                #expect(answer.status == 200)
            }
        }
    }

    @Test(arguments: [
        "/", "/v1", "/v1/", "/v2/status", "/v1/status/", "//v1/status", "/v1/stays/",
        "/v1/stays/S1/", "/v1/stays/S1/nothing", "/V1/status", "/v1/%73tatus",
    ])
    func `an unknown path is 404`(path: String) async throws {
        try await TestWard.run { ward in
            let answer = try await ward.get(path)
            #expect(answer.status == 404)
            #expect(try answer.decode(Problem.self).code == .notFound)
        }
    }

    @Test(arguments: [
        ("POST", "/v1/status", "GET, HEAD"), ("GET", "/v1/stays/S1/holds", "POST"),
        ("DELETE", "/v1/stays", "GET, HEAD, POST"), ("TRACE", "/v1/status", "GET, HEAD"),
        ("PUT", "/v1/stays/S1", "GET, HEAD"),
    ])
    func `a wrong method is 405 and names the right ones`(
        method: String, path: String, allow: String
    ) async throws {
        try await TestWard.run { ward in
            let answer = try await ward.send(ward.request(HTTPMethod(rawValue: method), path))
            #expect(answer.status == 405)
            #expect(answer.header("Allow") == allow)
            #expect(try answer.decode(Problem.self).code == .methodNotAllowed)
        }
    }

    @Test func `every answer says which release it is of, and as of when`() async throws {
        try await TestWard.run { ward in
            for path in ["/v1/status", "/v1/alerts", "/v1/nowhere", "/v1/openapi.yaml"] {
                let answer = try await ward.get(path)
                #expect(answer.header(ControlAPI.Header.version) == ControlAPI.version)
                #expect(answer.header(ControlAPI.Header.madeAt) == "2027-01-19T08:00:00Z")
                #expect(answer.header(ControlAPI.Header.demo) == nil)
            }
        }
    }
}

/// The supplementary groups of this process, but group 0.
private func ownGroups() -> [gid_t] {
    var groups = [gid_t](repeating: 0, count: 64)
    let count = unsafe getgroups(64, &groups)
    return groups.prefix(Int(max(0, count))).filter { $0 != 0 }
}
