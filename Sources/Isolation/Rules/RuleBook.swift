/// All rules, family by family.
package enum RuleBook {
  /// Every rule that a finding can name.
  package static let all: [Rule] =
    tables + context + waysIn + constraints + privileges + definitions + bodies + stepAway
    + performance + notes

  /// The names of the rules about slow queries.
  package static let performanceRules = Set(performance.map(\.name))

  /// What the examples of all rules begin with.
  package static let examplePreparation = """
    CREATE TABLE tenants (id uuid PRIMARY KEY);
    CREATE TABLE rooms (
      tenant_id uuid NOT NULL REFERENCES tenants, id uuid PRIMARY KEY, number text, floor int);
    CREATE TABLE bookings (
      tenant_id uuid NOT NULL, id uuid PRIMARY KEY, room_id uuid NOT NULL, stay daterange);
    CREATE TABLE memberships (
      tenant_id uuid NOT NULL, user_id uuid NOT NULL, revoked_at timestamptz);
    CREATE FUNCTION current_tenant() RETURNS uuid LANGUAGE sql STABLE
      AS $$ SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid $$;
    CREATE FUNCTION acting_user() RETURNS uuid LANGUAGE sql STABLE
      AS $$ SELECT NULLIF(current_setting('app.current_user_id', true), '')::uuid $$;
    """

  /// The rule called `name`; nil when there is none.
  package static func rule(named name: String) -> Rule? { all.first { $0.name == name } }

  /// The names that `name` may be meant for, the nearest first; at most three.
  package static func names(near name: String) -> [String] {
    let wanted = name.lowercased()
    let words = Set(wanted.split(separator: "-").filter { $0.count > 2 })
    let ranked = all.map(\.name).compactMap { candidate -> (name: String, distance: Int)? in
      let distance = editDistance(wanted, candidate)
      let shared = words.intersection(candidate.split(separator: "-")).count
      let isPart = wanted.count >= 4 && candidate.contains(wanted)
      guard distance <= max(2, candidate.count / 4) || shared > 0 || isPart else { return nil }
      return (candidate, distance)
    }
    return ranked.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
  }

  /// The number of characters to insert, remove or replace (Levenshtein).
  private static func editDistance(_ first: String, _ second: String) -> Int {
    let second = Array(second)
    var row = Array(0...second.count)
    for (line, character) in first.enumerated() {
      var diagonal = row[0]
      row[0] = line + 1
      for (column, other) in second.enumerated() {
        let replaced = diagonal + (character == other ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
      }
    }
    return row[second.count]
  }
}
