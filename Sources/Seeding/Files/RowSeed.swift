internal import Digests
internal import SourceFiles

/// A seed file of rows: `NNN_table.csv` or `NNN_schema.table.csv`, and so for other formats.
///
/// The number and its underscore only put files in order. Names are taken as they are written,
/// upper and lower case included.
package struct RowSeed: Sendable, Equatable {
  /// How the rows are written.
  package var format: RowFormat
  /// The table's schema; nil when the search path finds the table.
  package var schema: String?
  /// The table.
  package var table: String
  /// The columns that the header line names; none for JSON lines, where each line names its own.
  package var columns: [String]
  /// The size of the file in bytes.
  package var size: Int
  /// The bytes of a byte order mark and the header line; of tab separated values with its end.
  package var headSize = 0
  /// True when the header line ends in a carriage return, with or without a line feed.
  package var endsInReturn = false
  /// True when `${tenant_id}` occurs in it.
  package var mentionsTenant = false
  /// True when a line may end COPY before the file's end.
  package var mentionsEnd = false

  /// Longer than any header line that is meant.
  private static let headerLimit = 1_048_576

  /// Reads the header of the file at `path` and computes the checksum of the whole.
  ///
  /// A file with only a header is right and has no rows; one without a header is not.
  ///
  /// - Parameter name: The file's name without folders.
  static func load(
    name: String, path: String, format: RowFormat, suffix: String
  ) throws(SeedError) -> (RowSeed, checksum: String) {
    let (schema, table) = try target(of: name, suffix: suffix, path: path)
    var seed = RowSeed(format: format, schema: schema, table: table, columns: [], size: 0)
    let stream = try ByteStream(path: path)
    let digest = SHA256Stream()
    var head: [UInt8]? = format == .jsonLines ? nil : []
    var tenants = ByteSearch(TenantReference.variable)
    var ends = ByteSearch("\\.")
    while let chunk = try stream.next() {
      digest.update(chunk)
      seed.size += chunk.count
      tenants.look(at: chunk)
      if format != .jsonLines { ends.look(at: chunk) }
      guard let before = head else { continue }
      let bytes = before + chunk
      head = try seed.readHeader(bytes, isComplete: false, path: path) ? nil : bytes
      if head != nil, bytes.count > headerLimit {
        throw SeedError(.invalidHeader, "the header line does not end", file: path)
      }
    }
    if let head {
      guard !SourceText.body(of: head).isEmpty else {
        throw SeedError(
          .emptyFile, "the file has no header line", file: path,
          remedy: "Its first line names the columns; a file with only that line loads no rows.")
      }
      _ = try seed.readHeader(head, isComplete: true, path: path)
    }
    if format == .jsonLines, seed.size == 0 {
      throw SeedError(
        .emptyFile, "the file is empty", file: path, remedy: "Each of its lines is one object.")
    }
    seed.mentionsTenant = tenants.isFound
    seed.mentionsEnd = ends.isFound
    return (seed, digest.finish())
  }

  /// Reads the header line; false when more of the file is needed.
  private mutating func readHeader(
    _ bytes: [UInt8], isComplete: Bool, path: String
  ) throws(SeedError) -> Bool {
    let body = Array(SourceText.body(of: bytes))
    guard let header = try RowHeader(body, format: format, isComplete: isComplete, path: path)
    else { return false }
    columns = header.columns
    headSize = bytes.count - body.count + header.size
    endsInReturn = header.endsInReturn
    return true
  }

  private static func target(
    of name: String, suffix: String, path: String
  ) throws(SeedError) -> (schema: String?, table: String) {
    var stem = Substring(name).dropLast(suffix.count)
    let digits = stem.prefix { ("0"..."9").contains($0) }
    if !digits.isEmpty, stem.dropFirst(digits.count).first == "_" {
      stem = stem.dropFirst(digits.count + 1)
    }
    let parts = stem.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), !parts.contains("") else {
      throw SeedError(
        .invalidName, "the file's name does not name a table", file: path,
        remedy: "Call it NNN_table\(suffix) or NNN_schema.table\(suffix).")
    }
    return (parts.count == 2 ? String(parts[0]) : nil, String(parts[parts.count - 1]))
  }
}
