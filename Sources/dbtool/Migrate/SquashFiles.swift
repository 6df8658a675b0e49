import Migrations

/// The files that a squash writes and removes.
struct SquashFiles {
  /// The new up file.
  let up: String
  /// The new verify file.
  let verify: String
  /// The files of the migrations that are folded.
  let removed: [String]

  init(_ squash: Squash) {
    let stem = Files.folder(of: squash.folded[0].upFile) + "/" + squash.label
    up = stem + ".up.sql"
    verify = stem + ".verify.sql"
    removed = squash.folded.flatMap { migration in
      [migration.upFile, migration.downFile, migration.verifyFile].compactMap(\.self)
    }
  }

  /// Writes the new files and removes the old ones, the new ones first: whatever stops it in
  /// between, all statements are still there.
  func write(_ text: String, verification: String?) throws {
    let new = [(up, text)] + (verification.map { [(verify, $0)] } ?? [])
    // One that is folded may have the name already.
    for (path, text) in new {
      if removed.contains(path) {
        try Files.write(text, to: path)
      } else {
        try Files.create(path, text)
      }
    }
    let kept = new.map(\.0)
    for path in removed where !kept.contains(path) { try Files.remove(path) }
  }
}
