#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The files that commands read and write themselves.
enum Files {
  /// The current folder.
  static var currentDirectory: String { FileManager.default.currentDirectoryPath }

  /// Where caches belong (XDG Base Directory Specification); nil when nothing says where.
  static var cacheFolder: String? {
    let environment = Environment.current
    // A relative path there is to be ignored.
    if let folder = environment["XDG_CACHE_HOME"], folder.hasPrefix("/") {
      return folder + "/dbtool"
    }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return home + "/.cache/dbtool"
  }

  static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  /// True also for a link that leads nowhere, of which `exists` knows nothing.
  static func isNamed(_ path: String) -> Bool {
    exists(path) || (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil
  }

  /// `path` as seen from `base`, unless it is absolute.
  static func resolve(_ path: String, from base: String) -> String {
    path.hasPrefix("/") ? path : base + "/" + path
  }

  /// The place that `path` leads to, through links and dots.
  static func canonical(_ path: String) -> String {
    URL(filePath: resolve(path, from: currentDirectory)).resolvingSymlinksInPath().path
  }

  static func folder(of path: String) -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let folder = parts.joined(separator: "/")
    return folder.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : folder
  }

  static func read(_ path: String) throws -> String {
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch {
      throw UsageError("\(path) cannot be read: \(kind(path) ?? reason(error))")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw UsageError("\(path) is not UTF-8 text")
    }
    return text
  }

  /// What is there in place of a file; nil for a file, and for nothing.
  private static func kind(_ path: String) -> String? {
    if exists(path + "/.") { return "it is a folder" }
    let attributes = try? FileManager.default.attributesOfItem(atPath: canonical(path))
    let type = attributes?[.type] as? FileAttributeType
    return type == nil || type == .typeRegular ? nil : "it is a device or a pipe, and no file"
  }

  /// A file's text; nil when it is not there or cannot be read.
  @Sendable
  static func textIfThere(_ path: String) -> String? { try? read(path) }

  /// Finds out before anything is done whether `write` would be able to write `path`.
  static func checkWritable(_ path: String) throws {
    if path.isEmpty || exists(path + "/.") {
      throw UsageError("\"\(path)\" cannot be written: it is not the name of a file")
    }
    let folder = folder(of: path)
    guard exists(folder + "/.") else {
      throw UsageError("\(path) cannot be written: no such folder")
    }
    guard FileManager.default.isWritableFile(atPath: folder),
      !exists(path) || FileManager.default.isWritableFile(atPath: path)
    else { throw UsageError("\(path) cannot be written: permission denied") }
  }

  /// Refuses a place that is a link, or that one below the current folder leads to.
  ///
  /// It may be of somebody else's change, and lead to files that are none of its business: reports and
  /// memories are written and removed without asking. `/dev/stdout` is a link, too, and of no change.
  static func refuseLinks(to path: String) throws {
    var part = resolve(path, from: currentDirectory)
    guard !["/dev/stdout", "/dev/stderr"].contains(part), !part.hasPrefix("/dev/fd/") else {
      return
    }
    repeat {
      guard (try? FileManager.default.destinationOfSymbolicLink(atPath: part)) == nil else {
        throw UsageError(
          "\(path) cannot be written: \(part) is a link",
          remedy: "remove it, or name the place that it leads to")
      }
      part = folder(of: part)
    } while part.hasPrefix(currentDirectory + "/")
  }

  /// Writes the whole file or nothing; a link stays, and leads to the new text.
  ///
  /// Who may read and write what was there may do so afterwards.
  static func write(_ text: String, to path: String) throws {
    // A device or a pipe is written to: the new file of an atomic write would take its place.
    let place = canonical(path)
    let attributes = try? FileManager.default.attributesOfItem(atPath: place)
    let type = attributes?[.type] as? FileAttributeType
    do {
      switch (attributes, type) {
      case (let attributes?, .typeRegular): try replace(place, with: text, attributes)
      case (nil, _): try Data(text.utf8).write(to: URL(filePath: place), options: .atomic)
      default: try Data(text.utf8).write(to: URL(filePath: place))
      }
    } catch {
      throw UsageError("\(path) cannot be written: \(reason(error))")
    }
  }

  /// Reads and changes a file while no other dbtool does so, which would lose one of both changes.
  static func alone<Result>(with path: String, _ body: () throws -> Result) rethrows -> Result {
    // The file itself is replaced. Where folders cannot be locked this is as good as it gets.
    let descriptor = open(folder(of: canonical(path)), O_RDONLY | O_CLOEXEC)
    defer { close(descriptor) }
    flock(descriptor, LOCK_EX)
    return try body()
  }

  /// Puts a new file in the place of one, with its permissions before there is a text in it.
  private static func replace(
    _ place: String, with text: String, _ attributes: [FileAttributeKey: Any]
  ) throws {
    guard FileManager.default.isWritableFile(atPath: place) else {
      throw CocoaError(.fileWriteNoPermission)
    }
    let draft = "\(place).\(UUID().uuidString)"
    try Data().write(to: URL(filePath: draft), options: .withoutOverwriting)
    do {
      let manager = FileManager.default
      // Only the superuser may give a file away.
      try? manager.setAttributes(
        attributes.filter { [.ownerAccountID, .groupOwnerAccountID].contains($0.key) },
        ofItemAtPath: draft)
      try manager.setAttributes(
        attributes.filter { $0.key == .posixPermissions }, ofItemAtPath: draft)
      try Data(text.utf8).write(to: URL(filePath: draft))
      let descriptor = open(draft, O_RDONLY | O_CLOEXEC)
      fsync(descriptor)
      close(descriptor)
      guard rename(draft, place) == 0 else { throw CocoaError(.fileWriteUnknown) }
    } catch {
      try? FileManager.default.removeItem(atPath: draft)
      throw error
    }
  }

  /// Makes a folder and those that lead to it; one that is there is left as it is.
  static func makeFolder(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw UsageError("folder \(path) cannot be made: \(reason(error))")
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

  /// Writes a file of this name in a new folder for temporary files; the folder goes with it.
  static func temporary(_ text: String, name: String) throws -> String {
    let folder = FileManager.default.temporaryDirectory.path + "/dbtool-" + UUID().uuidString
    try makeFolder(folder)
    let path = folder + "/" + name
    try create(path, text)
    return path
  }

  /// Removes a file, and with one from `temporary` its folder.
  static func remove(_ path: String) throws {
    do {
      try FileManager.default.removeItem(atPath: path)
      let folder = folder(of: path)
      let isTemporary = folder.hasPrefix(FileManager.default.temporaryDirectory.path + "/dbtool-")
      if isTemporary { try FileManager.default.removeItem(atPath: folder) }
    } catch {
      throw UsageError("\(path) cannot be removed: \(reason(error))")
    }
  }

  private static func reason(_ error: any Error) -> String {
    switch (error as? CocoaError)?.code {
    case CocoaError.Code.fileWriteFileExists: "it exists already"
    case CocoaError.Code.fileWriteNoPermission, CocoaError.Code.fileReadNoPermission:
      "permission denied"
    case CocoaError.Code.fileNoSuchFile: "no such folder"
    case CocoaError.Code.fileReadNoSuchFile: "there is no such file"
    case CocoaError.Code.fileWriteOutOfSpace: "the disk is full"
    case CocoaError.Code.fileWriteVolumeReadOnly: "the disk is read-only"
    case CocoaError.Code.fileWriteUnknown: "the system refuses it; a file may be in the way"
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
