package import CareCore

/// The protocols that are part of the program.
package enum BuiltInProtocols {
    /// Their files, in the order in which their care is listed.
    package static var files: [(name: String, text: String)] {
        [
            ("spine.yaml", PackageResources.spine_yaml),
            ("dysreflexia.yaml", PackageResources.dysreflexia_yaml),
            ("pressure-ulcer.yaml", PackageResources.pressure_ulcer_yaml),
            ("thromboembolism.yaml", PackageResources.thromboembolism_yaml),
            ("chest.yaml", PackageResources.chest_yaml),
            ("bladder-bowel.yaml", PackageResources.bladder_bowel_yaml),
            ("steroid.yaml", PackageResources.steroid_yaml),
            ("ward.yaml", PackageResources.ward_yaml),
            ("holds.yaml", PackageResources.holds_yaml),
        ].map { ($0.0, String(decoding: $0.1, as: UTF8.self)) }
    }

    /// The same as documents of the loader.
    package static var documents: [ProtocolDocument] {
        files.map { ProtocolDocument(name: $0.name, text: $0.text, isBuiltIn: true) }
    }

    package static func library() throws(ProtocolError) -> CareLibrary {
        try ProtocolLoader.load(files: files)
    }
}
