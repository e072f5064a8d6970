import CareCore
import CareProtocols
import ControlAPI

extension ProtocolsAnswer {
    init(_ description: ProtocolDescription, builtIn: ProtocolDescription, directory: String?) {
        self.init(
            version: description.version, directory: directory,
            files: description.files.map { file in
                ProtocolFileView(
                    name: file.name, builtIn: file.isBuiltIn, id: file.id, version: file.version,
                    owner: file.owner, reviewDate: file.reviewDate)
            },
            parts: description.parts.map(ProtocolPartView.init),
            differences: description.differences(from: builtIn).map { difference in
                ProtocolDifferenceView(
                    difference: difference.kind.rawValue, kind: difference.part.kind.rawValue,
                    id: difference.part.id, of: difference.part.of,
                    fields: difference.fields.map {
                        ProtocolFieldDifference(
                            label: $0.label, before: $0.before, after: $0.after)
                    })
            })
    }
}

extension ProtocolPartView {
    init(_ part: ProtocolDescription.Part) {
        self.init(
            kind: part.kind.rawValue, id: part.id, of: part.of, title: part.title,
            lines: part.lines.map { ProtocolLineView(label: $0.label, texts: $0.texts) },
            related: part.related, sources: part.sources, status: part.status.rawValue,
            needsSignOff: part.needsSignOff, file: part.origin.file, line: part.origin.line,
            builtIn: part.origin.isBuiltIn, protocolID: part.origin.protocolID,
            protocolVersion: part.origin.version,
            change: part.change.map { change in
                ProtocolChangeView(
                    keys: change.keys, reason: change.reason, file: change.file, line: change.line,
                    signature: ProtocolSignatureView(change.signature))
            },
            signature: part.signature.map(ProtocolSignatureView.init),
            switchedOff: part.isSwitchedOff)
    }
}

extension ProtocolSignatureView {
    init(_ signature: ProtocolDescription.Signature) {
        self.init(
            by: signature.by, on: signature.on, version: signature.version, file: signature.file,
            line: signature.line, current: signature.isCurrent)
    }
}
