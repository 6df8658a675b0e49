internal import Postgres
internal import SQLSyntax

/// What existing policies compare with settings: how a database tells tenants apart already.
struct ContextGuess {
  /// A setting and the column compared with it, with how many policies do so.
  struct Pair: Hashable {
    var setting: String
    var column: String
    /// The members that lead to the value in a setting that holds JSON.
    var claim: [String] = []
  }

  private(set) var counts: [Pair: Int] = [:]

  init(catalog: Catalog) {
    let reader = ConditionReader(catalog: catalog)
    for policy in catalog.policies {
      guard let relation = catalog.relations[policy.relation] else { continue }
      var found: Set<Pair> = []
      for expression in [policy.using, policy.check].compactMap({ $0 }) {
        collect(reader.condition(expression, of: relation), &found)
      }
      for pair in found { counts[pair, default: 0] += 1 }
    }
  }

  /// The pair that most policies compare; nil when there is none.
  var tenant: Pair? {
    counts.max { first, second in
      (first.value, second.key.column, second.key.setting)
        < (second.value, first.key.column, first.key.setting)
    }?.key
  }

  private func collect(_ condition: Condition, _ found: inout Set<Pair>) {
    switch condition {
    case .all(let parts), .any(let parts): for part in parts { collect(part, &found) }
    case .comparison(let one):
      guard one.symbol == "=" else { return }
      for (side, other) in [(one.left, one.right), (one.right, one.left)] {
        if let column = side["Column"]?.elements.last?.text, let setting = Self.setting(other) {
          found.insert(Pair(setting: setting, column: column, claim: Self.claim(other)))
        }
      }
    case .exists(let subquery, _): collect(subquery.condition, &found)
    case .constant, .null, .other: return
    }
  }

  /// The setting that a term reads; Supabase's functions read the claims of the token.
  private static func setting(_ term: SyntaxNode) -> String? {
    var setting: String?
    term.walk { node in
      guard let parts = node["Call"]?.elements, let names = parts.first?.elements else { return }
      let path = names.compactMap(\.text)
      if path == ["current_setting"], case .text(let name)? = parts[1].elements.first?.constant {
        setting = setting ?? name
      }
      if path == ["auth", "uid"] || path == ["auth", "jwt"] {
        setting = setting ?? "request.jwt.claims"
      }
    }
    return setting
  }

  /// The members that `->`, `->>` and `#>>` take out of it.
  private static func claim(_ term: SyntaxNode) -> [String] {
    if let parts = term["Cast"]?.elements, let inner = parts.first { return claim(inner) }
    if let parts = term["Sublink"]?.elements, parts.count == 4,
      let target = parts[3]["Query"]?.elements[2].elements.first
    {
      return claim(target)
    }
    if let names = term["Call"]?.elements.first?.elements.compactMap(\.text),
      names == ["auth", "uid"]
    {
      return ["sub"]
    }
    guard let parts = term["Operation"]?.elements, parts.count == 4,
      let symbol = parts[1].elements.last?.text, case .text(let name)? = parts[3].constant
    else { return [] }
    switch symbol {
    case "->", "->>": return claim(parts[2]) + [name]
    case "#>>":
      return claim(parts[2]) + name.split { "{,}".contains($0) }.map { String($0) }
    default: return []
    }
  }
}
