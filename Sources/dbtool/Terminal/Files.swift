#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The files that commands read and write themselves.
enum Files {
  /// The current folder.
  static var currentDirectory: String { FileManager.default.currentDirectoryPath }

  static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  /// `path` as seen from `base`, unless it is absolute.
  static func resolve(_ path: String, from base: String) -> String {
    path.hasPrefix("/") ? path : base + "/" + path
  }

  static func folder(of path: String) -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let folder = parts.joined(separator: "/")
    return folder.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : folder
  }

  static func read(_ path: String) throws -> String {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw UsageError("\(path) cannot be read")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw UsageError("\(path) is not UTF-8 text")
    }
    return text
  }

  /// Writes the whole file or nothing.
  static func write(_ text: String, to path: String) throws {
    do {
      try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw UsageError("\(path) cannot be written: \(reason(error))")
    }
  }

  /// Writes a new file and refuses to touch one that is there.
  static func create(_ path: String, _ text: String) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: folder(of: path), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: URL(filePath: path), options: .withoutOverwriting)
    } catch {
      throw UsageError("\(path) cannot be created: \(reason(error))")
    }
  }

  private static func reason(_ error: any Error) -> String {
    switch (error as? CocoaError)?.code {
    case CocoaError.Code.fileWriteFileExists: "it exists already"
    case CocoaError.Code.fileWriteNoPermission: "permission denied"
    case CocoaError.Code.fileNoSuchFile, CocoaError.Code.fileReadNoSuchFile: "no such folder"
    case CocoaError.Code.fileWriteOutOfSpace: "the disk is full"
    case CocoaError.Code.fileWriteVolumeReadOnly: "the disk is read-only"
    default: "\(error)"
    }
  }

  static func names(in folder: String) throws -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    } catch {
      throw UsageError("folder \(folder) cannot be read")
    }
  }
}
