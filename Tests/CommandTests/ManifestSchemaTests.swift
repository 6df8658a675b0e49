import Foundation
import TestSupport
import Testing

@Suite("The JSON Schema of manifests", .besideOthers)
struct ManifestSchemaTests {
  private static let good = [
    "tenant: {setting: app.t, column: c}\nroles: {application: [a], read-only: b}",
    """
    version: 1
    schemas: [public, other]
    tenant: {setting: app.t, column: c, type: uuid, list: app.ts}
    within: {property: {setting: app.p, column: p, optional: true, tables: ["b*"]}}
    roles: {application: [a], administration: [x], provisioning: [o]}
    support: {role: s, table: access, staff-setting: app.staff}
    grants: leave
    strict: false
    views: {v: {exempt: "why"}}
    functions: {f: {exempt: "why"}}
    tables:
      a: root
      b: {parent: a, key: [x, y], access: append-only, insert: [x], shared: true}
      c: {global: read-write}
      d: {raw: why, policies: {p: {restrictive: true, for: select, to: r, using: "true"}}}
      e: {exempt: why}
      f: {undecided: why}
      g: {membership: m, check-references: false}
      h: {column: org, access: [select, insert], update: [x]}
      i: global
    """,
  ]
  private static let bad = [
    "tenant: {setting: noprefix}\nroles: {application: [a]}",
    "roles: {application: [a]}\ntables: {a: everything}",
    "roles: {application: [a]}\ntables: {a: {exempt: \"\"}}",
    "roles: {application: [a]}\ntables: {a: {colunm: x}}",
    "roles: {application: [a]}\ntables: {a: {access: sometimes}}",
    "roles: {application: [a]}\ngrants: maybe",
    "roles: {applications: [a]}",
    "roles: {application: [a]}\nwithin: {p: {setting: app.p}}",
    "roles: {application: [a]}\nsupport: {role: s}",
    "version: 3\nroles: {application: [a]}",
  ]

  @Test("what dbtool reads the schema allows, and what dbtool refuses it refuses too")
  func agrees() throws {
    guard PythonClients.interpreter != nil else {
      print("skipped: there is no Python environment with jsonschema and yaml")
      return
    }
    try withProject { project in
      #expect(try project.shell("\"$dbtool\" policies schema > schema.json").status == 0)
      let script = """
        import json, sys, yaml, jsonschema
        schema = json.load(open(sys.argv[1]))
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        for file in sys.argv[2:]:
            print(validator.is_valid(yaml.safe_load(open(file))))
        """
      try project.write("check.py", script)
      let all = Self.good + Self.bad
      var files: [String] = []
      for (index, text) in all.enumerated() {
        try project.write("\(index).yaml", text)
        files.append("\(project.directory)/\(index).yaml")
      }
      let result = try PythonClients.run(
        "\(project.directory)/check.py", ["\(project.directory)/schema.json"] + files)
      #expect(result.isGood, "\(result.output)")
      let verdicts = result.output.split(separator: "\n").map { $0 == "True" }
      #expect(verdicts == Self.good.map { _ in true } + Self.bad.map { _ in false })
      for (index, text) in all.enumerated() {
        try project.write("policies/m.yaml", text)
        let plan = try project.run("policies", "plan", "--format", "json")
        let message = (try? plan.jsonError()["message"] as? String) ?? ""
        // What is wrong with a good one is that the database has no such tables and roles.
        let isRefused = !message.contains("there is no")
        #expect(isRefused == (index >= Self.good.count), "\(text): \(message)")
      }
    }
  }

  @Test("init writes the schema beside the manifest, which names it")
  func written() throws {
    try withProject { project in
      try project.execute("CREATE TABLE rooms (id int, tenant_id int);")
      #expect(try project.run("policies", "init", "--role", "app_user").status == 0)
      #expect(try project.read("policies/isolation.yaml").contains("$schema=.policies-schema.json"))
      let schema = try project.run("policies", "schema").stdout
      #expect(try project.read("policies/.policies-schema.json") == schema)
    }
  }
}
