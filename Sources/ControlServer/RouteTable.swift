import ControlAPI

/// One route: what it answers, and what role it takes.
package struct Route: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
    }

    package let method: Method
    /// The path; `{id}` stands for one segment.
    package let pattern: String
    package let role: Role
    let answer: @Sendable (ControlService, Exchange) async throws -> Reply
    private let segments: [Substring]

    init(
        _ method: Method, _ pattern: String, _ role: Role,
        _ answer: @escaping @Sendable (ControlService, Exchange) async throws -> Reply
    ) {
        self.method = method
        self.pattern = pattern
        self.role = role
        self.answer = answer
        segments = pattern.split(separator: "/", omittingEmptySubsequences: false)
    }

    /// What stands at `{id}`, empty where the pattern has none; `nil` when the path is another.
    fileprivate func match(_ path: [Substring]) -> String? {
        guard path.count == segments.count else { return nil }
        var id = ""
        for (segment, part) in zip(segments, path) {
            if segment == "{id}" {
                guard !part.isEmpty else { return nil }
                id = String(part)
            } else if segment != part {
                return nil
            }
        }
        return id
    }

    fileprivate func takes(_ method: String) -> Bool {
        method == self.method.rawValue || method == "HEAD" && self.method == .get
    }
}

/// A method that the path does not take.
struct MethodNotAllowed: Error {
    let path: String
    let allow: [String]
}

/// Every route with its role, in one place.
package struct RouteTable: Sendable {
    package let routes: [Route]

    /// - Throws: ``Problem`` for an unknown path, ``MethodNotAllowed`` for a wrong method.
    func route(method: String, path: String) throws -> (route: Route, id: String) {
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        var allow: [String] = []
        for route in routes {
            guard let id = route.match(segments) else { continue }
            if route.takes(method) { return (route, id) }
            allow += route.method == .get ? ["GET", "HEAD"] : [route.method.rawValue]
        }
        guard allow.isEmpty else { throw MethodNotAllowed(path: quoted(path), allow: allow) }
        throw Problem(
            .notFound, "There is no \(quoted(path)) here; /v1/openapi.yaml describes what there is."
        )
    }

    /// The control interface, version 1.
    package static let control = RouteTable(routes: [
        Route(.get, "/v1/status", .view) { try await $0.status($1) },
        Route(.get, "/v1/openapi.yaml", .view) { try $0.document($1) },
        Route(.get, "/v1/catalogue", .view) { try $0.catalogue($1) },
        Route(.get, "/v1/protocols", .view) { try await $0.protocols($1) },
        Route(.get, "/v1/migrations", .view) { try await $0.migrations($1) },
        Route(.get, "/v1/scales", .view) { try $0.scales($1) },
        Route(.get, "/v1/scales/{id}", .view) { try $0.scale($1) },
        Route(.post, "/v1/scales/{id}", .view) { try $0.score($1) },
        Route(.get, "/v1/alerts", .view) { try await $0.alerts($1) },
        Route(.get, "/v1/events", .view) { try await $0.eventStream($1) },
        Route(.get, "/v1/plan", .view) { try await $0.plan($1) },
        Route(.get, "/v1/explain/{id}", .view) { try await $0.explain($1) },
        Route(.get, "/v1/stays", .view) { try await $0.stays($1) },
        Route(.get, "/v1/stays/{id}", .view) { try await $0.stay($1) },
        Route(.get, "/v1/stays/{id}/handover", .view) { try await $0.handover($1) },
        Route(.get, "/v1/stays/{id}/history", .view) { try await $0.history($1) },
        Route(.post, "/v1/stays", .nurse) { try await $0.enrol($1) },
        Route(.post, "/v1/stays/{id}/assessment", .nurse) { try await $0.assess($1) },
        Route(.post, "/v1/stays/{id}/outcomes", .nurse) { try await $0.record($1) },
        Route(.post, "/v1/stays/{id}/holds", .nurse) { try await $0.hold($1) },
        Route(.post, "/v1/stays/{id}/resume", .nurse) { try await $0.resume($1) },
        Route(.post, "/v1/stays/{id}/absence", .nurse) { try await $0.leave($1) },
        Route(.post, "/v1/stays/{id}/return", .nurse) { try await $0.comeBack($1) },
        Route(.post, "/v1/stays/{id}/transfer", .nurse) { try await $0.transfer($1) },
        Route(.post, "/v1/stays/{id}/discharge", .nurse) { try await $0.discharge($1) },
        Route(.post, "/v1/stays/{id}/migrate", .nurse) { try await $0.migrate($1) },
        Route(.post, "/v1/protocols/reload", .admin) { try await $0.reloadProtocols($1) },
        Route(.post, "/v1/alerts/{id}/acknowledge", .nurse) { try await $0.acknowledge($1) },
        Route(.post, "/v1/alerts/{id}/decision", .nurse) { try await $0.decide($1) },
    ])
}
