internal import Wording

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
    NearNames.names(near: name, among: all.map(\.name))
  }

  /// What to do about a name that no rule has.
  package static func advice(for name: String, otherwise: String) -> String {
    NearNames.advice(for: name, among: all.map(\.name), otherwise: otherwise)
  }
}
