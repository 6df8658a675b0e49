internal import Digests
internal import SourceFiles

/// A seed file of rows: `NNN_table.csv` or `NNN_schema.table.csv`.
///
/// The number and its underscore only put files in order. Names are taken as they are written,
/// upper and lower case included.
package struct CSVSeed: Sendable, Equatable {
  /// The table's schema; nil when the search path finds the table.
  package var schema: String?
  /// The table.
  package var table: String
  /// The columns that the header line names.
  package var columns: [String]
  /// The size of the file in bytes.
  package var size: Int

  /// Longer than any header line that is meant.
  private static let headerLimit = 1_048_576

  /// Reads the header of the file at `path` and computes the checksum of the whole.
  ///
  /// A file with only a header is right and has no rows; one without a header is not.
  static func load(name: String, path: String) throws(SeedError) -> (CSVSeed, checksum: String) {
    let (schema, table) = try target(of: name, path: path)
    let stream = try ByteStream(path: path)
    let digest = SHA256Stream()
    var head: [UInt8]? = []
    var header: CSVHeader?
    var size = 0
    while let chunk = try stream.next() {
      digest.update(chunk)
      size += chunk.count
      guard var bytes = head else { continue }
      bytes += chunk
      if let found = try CSVHeader(withoutMark(bytes), isComplete: false, path: path) {
        header = found
        head = nil
      } else if bytes.count > headerLimit {
        throw SeedError(.invalidHeader, "the header line does not end", file: path)
      } else {
        head = bytes
      }
    }
    if let head {
      let bytes = withoutMark(head)
      guard !bytes.isEmpty else {
        throw SeedError(
          .emptyFile, "the file has no header line", file: path,
          remedy: "Its first line names the columns; a file with only that line loads no rows.")
      }
      header = try CSVHeader(bytes, isComplete: true, path: path)
    }
    let columns = header?.columns ?? []
    return (
      CSVSeed(schema: schema, table: table, columns: columns, size: size), digest.finish()
    )
  }

  private static func withoutMark(_ bytes: [UInt8]) -> [UInt8] {
    Array(SourceText.body(of: bytes))
  }

  private static func target(
    of name: String, path: String
  ) throws(SeedError) -> (schema: String?, table: String) {
    var stem = Substring(name).dropLast(".csv".count)
    let digits = stem.prefix { ("0"..."9").contains($0) }
    if !digits.isEmpty, stem.dropFirst(digits.count).first == "_" {
      stem = stem.dropFirst(digits.count + 1)
    }
    let parts = stem.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), !parts.contains("") else {
      throw SeedError(
        .invalidName, "the file's name does not name a table", file: path,
        remedy: "Call it NNN_table.csv or NNN_schema.table.csv.")
    }
    return (parts.count == 2 ? String(parts[0]) : nil, String(parts[parts.count - 1]))
  }
}
