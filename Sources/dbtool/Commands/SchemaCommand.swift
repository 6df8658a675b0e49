import ArgumentParser
import Migrations
import Postgres
import Schema

/// `dbtool schema …`.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Write the schema as SQL, and find what was changed behind the migrations' back.",
    discussion: """
      What the migrations build is found by applying them to a throwaway server, so PostgreSQL has to be \
      installed for that; no server has to run.
      """,
    subcommands: [Dump.self, Diff.self])

  /// `dbtool schema dump`.
  struct Dump: ToolCommand {
    static let configuration = CommandConfiguration(
      commandName: "dump",
      abstract: "Write the schema of the database as a sorted, readable script.",
      discussion: """
        Tables with their columns and constraints, views, functions, triggers, policies, owners, \
        privileges, comments, and the roles that they name: everything but rows, passwords and the \
        ledger of dbtool. The same schema gives the same text, so that it can be kept under version \
        control, and a fresh database takes it.

        Examples:
          dbtool schema dump --output schema.sql
          dbtool schema dump --migrations        what the files would build, on a throwaway server
        """)

    @OptionGroup(title: "Options of every command") var global: GlobalOptions
    @Flag(help: "Write what the migrations and policies build on a throwaway server instead.")
    var migrations = false

    var memory: RunMemory? { migrations ? nil : .check("schema dump") }

    func run(in session: Session) throws -> ExitStatus {
      let snapshot: SchemaSnapshot
      if migrations {
        snapshot = try BuiltSchema(session).snapshot(withPolicies: true)
      } else {
        snapshot = try SchemaSnapshot.read(try session.connect())
      }
      try session.console.result(snapshot.script, json: SchemaReports.DumpJSON(snapshot))
      return .good
    }
  }

  /// `dbtool schema diff`.
  struct Diff: ToolCommand {
    static let configuration = CommandConfiguration(
      commandName: "diff",
      abstract: "Compare the database with what the migrations build.",
      discussion: """
        Applies to a throwaway server the migrations that the database's ledger names, and the \
        policies, compares object by object, and prints SQL that gives the database what it lacks \
        and takes away what it should not have. Read it before you run it: what depends on a dropped \
        object has to be dropped before, and a dropped column's values do not come back. The order \
        of columns is no difference. The exit code is 1 when there is one.

        Examples:
          dbtool schema diff
          dbtool schema diff --no-policies       leave the folder of policies out
        """)

    @OptionGroup(title: "Options of every command") var global: GlobalOptions
    @Flag(inversion: .prefixedNo, help: "Expect what the folder of policies makes as well.")
    var policies = true

    var memory: RunMemory? { .check("schema diff") }

    func run(in session: Session) throws -> ExitStatus {
      let connection = try session.connect()
      let ledger = try MigrationLedger.read(on: connection)
        .withTexts(of: session.migrations(), on: connection)
      let wanted = try BuiltSchema(session, appliedIn: ledger).snapshot(withPolicies: policies)
      // What another tool keeps for itself is nobody's drift.
      let foreign = try ForeignLedger.find(on: connection).flatMap(\.tool.belongings)
      let actual = try SchemaSnapshot.read(connection).without(foreign)
      let difference = SchemaDifference(from: actual, to: wanted)
      try session.console.result(
        SchemaReports.report(difference), json: SchemaReports.DiffJSON(difference))
      return difference.isEmpty ? .good : .found
    }
  }
}
