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

/// The only place of this target that touches the file system.
enum FileAccess {
  /// The names in a folder, sorted.
  static func names(inFolder path: String) throws(MigrationError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    } catch {
      throw MigrationError(
        .folderUnreadable, "the migrations folder cannot be read: \(reason(of: error))",
        file: path,
        remedy: "create the folder, or name the right one")
    }
  }

  /// The bytes of a file.
  static func bytes(ofFile path: String) throws(MigrationError) -> [UInt8] {
    do {
      return [UInt8](try Data(contentsOf: URL(filePath: path)))
    } catch {
      throw MigrationError(
        .fileUnreadable, "the file cannot be read: \(reason(of: error))", file: path,
        remedy: "make it a readable file, or move it out of the folder")
    }
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
