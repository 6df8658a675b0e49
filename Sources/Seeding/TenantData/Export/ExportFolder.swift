#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// The folder that an export is written into: it appears whole or not at all.
final class ExportFolder {
  /// The name of the file that says how the others are loaded.
  static let manifest = "export.yaml"

  /// Where it will be.
  let path: String
  /// Where it is written.
  private let draft: String
  private var isDone = false

  /// Makes a draft beside `path`.
  ///
  /// - Throws: `SeedError` when `path` holds something and may not be written over.
  init(path: String, overwrites: Bool) throws(SeedError) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    var generator = SystemRandomNumberGenerator()
    draft =
      self.path + ".partial-"
      + String(UInt32.random(in: .min ... .max, using: &generator), radix: 16)
    if let names = try? FileManager.default.contentsOfDirectory(atPath: self.path) {
      guard overwrites || names.isEmpty else {
        isDone = true
        throw SeedError(
          .unusableFolder, "the folder is not empty", file: self.path,
          remedy: "Name another one with --output-folder, or give --overwrite to replace an "
            + "earlier export.")
      }
    } else if FileManager.default.fileExists(atPath: self.path) {
      isDone = true
      throw SeedError(.unusableFolder, "it is not a folder that can be read", file: self.path)
    }
    do {
      try FileManager.default.createDirectory(
        atPath: draft, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      isDone = true
      throw SeedError(
        .unusableFolder, "the folder cannot be made: \(Self.reason(error))", file: self.path)
    }
  }

  deinit { if !isDone { try? FileManager.default.removeItem(atPath: draft) } }

  /// The path of a file of the draft.
  func draftPath(_ name: String) -> String { draft + "/" + name }

  /// Removes a file of the draft.
  func remove(_ name: String) { try? FileManager.default.removeItem(atPath: draftPath(name)) }

  /// Puts the draft where it belongs; files of an earlier export go, all others stay.
  func publish() throws(SeedError) {
    let files = FileManager.default
    do {
      if !files.fileExists(atPath: path) {
        try files.moveItem(atPath: draft, toPath: path)
      } else {
        for name in try files.contentsOfDirectory(atPath: path) where Self.isOfExport(name) {
          try files.removeItem(atPath: path + "/" + name)
        }
        for name in try files.contentsOfDirectory(atPath: draft).sorted() {
          try files.moveItem(atPath: draftPath(name), toPath: path + "/" + name)
        }
        try files.removeItem(atPath: draft)
      }
    } catch {
      throw SeedError(
        .unusableFolder, "the export cannot be put in its place: \(Self.reason(error))",
        file: path)
    }
    isDone = true
  }

  /// `010_public.rooms.csv`, `120_sequences.sql` and the like.
  private static func isOfExport(_ name: String) -> Bool {
    let digits = name.prefix { $0.isASCII && $0.isNumber }
    return name == manifest
      || (digits.count >= 3 && name.dropFirst(digits.count).hasPrefix("_")
        && (name.hasSuffix(".csv") || name.hasSuffix(".sql")))
  }

  private static func reason(_ error: any Error) -> String {
    switch (error as? CocoaError)?.code {
    case CocoaError.Code.fileWriteNoPermission: "permission denied"
    case CocoaError.Code.fileNoSuchFile: "no such folder"
    case CocoaError.Code.fileWriteOutOfSpace: "the disk is full"
    case CocoaError.Code.fileWriteFileExists: "it exists already"
    case CocoaError.Code.fileWriteVolumeReadOnly: "the disk is read-only"
    default: "\(error)"
    }
  }
}
