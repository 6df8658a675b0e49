import Foundation
import TestSupport
import Testing

@Suite("What every command has in common", .besideOthers)
struct EveryCommandTests {
  /// A command without subcommands, as it describes itself.
  private struct Command: Decodable {
    var commandName: String
    var abstract: String?
    var discussion: String?
    var subcommands: [Command]?
    var arguments: [Argument]?

    struct Argument: Decodable {
      var valueName: String?
      var abstract: String?
    }

    /// The commands below it that run, by their words.
    func leaves(_ words: [String] = []) -> [(words: [String], command: Command)] {
      let below = (subcommands ?? []).filter { $0.commandName != "help" }
      guard !below.isEmpty else { return [(words, self)] }
      return below.flatMap { $0.leaves(words + [$0.commandName]) }
    }
  }

  private struct Dump: Decodable {
    var command: Command
  }

  private static func commands() throws -> [(words: [String], command: Command)] {
    let dump = try Tool.run(["--experimental-dump-help"], directory: "/")
    return try JSONDecoder().decode(Dump.self, from: Data(dump.stdout.utf8)).command.leaves()
  }

  /// Those that print one thing and nothing else, take no options, and one that becomes psql.
  private static let plain: Set<String> = ["policies schema", "metrics prices", "dev psql"]

  /// How each runs in the example, in an order in which all can; those that run until they are
  /// stopped have tests of their own.
  private static let runs: [String] = [
    "init --yes", "lint", "migrate status", "migrate up", "migrate verify",
    "migrate redo --dry-run", "migrate down --dry-run", "migrate repair",
    "migrate baseline 20990101000000 --dry-run", "migrate adopt", "migrate squash --dry-run",
    "policies plan", "policies apply", "policies check", "policies init --dry-run",
    "schema dump", "schema diff", "seed run", "seed plan --tenants 1 --rows 200",
    "seed export --tenant 11111111-1111-4111-8111-111111111111",
    "seed remove --tenant 22222222-2222-4222-8222-222222222222 --dry-run", "verify-rls",
    "gate --url ephemeral: --skip down --skip locks --no-mutate", "report",
    "runs list", "runs show RUN", "metrics cost --tenants 3", "cost --env dev", "doctor",
    "dev start everycommand", "dev url everycommand", "dev stop everycommand --remove",
    "config from-stack outputs.json --env stack",
    // Without SQL in it nothing runs any more.
    "new another_table",
  ]

  /// Those that cannot be right in one database together with the others.
  private static let refused: Set<String> = [
    "migrate baseline 20990101000000 --dry-run", "migrate adopt",
  ]

  /// What a stack tells of itself.
  private static let outputs = """
    {"Dbtool-dev": {"ClusterArn": "arn:aws:rds:eu-west-1:123456789012:cluster:main",
      "OwnerSecretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:owner-AbCdEf"}}
    """

  /// Those that start servers, or need what such a one has left.
  private static let starts: Set<String> = [
    "gate --url ephemeral: --skip down --skip locks --no-mutate", "report", "schema diff",
    "migrate squash --dry-run",
  ]

  @Test("each is in this test, with a way to run it")
  func complete() throws {
    for (words, _) in try Self.commands() {
      let name = words.joined(separator: " ")
      let isRun = Self.runs.contains { $0 == name || $0.hasPrefix(name + " ") }
      #expect(isRun || Self.plain.contains(name) || name == "data-api serve", "\(name)")
    }
  }

  @Test("with --format json standard output is one JSON document, and standard error silent")
  func json() throws {
    try withExample { project in
      try project.write("outputs.json", Self.outputs)
      for run in Self.runs {
        let outcome = try project.run(Self.words(run, project) + ["--format", "json"])
        let document = try? JSONSerialization.jsonObject(with: Data(outcome.stdout.utf8))
        #expect(document != nil, "\(run): \(outcome)")
        #expect(outcome.status == 0 || Self.refused.contains(run), "\(run): \(outcome)")
        let isWarned = outcome.stderr.split(separator: "\n").allSatisfy {
          $0.hasPrefix("dbtool: warning: ")
        }
        #expect(isWarned, "\(run): \(outcome)")
        if let error = (document as? [String: Any])?["error"] as? [String: Any] {
          #expect(error["exitCode"] as? Int == Int(outcome.status), "\(run): \(outcome)")
          #expect((error["message"] as? String)?.isEmpty == false)
        }
      }
    }
  }

  @Test("with --format json errors are one JSON document too, whatever is wrong")
  func jsonErrors() throws {
    try withBareProject { project in
      try project.write("broken.yaml", "tenancy: [")
      for (words, _) in try Self.commands() where !Self.plain.contains(words.joined(separator: " "))
      {
        let outcome = try project.run(words + ["--config", "broken.yaml", "--format", "json"])
        #expect(outcome.status == 2 && outcome.stderr.isEmpty, "\(words): \(outcome)")
        _ = try outcome.jsonError()
      }
    }
  }

  @Test(
    "with --quiet standard error is silent where nothing goes wrong, with --verbose it is not less")
  func quiet() throws {
    try withExample { project in
      try project.write("outputs.json", Self.outputs)
      // Those that start servers are slow, and take the same ways.
      for run in Self.runs where !Self.starts.contains(run) {
        let words = try Self.words(run, project)
        let outcome = try project.run(words + ["--quiet"])
        let isSilent = outcome.stderr.split(separator: "\n").allSatisfy {
          $0.hasPrefix("dbtool: warning: ")
        }
        let isRefused = Self.refused.contains(run)
        #expect(isRefused ? outcome.status == 2 : outcome.status == 0, "\(run): \(outcome)")
        #expect(isSilent || isRefused, "\(run): \(outcome)")
        #expect(!outcome.stdout.isEmpty || isRefused, "\(run): \(outcome)")
      }
      for run in [
        "migrate status", "verify-rls", "policies plan", "seed plan --tenants 1 --rows 200",
      ] {
        let plain = try project.run(Self.words(run, project))
        let verbose = try project.run(Self.words(run, project) + ["--verbose"])
        #expect(verbose.stderr.utf8.count >= plain.stderr.utf8.count, "\(run)")
      }
      #expect(try project.run("verify-rls", "-v").stderr.contains("probing"))
      #expect(try !project.run("verify-rls").stderr.contains("probing"))
    }
  }

  @Test(
    "each says what it is for in a sentence, shows an example, and tells what each option means")
  func help() throws {
    for (words, command) in try Self.commands() {
      let abstract = command.abstract ?? ""
      #expect(abstract.hasSuffix(".") && abstract.count > 15, "\(words): \(abstract)")
      #expect(
        command.discussion?.contains(/Examples?:\s+\S*dbtool|Examples?:\s+DATABASE_URL/) == true,
        "\(words) shows no example")
      for argument in command.arguments ?? [] where argument.valueName != "help" {
        #expect(argument.abstract?.isEmpty == false, "\(words): \(argument.valueName ?? "")")
      }
    }
  }

  private static func words(_ line: String, _ project: Project) throws -> [String] {
    try line.split(separator: " ").map { word in
      word == "RUN"
        ? try project.query("SELECT id::text FROM dbtool.runs LIMIT 1") ?? "" : String(word)
    }
  }
}
