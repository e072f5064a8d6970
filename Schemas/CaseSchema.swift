/// The format of a case for `sccctl simulate`.
package enum CaseSchema {
    /// JSON Schema, draft 2020-12.
    package static let text = String(decoding: PackageResources.case_schema_json, as: UTF8.self)
}
