package import CareCore
import Foundation

/// A hospital's own protocol files: the `*.yaml` of one directory, in the order of their names.
package enum ProtocolDirectory {
    /// - Returns: Nothing where there is no such directory: a hospital need not have rules of its own.
    /// - Throws: ``ProtocolError`` naming every file that cannot be read, or that would be read under
    ///   another name.
    package static func documents(at path: String) throws(ProtocolError) -> [ProtocolDocument] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        // Also behind a symbolic link.
        let target = URL(filePath: path).resolvingSymlinksInPath().path
        let attributes = try? FileManager.default.attributesOfItem(atPath: target)
        guard attributes?[.type] as? FileAttributeType == .typeDirectory else {
            throw ProtocolError(faults: [
                ProtocolFault(
                    file: path, line: 1, problem: "the place for protocols is a file",
                    expected: "a directory with *.yaml")
            ])
        }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        } catch {
            throw ProtocolError(faults: [
                ProtocolFault(
                    file: path, line: 1, problem: "the directory cannot be read",
                    expected: "read access for the user of sccd")
            ])
        }
        var documents: [ProtocolDocument] = []
        var faults: [ProtocolFault] = []
        for name in names where !name.hasPrefix(".") {
            let file = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
            if name.hasSuffix(".yml") {
                faults.append(
                    ProtocolFault(
                        file: file, line: 1, problem: "the file would not be read",
                        expected: "a name that ends in .yaml"))
            }
            guard name.hasSuffix(".yaml") else { continue }
            guard let data = FileManager.default.contents(atPath: file) else {
                faults.append(
                    ProtocolFault(
                        file: file, line: 1, problem: "the file cannot be read",
                        expected: "a file that the user of sccd may read"))
                continue
            }
            guard let text = String(validating: data, as: UTF8.self) else {
                faults.append(
                    ProtocolFault(
                        file: file, line: 1, problem: "the file is not in UTF-8",
                        expected: "YAML in UTF-8"))
                continue
            }
            documents.append(ProtocolDocument(name: file, text: text, isBuiltIn: false))
        }
        guard faults.isEmpty else { throw ProtocolError(faults: faults) }
        return documents
    }

    /// The built-in protocols together with a directory's.
    ///
    /// - Throws: ``ProtocolError`` with all faults of all files.
    package static func load(_ path: String?) throws(ProtocolError) -> LoadedProtocols {
        try ProtocolLoader.load(path.map(all) ?? BuiltInProtocols.documents)
    }

    /// The texts of the built-in protocols and of a directory's.
    package static func all(with path: String) throws(ProtocolError) -> [ProtocolDocument] {
        BuiltInProtocols.documents + (try documents(at: path))
    }
}
