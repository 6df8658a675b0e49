#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Reads the files that a project is made of: migrations, policies, seeds.
package enum SourceFiles {
  /// The names of what lies in a folder, without hidden files, in the order of their bytes: the
  /// same whatever the locale of the machine.
  package static func names(inFolder path: String) throws(SourceFileError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path)
        .filter { !$0.hasPrefix(".") }
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    } catch {
      let isMissing = (error as? CocoaError)?.code == .fileReadNoSuchFile
      throw SourceFileError(
        code: .folderUnreadable,
        message: isMissing
          ? "there is no such folder" : "the folder cannot be read: \(reason(of: error))",
        path: path, remedy: "create the folder, or name the right one")
    }
  }

  /// The bytes of a file.
  package static func bytes(ofFile path: String) throws(SourceFileError) -> [UInt8] {
    do {
      return [UInt8](try Data(contentsOf: URL(filePath: path)))
    } catch {
      throw SourceFileError(
        code: .fileUnreadable, message: "the file cannot be read: \(reason(of: error))", path: path,
        remedy: "make it a readable file, or move it out of the folder")
    }
  }

  /// The path of something in a folder.
  package static func path(_ name: String, inFolder folder: String) -> String {
    folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  /// A few words for an error whose own description is meant for debuggers.
  private static func reason(of error: any Error) -> String {
    guard let error = error as? CocoaError else { return "\(error)" }
    switch error.code {
    case .fileReadNoSuchFile, .fileNoSuchFile: return "there is no such file or folder"
    case .fileReadNoPermission: return "permission denied"
    default: break
    }
    switch (error.underlying as? POSIXError)?.code {
    case .ENOTDIR: return "it is not a folder"
    case .EISDIR: return "it is a folder"
    case .ELOOP: return "its symbolic links lead in a circle"
    case let code?: return "system error \(code.rawValue)"
    case nil: return "system error (\(error.code.rawValue))"
    }
  }
}
