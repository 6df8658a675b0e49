/// What one statement gave back.
public struct QueryResult: Sendable {
  /// A column of the rows.
  public struct Column: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// The type's OID; 0 where the transport does not tell.
    public var typeOID: UInt32
    /// The type's modifier, for example the length of a `varchar`; -1 for none.
    public var typeModifier: Int32 = -1
    /// The OID of the table that the column is taken from; 0 for none.
    public var tableOID: UInt32 = 0
    /// The number of the column in that table; 0 for none.
    public var tableColumn: Int32 = 0

    /// A column of a name and a type.
    public init(name: String, typeOID: UInt32 = 0) {
      self.name = name
      self.typeOID = typeOID
    }
  }

  /// The columns; empty when the statement returns no rows.
  public var columns: [Column]
  /// The command tag, for example `INSERT 0 3`.
  public var commandTag: String
  /// Number of rows that the statement returned or changed.
  public var rowCount: Int
  /// Bytes of values received.
  public var byteCount: Int
  private var cells: [String?]

  /// A result from its columns and its cells, row after row.
  public init(
    columns: [Column], cells: [String?], commandTag: String, rowCount: Int, byteCount: Int
  ) {
    self.columns = columns
    self.cells = cells
    self.commandTag = commandTag
    self.rowCount = rowCount
    self.byteCount = byteCount
  }

  /// The rows, each with its cells in PostgreSQL's text form.
  public var rows: some RandomAccessCollection<Row> {
    let width = columns.count
    let count = width == 0 ? 0 : cells.count / width
    return (0..<count).lazy.map { [self] index in
      Row(cells: cells[(index * width)..<((index + 1) * width)], columns: columns)
    }
  }

  /// The first cell of the first row; nil when there is none or it is NULL.
  public var scalar: String? { cells.first ?? nil }
}

/// One row of a result.
public struct Row: Sendable {
  private let cells: ArraySlice<String?>
  private let columns: [QueryResult.Column]

  init(cells: ArraySlice<String?>, columns: [QueryResult.Column]) {
    self.cells = cells
    self.columns = columns
  }

  /// The cell in column `index`, counted from 0; nil is NULL.
  public subscript(index: Int) -> String? { cells[cells.startIndex + index] }

  /// The cell of the first column called `name`; nil is NULL or no such column.
  public subscript(name: String) -> String? {
    guard let index = columns.firstIndex(where: { $0.name == name }) else { return nil }
    return self[index]
  }

  /// The cell in column `index` as text, empty for NULL.
  public func text(_ index: Int) -> String { self[index] ?? "" }

  /// The cell in column `index` as an integer; nil for NULL and for anything else.
  public func int(_ index: Int) -> Int? { self[index].flatMap { Int($0) } }

  /// True when the cell in column `index` is PostgreSQL's true.
  public func bool(_ index: Int) -> Bool { self[index] == "t" || self[index] == "true" }

  /// The number of cells.
  public var count: Int { cells.count }
}
