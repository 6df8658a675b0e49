internal import Postgres

/// A file of rows and the form in which its rows are sent.
struct RowSource {
  let seed: RowSeed
  let path: String
  /// The columns of the records: those of the header, or for JSON lines all that can be given.
  let columns: [RowColumn]
  /// Whose id `${tenant_id}` stands for.
  let tenant: String?
  let transport: Transport

  init(
    _ seed: RowSeed, path: String, target: RowTarget, tenant: String?, transport: Transport
  ) {
    self.seed = seed
    self.path = path
    self.tenant = tenant
    self.transport = transport
    columns =
      seed.format == .jsonLines
      ? target.columns.filter { !$0.isGenerated } : seed.columns.compactMap { target.column($0) }
  }

  /// True when the file's own bytes are sent.
  ///
  /// Where COPY would take a line for the end of the data, what follows would be lost.
  var isVerbatim: Bool {
    guard !seed.mentionsTenant, !seed.mentionsEnd else { return false }
    return seed.format == .csv || (seed.format == .tsv && transport == .libpq)
  }

  /// What COPY is told of the form.
  var copyOptions: String {
    switch seed.format {
    case .tsv where isVerbatim: "FORMAT text, ENCODING 'UTF8'"
    // Before its first line has ended COPY does not count the lines of a value.
    default: "FORMAT csv, HEADER, ENCODING 'UTF8'"
    }
  }

  /// A reader of the rows, or of header and rows.
  func reader(next: @escaping () throws -> [UInt8]?) -> RowReader {
    let substitution = seed.mentionsTenant ? TenantSubstitution(tenant) : nil
    let parser: any RowParser =
      switch seed.format {
      case .csv: CSVParser(substitution: substitution)
      case .tsv: TSVParser(substitution: substitution)
      case .jsonLines: JSONLineParser(columns: columns, substitution: substitution)
      }
    return RowReader(parser, path: path, next: next)
  }
}
