import ArgumentParser
import Migrations
import Reports
import Wording

extension Migrate {
  /// `dbtool migrate squash`.
  struct SquashCommand: ToolCommand {
    static let configuration = CommandConfiguration(
      commandName: "squash",
      abstract: "Fold migrations into one, and prove that it builds the same.",
      discussion: """
        Applies the migrations to a throwaway server, writes the schema that they build and the rows \
        that they put in as one file, applies that to a second server, and compares both, object by \
        object and row by row. Only when nothing differs are the old files replaced by the new one. It \
        says in its head what it stands for: a database that has all of the old ones has it, one that \
        has none is given it, and one in between is told to catch up first. Down files do not survive.

        Examples:
          dbtool migrate squash --dry-run                      print the file that would be written
          dbtool migrate squash --to 20250110090000 --yes      fold everything up to that version
          dbtool migrate squash --concatenate                  keep the statements as they are
        """)

    @OptionGroup(title: "Options of every command") var global: GlobalOptions
    @Option(help: "The first version to fold (default: the first of all).")
    var from: Int64?
    @Option(help: "The last version to fold, whose number the new file gets (default: the newest).")
    var to: Int64?
    @Option(help: "The name of the new migration.")
    var name = "squashed"
    @Flag(help: "Write the statements of the old files one after another instead of their result.")
    var concatenate = false
    @Flag(help: "Do not ask.")
    var yes = false
    @Flag(help: "Only print the file that would be written.")
    var dryRun = false

    func validate() throws { try New.checkName(name) }

    func run(in session: Session) throws -> ExitStatus {
      let console = session.console
      let squash = try Squash(try session.migrations(), from: from, to: to, name: name)
      console.progress(
        "folding \(squash.folded.count) migrations, \(squash.folded[0].label) to "
          + "\(squash.folded[squash.folded.count - 1].label)")
      let trial = try SquashTrial(squash, concatenates: concatenate, console)
      let text = try trial.text()
      let proof = try trial.prove(text)
      if dryRun {
        try console.result(text, json: SquashJSON(squash, proof, file: nil, text: text))
        return .good
      }
      if !yes {
        console.progress(proof.description)
        let files = SquashFiles(squash).removed.count
        let question = "Replace \(Plural.count(files, "file")) by \(squash.label).up.sql?"
        guard try console.isAgreed(question) else {
          var report = Report()
          report.line("nothing was changed")
          try console.result(report, json: SquashJSON(squash, proof, file: nil, text: text))
          return .good
        }
      }
      let files = SquashFiles(squash)
      try files.write(text, verification: try squash.verification())
      var report = Report()
      report.line(proof.description, .good)
      report.line("wrote \(files.up), removed \(Plural.count(files.removed.count, "file"))", .good)
      report.line("databases that have the old ones need nothing; commit both together", .faint)
      try console.result(report, json: SquashJSON(squash, proof, file: files.up, text: text))
      return .good
    }
  }
}

/// What `migrate squash` gives to programs.
private struct SquashJSON: Encodable {
  var schema = "dbtool.squash/1"
  var version: Int64
  var folded: [String]
  var file: String?
  var sql: String
  var objects: Int
  var rows: Int

  init(_ squash: Squash, _ proof: SquashTrial.Proof, file: String?, text: String) {
    version = squash.version
    folded = squash.folded.map(\.label)
    self.file = file
    sql = text
    objects = proof.objects
    rows = proof.rows
  }
}
