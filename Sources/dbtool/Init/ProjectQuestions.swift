/// Asks a person what a new project is to be like.
struct ProjectQuestions {
  /// What is asked.
  enum Question {
    case url
    case column
    case setting
    case type
    case role
    case ci
  }

  let console: Console
  /// True when there is a `dbtool.yaml`, which has the answers about tenants and the database.
  let isKnown: Bool
  /// What the command line has answered.
  let given: Set<Question>

  /// - Throws: `UsageError` when nobody is there, or the answers end.
  func ask(_ plan: inout ProjectPlan) throws {
    guard Console.somebodyIsThere else {
      throw UsageError(
        "nobody is there to ask",
        remedy: "give --yes, and by options what differs from the defaults")
    }
    if !isKnown {
      try ask(.url, "Database, a URL or ephemeral:NAME for a local one", plan.url) {
        try plan.set(url: $0)
      }
      try ask(.column, "Column that holds the tenant's id", plan.column) {
        try plan.set(column: $0)
      }
      try ask(.setting, "Setting that says who the tenant is", plan.setting) {
        try plan.set(setting: $0)
      }
      try ask(.type, "Type of tenants' ids: uuid, bigint or text", plan.type.rawValue) {
        plan.type = try Self.choice($0)
      }
      try ask(.role, "Role of the application", plan.role) { try plan.set(role: $0) }
    }
    try ask(.ci, "File for CI: github, gitlab or none", plan.ci.rawValue) {
      plan.ci = try Self.choice($0)
    }
  }

  /// Asks until the answer is fit.
  private func ask(
    _ question: Question, _ words: String, _ preset: String, take: (String) throws -> Void
  ) throws {
    guard !given.contains(question) else { return }
    while true {
      let answer = try console.ask(words, preset: preset)
      do {
        return try take(answer)
      } catch let error as UsageError {
        console.warning([error.message, error.remedy].compactMap(\.self).joined(separator: "; "))
      }
    }
  }

  private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ answer: String
  ) throws -> Choice {
    guard let choice = Choice(rawValue: answer.lowercased()) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw UsageError("\"\(answer.prefix(40))\" is none of \(known)")
    }
    return choice
  }
}
