#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Reads folders and small files; large ones go through `ByteStream`.
enum FileAccess {
  /// The names of what lies in the folder at `path`, unsorted; nil when it is no readable folder.
  static func names(in path: String) -> [String]? {
    try? FileManager.default.contentsOfDirectory(atPath: path)
  }

  /// The bytes of the file at `path`; nil when it cannot be read.
  static func bytes(of path: String) -> [UInt8]? {
    (try? Data(contentsOf: URL(filePath: path))).map { [UInt8]($0) }
  }

  /// True when something is at `path`.
  static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}
