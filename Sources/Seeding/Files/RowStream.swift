internal import Digests
internal import SourceFiles

/// The bytes that COPY is given for a file of rows.
final class RowStream {
  /// Which columns a record names, where each names its own.
  typealias Shape = [Bool]

  private static let pieceSize = 262_144

  private let source: RowSource
  private let step: SeedStep
  private let progress: (SeedProgress) -> Void
  private let stream: ByteStream
  private let digest = SHA256Stream()
  private var sent = 0
  private var hasBegun = false
  private var reader: RowReader?
  private var record = RowRecord()
  /// The columns whose presence matters to a shape.
  private let shaping: Shape
  /// The shapes that were met, in the order in which they came first.
  private(set) var shapes: [Shape] = []
  /// The columns that any record names.
  private(set) var seen: Shape
  private var numbers: [Shape: Int] = [:]
  private var lastPresent: Shape = []
  private var lastNumber = 0

  init(
    _ source: RowSource, shaping: Shape, step: SeedStep,
    progress: @escaping (SeedProgress) -> Void
  ) throws {
    self.source = source
    self.shaping = shaping
    seen = shaping.map { _ in false }
    self.step = step
    self.progress = progress
    stream = try ByteStream(path: source.path)
    if !source.isVerbatim {
      reader = source.reader { [unowned self] in try nextBytes() }
    }
  }

  /// The next piece; nil at the end.
  ///
  /// - Throws: `SeedError` for what is no row, and when the file is not the one that was planned.
  func next() throws -> [UInt8]? {
    guard let reader else { return try verbatim() }
    var piece: [UInt8] = []
    piece.reserveCapacity(Self.pieceSize)
    if !hasBegun {
      hasBegun = true
      if source.seed.format != .jsonLines { _ = try reader.read(&record) }
      piece += Array("header\n".utf8)
    }
    while piece.count < Self.pieceSize, try reader.read(&record) {
      let number = source.seed.format == .jsonLines ? number(of: record.present) : nil
      RowEncoder.append(record, number, to: &piece)
    }
    return piece.isEmpty ? nil : piece
  }

  /// The file's own bytes, without the header line where COPY does not skip it.
  private func verbatim() throws -> [UInt8]? {
    let skipped = source.seed.format == .tsv ? source.seed.headSize : 0
    while true {
      let start = sent
      guard let bytes = try nextBytes() else { return nil }
      guard start < max(skipped, 3) else { return bytes }
      let rest =
        source.seed.format == .tsv
        ? bytes.dropFirst(max(0, skipped - start))
        : start == 0 ? SourceText.body(of: bytes) : bytes[...]
      if !rest.isEmpty { return Array(rest) }
    }
  }

  private func nextBytes() throws -> [UInt8]? {
    guard let chunk = try stream.next() else {
      // What is committed must be what the ledger's checksum says.
      guard digest.finish() == step.file.checksum else {
        throw SeedError(
          .fileChanged, "the file changed while it was being loaded", file: source.path,
          remedy: "Run it again.")
      }
      return nil
    }
    digest.update(chunk)
    sent += chunk.count
    progress(.sent(step, bytes: sent, of: source.seed.size))
    return chunk
  }

  /// The number of the record's shape.
  private func number(of present: Shape) -> Int {
    if present == lastPresent { return lastNumber }
    for index in present.indices where present[index] { seen[index] = true }
    let shape = zip(present, shaping).map { $0 && $1 }
    lastPresent = present
    if let known = numbers[shape] {
      lastNumber = known
    } else {
      lastNumber = shapes.count
      numbers[shape] = lastNumber
      shapes.append(shape)
    }
    return lastNumber
  }
}
