/// All rules, family by family.
package enum LintBook {
  static let families: [any LintFamily.Type] = [
    IndexRules.self, ConstraintRules.self, ColumnRules.self, TableRules.self, RemovalRules.self,
    NamingRules.self, TenancyRules.self, FileRules.self,
  ]

  /// Every rule that a finding can name.
  package static let all: [LintRule] = families.flatMap { $0.rules }

  /// The rule called `name`; nil when there is none.
  package static func rule(named name: String) -> LintRule? { all.first { $0.name == name } }

  /// What the examples of all rules begin with.
  package static let examplePreparation = """
    CREATE TABLE public.tenants (id uuid PRIMARY KEY);
    CREATE TABLE public.rooms (
      tenant_id uuid NOT NULL REFERENCES public.tenants, id bigint NOT NULL, number text NOT NULL,
      nickname varchar(40), floor integer, PRIMARY KEY (tenant_id, id));
    CREATE TABLE public.bookings (
      tenant_id uuid NOT NULL REFERENCES public.tenants, id uuid NOT NULL, room_id bigint,
      arrival date, note text, PRIMARY KEY (tenant_id, id));
    CREATE TABLE public.numbered_rooms (
      tenant_id uuid NOT NULL REFERENCES public.tenants, id bigint PRIMARY KEY);
    CREATE TABLE public.visits (tenant_id uuid NOT NULL, id uuid NOT NULL);
    CREATE TABLE public.stays (tenant_id uuid NOT NULL, during daterange NOT NULL);
    CREATE TABLE public.events (at timestamptz NOT NULL) PARTITION BY RANGE (at);
    CREATE TABLE public.events_2025 PARTITION OF public.events
      FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
    CREATE TABLE public.events_old (at timestamptz NOT NULL);
    CREATE INDEX rooms_number_idx ON public.rooms (tenant_id, number);
    CREATE TYPE public.room_state AS ENUM ('open', 'closed');
    CREATE DOMAIN public.floor_number AS integer CHECK (value >= 0);
    CREATE SCHEMA legacy;
    CREATE ROLE app_user;
    CREATE INDEX visits_idx ON public.visits (tenant_id);
    CREATE INDEX stays_idx ON public.stays (tenant_id);
    CREATE INDEX numbered_rooms_idx ON public.numbered_rooms (tenant_id);
    ALTER TABLE public.tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    ALTER TABLE public.rooms ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    ALTER TABLE public.bookings ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    ALTER TABLE public.numbered_rooms ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    ALTER TABLE public.visits ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    ALTER TABLE public.stays ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    CREATE POLICY rooms_tenant ON public.rooms USING (
      tenant_id = (SELECT nullif(current_setting('app.current_tenant_id', true), '')::uuid));
    CREATE POLICY bookings_tenant ON public.bookings USING (
      tenant_id = (SELECT nullif(current_setting('app.current_tenant_id', true), '')::uuid));
    CREATE POLICY numbered_rooms_tenant ON public.numbered_rooms USING (
      tenant_id = (SELECT nullif(current_setting('app.current_tenant_id', true), '')::uuid));
    CREATE POLICY visits_tenant ON public.visits USING (
      tenant_id = (SELECT nullif(current_setting('app.current_tenant_id', true), '')::uuid));
    CREATE POLICY stays_tenant ON public.stays USING (
      tenant_id = (SELECT nullif(current_setting('app.current_tenant_id', true), '')::uuid));
    CREATE VIEW public.room_names WITH (security_invoker = true) AS
      SELECT tenant_id, number FROM public.rooms;
    CREATE FUNCTION public.room_label(number text) RETURNS text LANGUAGE sql AS $$ SELECT number $$;
    CREATE MATERIALIZED VIEW public.room_counts AS SELECT 1 AS one;
    CREATE UNIQUE INDEX room_counts_key ON public.room_counts (one);
    """
}
