/// The format of a protocol file.
package enum ProtocolSchema {
    /// JSON Schema, draft 2020-12.
    package static let text = String(decoding: PackageResources.protocol_schema_json, as: UTF8.self)
}
