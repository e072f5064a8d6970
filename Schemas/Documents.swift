/// The description of the control interface.
package enum ControlDocument {
    /// OpenAPI 3.1, in YAML.
    package static let openAPI = String(
        decoding: PackageResources.control_openapi_yaml, as: UTF8.self)
}
