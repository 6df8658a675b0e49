import DataAPIServer
import Foundation
import TestSupport
import Testing

@Suite("Environments of stacks", .besideOthers)
struct StackTests {
  private static let owner = "arn:aws:secretsmanager:us-east-1:123456789012:secret:owner-AbCdEf"
  private static let app = "arn:aws:secretsmanager:us-east-1:123456789012:secret:app-AbCdEf"

  private func outputs(_ project: Project, secret: String = owner) -> [String: String] {
    [
      "ClusterArn": LocalDataAPI.cluster, "OwnerSecretArn": secret, "AppSecretArn": Self.app,
      "DatabaseName": project.database?.name ?? "hotel", "Region": "us-east-1",
      "MetricNamespace": "hotel/dev",
    ]
  }

  private func write(_ outputs: [String: String], to file: String, in project: Project) throws {
    let text = try JSONEncoder().encode(["Dbtool-dev": outputs])
    try project.write(file, String(decoding: text, as: UTF8.self))
  }

  @Test(
    "from-stack writes the cluster into an environment, which then is a database like any other")
  func written() throws {
    try withBareProject { project in
      try project.write(
        "dbtool.yaml", "# Ours.\nenvironments:\n  # Of developers.\n  dev:\n    protected: false\n")
      try write(outputs(project), to: "outputs.json", in: project)
      let done = try project.run(["config", "from-stack", "outputs.json", "--env", "dev"])
      #expect(done.status == 0 && done.stdout.contains("dbtool doctor --env dev"), "\(done)")
      let text = try project.read("dbtool.yaml")
      #expect(
        text == """
          # Ours.
          environments:
            # Of developers.
            dev:
              protected: false
              cluster: "\(LocalDataAPI.cluster)"
              owner-secret: "\(Self.owner)"
              app-secret: "\(Self.app)"
              database: hotel
              region: us-east-1
              namespace: hotel/dev

          """, "\(text)")
      let again = try project.shell(
        "cat outputs.json | \"$dbtool\" config from-stack - --env dev")
      #expect(again.status == 0 && again.stdout.contains("already"), "\(again)")
      #expect(try project.read("dbtool.yaml") == text)
    }
  }

  @Test("who may read the file stays as it was, and a link goes on leading to it")
  func permissions() throws {
    try withBareProject { project in
      try write(outputs(project), to: "outputs.json", in: project)
      let made = try project.shell(
        """
        mkdir real && umask 022 && printf 'seeds: x\\n' > real/dbtool.yaml && chmod 600 real/dbtool.yaml \
          && ln -s real/dbtool.yaml dbtool.yaml && "$dbtool" config from-stack outputs.json --env dev \
          && test -L dbtool.yaml && ls -l real
        """)
      #expect(made.status == 0 && made.stdout.contains("-rw-------"), "\(made)")
      #expect(try project.read("real/dbtool.yaml").hasPrefix("seeds: x\n"))
      #expect(try project.shell("ls real").stdout == "dbtool.yaml\n")
    }
  }

  @Test("environments that are written at the same time are all there")
  func atOnce() throws {
    try withBareProject { project in
      try write(outputs(project), to: "outputs.json", in: project)
      // Long enough for one to read while another writes.
      try project.write("dbtool.yaml", String(repeating: "# Ours.\n", count: 50_000))
      let names = (1...6).map { "dev\($0)" }
      let running = try names.map {
        try project.start(["config", "from-stack", "outputs.json", "--env", $0])
      }
      for tool in running { #expect(try tool.wait().status == 0) }
      let text = try project.read("dbtool.yaml")
      for name in names { #expect(text.contains("\n  \(name):\n")) }
    }
  }

  @Test("what an environment is already is replaced only when that is said")
  func replaced() throws {
    try withBareProject { project in
      for was in ["url: \"ephemeral:dev\"", "from-stack: Other"] {
        let before = "environments:\n  dev:\n    \(was)\n"
        try project.write("dbtool.yaml", before)
        try write(outputs(project), to: "outputs.json", in: project)
        let refused = try project.run(["config", "from-stack", "outputs.json", "--env", "dev"])
        #expect(refused.status == 2 && refused.stderr.contains("--replace"), "\(refused)")
        #expect(try project.read("dbtool.yaml") == before)
        let shown = try project.run(
          ["config", "from-stack", "outputs.json", "--env", "dev", "--replace", "--dry-run"])
        #expect(shown.status == 0 && shown.stdout.contains("cluster:"), "\(shown)")
        #expect(try project.read("dbtool.yaml") == before)
        let done = try project.run(
          ["config", "from-stack", "outputs.json", "--env", "dev", "--replace", "--protected"])
        let text = try project.read("dbtool.yaml")
        #expect(done.status == 0 && !text.contains(was), "\(done) \(text)")
        #expect(text.contains("protected: true"))
      }
    }
  }

  @Test("a file that is not what it should be changes nothing, and says what it should be")
  func refused() throws {
    try withBareProject { project in
      for (file, words) in [
        ("[]", "--outputs-file"), ("{\"Website\": {\"Url\": \"x\"}}", "ClusterArn"),
        ("{\"a\": {\"ClusterArn\": \"'; DROP\"}}", "no ARN of a cluster"),
      ] {
        try project.write("outputs.json", file)
        let outcome = try project.run(["config", "from-stack", "outputs.json", "--env", "dev"])
        #expect(outcome.status == 2 && outcome.stderr.contains(words), "\(outcome)")
        #expect(outcome.stderr.contains("outputs.json"))
        #expect(throws: (any Error).self) { try project.read("dbtool.yaml") }
      }
      try write(outputs(project), to: "outputs.json", in: project)
      try project.write("dbtool.yaml", "environments: {dev: {protected: true}}\n")
      let flow = try project.run(["config", "from-stack", "outputs.json", "--env", "dev"])
      #expect(flow.status == 2 && flow.stderr.contains("dbtool.yaml:1"), "\(flow)")
      let nameless = try project.run(["config", "from-stack", "outputs.json"])
      #expect(nameless.status == 2 && nameless.stderr.contains("--env"), "\(nameless)")
    }
  }

  @Test(
    "an environment's parts are checked where they are written",
    arguments: [
      ("cluster: main\n    owner-secret: \(owner)", "cluster"),
      ("cluster: \(LocalDataAPI.cluster)", "owner-secret"),
      ("cluster: \(LocalDataAPI.cluster)\n    owner-secret: hunter2", "owner-secret"),
      ("url: \"ephemeral:\"\n    from-stack: a", "one of url, cluster, from-stack"),
      ("from-stack: a\n    owner-secret: \(owner)", "owner-secret"),
      ("from-stack: \"\"", "from-stack"),
    ])
  func keys(_ keys: String, _ words: String) throws {
    try withBareProject { project in
      try project.write("dbtool.yaml", "environments:\n  dev:\n    \(keys)\n")
      let outcome = try project.run(["migrate", "status", "--env", "dev"])
      #expect(outcome.status == 2 && outcome.stderr.contains(words), "\(outcome)")
      #expect(outcome.stderr.contains("dbtool.yaml:"), "\(outcome)")
    }
  }

  @Test(
    "a database is reached by the cluster that is written down, and by the stack that tells of it",
    .enabled(
      if: PythonClients.interpreter != nil,
      "the Python environment .venv-aws is not there: scripts/bootstrap test makes it"))
  func reached() async throws {
    try await onOwnThread {
      let standIn = try StandIn()
      try withProject { project in
        try project.migration("1_first", "CREATE TABLE t (a int)")
        let server = try LocalDataAPI(try #require(project.database))
        let environment = LocalDataAPI.environment.merging([
          "AWS_ENDPOINT_URL_RDS_DATA": server.server.endpoint,
          "AWS_ENDPOINT_URL_CLOUDFORMATION": standIn.moto,
        ]) { $1 }
        let outputs = outputs(project, secret: LocalDataAPI.secret)
        try standIn.createStack("Dbtool-dev", outputs: outputs)
        try project.write(
          "dbtool.yaml",
          """
          environments:
            live:
              from-stack: Dbtool-dev
              region: us-east-1
            gone:
              from-stack: Dbtool-gone
              region: us-east-1

          """)
        try write(outputs, to: "outputs.json", in: project)
        #expect(
          try project.run(["config", "from-stack", "outputs.json", "--env", "dev"]).status == 0)
        for name in ["dev", "live"] {
          let outcome = try project.run(
            ["migrate", "status", "--env", name], environment: environment)
          #expect(outcome.status == 0 && outcome.stdout.contains("1 pending"), "\(outcome)")
        }
        let up = try project.run(["migrate", "up", "--env", "live"], environment: environment)
        #expect(up.status == 0, "\(up)")
        let gone = try project.run(
          ["migrate", "status", "--env", "gone"], environment: environment)
        #expect(
          gone.status == 3 && gone.stderr.contains("there is no stack Dbtool-gone in us-east-1"),
          "\(gone)")
        let arn = try standIn.deleteStack("Dbtool-dev")
        try project.write(
          "dbtool.yaml",
          "environments:\n  old:\n    from-stack: \"\(arn)\"\n    region: us-east-1\n")
        let old = try project.run(["migrate", "status", "--env", "old"], environment: environment)
        #expect(
          old.status == 2 && old.stderr.contains("the stack Dbtool-dev was deleted"), "\(old)")
        // The file alone is enough for what needs no database.
        #expect(try project.run(["lint", "--env", "old"], environment: [:]).status == 0)
      }
    }
  }
}
