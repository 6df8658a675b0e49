extension CheckReport {
  /// One migration.
  package struct Migration: Sendable, Codable, Equatable {
    /// Its version.
    package var version: Int64
    /// Its name.
    package var name: String
    /// Its file, from the project's folder.
    package var file: String
    /// True when it is not in what the change is compared with.
    package var isNew: Bool
    /// True when the target has not applied it yet; nil when no target was given.
    package var isPending: Bool?
    /// How long it took on the database of the check; nil when it was not applied.
    package var durationMs: Int?
    /// What its down file does: `good`, `no-down`, `forgets`, `differs` or `fails`; nil when that was not tried.
    package var down: String?
    /// The strongest lock that it takes on each table and view that was there before; nil when that was not traced.
    package var locks: [Lock]?

    /// A migration from what every migration has.
    package init(version: Int64, name: String, file: String, isNew: Bool = false) {
      self.version = version
      self.name = name
      self.file = file
      self.isNew = isNew
    }
  }

  /// A lock on an object.
  package struct Lock: Sendable, Codable, Equatable {
    /// What the lock keeps the application from.
    package enum Blocks: String, Sendable, Codable, CaseIterable {
      /// Reading and writing.
      case reads
      /// Writing.
      case writes
      /// Neither.
      case nothing
    }

    /// The object, as `schema.name`.
    package var object: String
    /// The mode, for example `ACCESS EXCLUSIVE`.
    package var mode: String
    /// What it keeps the application from.
    package var blocks: Blocks
    /// The statement that takes it, shortened.
    package var statement: String?
    /// True when the table is written anew while it is locked.
    package var rewrites: Bool

    /// A lock from its parts.
    package init(
      object: String, mode: String, blocks: Blocks, statement: String? = nil, rewrites: Bool = false
    ) {
      self.object = object
      self.mode = mode
      self.blocks = blocks
      self.statement = statement
      self.rewrites = rewrites
    }
  }

  /// What a change of the project's files does.
  package struct Change: Sendable, Codable, Equatable {
    /// What it is compared with, as it was named.
    package var since: String
    /// The commit that it is compared with.
    package var commit: String
    /// The files of migrations, policies and seeds that are new or other ones.
    package var files: [String]
    /// What it does to the isolation of each object that it touches.
    package var effects: [Effect]

    /// A change from its parts.
    package init(since: String, commit: String, files: [String], effects: [Effect]) {
      self.since = since
      self.commit = commit
      self.files = files
      self.effects = effects
    }

    /// What a change does to the isolation of one object.
    package struct Effect: Sendable, Codable, Equatable {
      /// The object, as `schema.name`.
      package var object: String
      /// `tightens`, `loosens`, `unclear` or `equal`.
      package var effect: String
      /// What changes, one line each.
      package var changes: [String]

      /// An effect from its parts.
      package init(object: String, effect: String, changes: [String]) {
        self.object = object
        self.effect = effect
        self.changes = changes
      }
    }
  }

  /// An earlier run.
  package struct Run: Sendable, Codable, Equatable {
    /// A UUID.
    package var id: String
    /// The command.
    package var command: String
    /// When it began, as RFC 3339 in UTC.
    package var startedAt: String
    /// How long it took.
    package var durationMs: Int
    /// `good`, `found`, `inconclusive`, `failed` or `interrupted`.
    package var result: String
    /// The commit of the project; nil outside a repository.
    package var commit: String?
    /// Who ran it.
    package var by: String
    /// What was done, for example `migrations` and `probes`.
    package var counts: [String: Int]

    /// A run from its parts.
    package init(
      id: String, command: String, startedAt: String, durationMs: Int, result: String,
      commit: String? = nil, by: String, counts: [String: Int] = [:]
    ) {
      self.id = id
      self.command = command
      self.startedAt = startedAt
      self.durationMs = durationMs
      self.result = result
      self.commit = commit
      self.by = by
      self.counts = counts
    }
  }
}
