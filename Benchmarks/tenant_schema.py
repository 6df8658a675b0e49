"""SQL of a multi-tenant schema of any size, for the benchmarks.

Modules of ten tables: a customer's orders, a ticket's comments and the like. Every table has the
tenant's column, a policy FOR ALL, and foreign keys that carry the tenant; constraints are such as
people write: enums, ranges, lengths, formats, unique keys within the tenant.
"""

# The tables of a module: {m} is the module's number, and what REFERENCES names stands in it too.
TABLES = [
    """customers_{m} (
  {key},
  email text NOT NULL CHECK (email LIKE '%@%'),
  full_name varchar(80) NOT NULL CHECK (length(full_name) >= 2),
  stage stage NOT NULL DEFAULT 'lead',
  settings jsonb NOT NULL DEFAULT '{{}}',
  deleted_at timestamptz,
  UNIQUE (tenant_id, email)""",
    """products_{m} (
  {key},
  sku text NOT NULL CHECK (length(sku) BETWEEN 2 AND 20),
  title text NOT NULL,
  price_cents integer NOT NULL CHECK (price_cents BETWEEN 0 AND 1000000),
  tags text[] NOT NULL DEFAULT '{{}}',
  UNIQUE (tenant_id, sku)""",
    """orders_{m} (
  {key},
  customer_id uuid NOT NULL,
  status order_status NOT NULL,
  currency char(3) NOT NULL CHECK (currency = upper(currency)),
  placed_at timestamptz NOT NULL DEFAULT now(),
  shipped_at timestamptz CHECK (shipped_at >= placed_at),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customers_{m} (tenant_id, id)""",
    """order_lines_{m} (
  {key},
  order_id uuid NOT NULL,
  product_id uuid NOT NULL,
  quantity integer NOT NULL CHECK (quantity > 0),
  discount numeric(5,2) NOT NULL DEFAULT 0 CHECK (discount >= 0 AND discount <= 100),
  FOREIGN KEY (tenant_id, order_id) REFERENCES orders_{m} (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, product_id) REFERENCES products_{m} (tenant_id, id)""",
    """invoices_{m} (
  {key},
  order_id uuid NOT NULL,
  number integer NOT NULL CHECK (number > 0),
  amount numeric(12,2) NOT NULL CHECK (amount >= 0),
  due_on date NOT NULL DEFAULT current_date,
  UNIQUE (tenant_id, number),
  FOREIGN KEY (tenant_id, order_id) REFERENCES orders_{m} (tenant_id, id)""",
    """tickets_{m} (
  {key},
  customer_id uuid,
  priority priority NOT NULL DEFAULT 'normal',
  subject text NOT NULL CHECK (length(subject) > 0),
  open boolean NOT NULL DEFAULT true,
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customers_{m} (tenant_id, id)""",
    """comments_{m} (
  {key},
  ticket_id uuid NOT NULL,
  author text NOT NULL,
  body text NOT NULL,
  pinned boolean NOT NULL DEFAULT false,
  FOREIGN KEY (tenant_id, ticket_id) REFERENCES tickets_{m} (tenant_id, id) ON DELETE CASCADE""",
    """events_{m} (
  {key},
  kind text NOT NULL CHECK (kind IN ('created', 'changed', 'removed')),
  payload jsonb NOT NULL DEFAULT '{{}}',
  occurred_at timestamptz NOT NULL DEFAULT now()""",
    """members_{m} (
  {key},
  role member_role NOT NULL DEFAULT 'viewer',
  email text NOT NULL CHECK (email LIKE '%@%'),
  manager_id uuid,
  UNIQUE (tenant_id, email),
  FOREIGN KEY (tenant_id, manager_id) REFERENCES members_{m} (tenant_id, id)""",
    """files_{m} (
  {key},
  member_id uuid NOT NULL,
  path text NOT NULL,
  bytes bigint NOT NULL CHECK (bytes >= 0),
  checksum text,
  FOREIGN KEY (tenant_id, member_id) REFERENCES members_{m} (tenant_id, id)""",
]

KEY = """id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES tenants (id)"""

TYPES = """CREATE TYPE stage AS ENUM ('lead', 'active', 'churned');
CREATE TYPE order_status AS ENUM ('draft', 'placed', 'paid', 'shipped', 'cancelled');
CREATE TYPE priority AS ENUM ('low', 'normal', 'urgent');
CREATE TYPE member_role AS ENUM ('viewer', 'editor', 'owner');
"""


# How a policy asks for the tenant. Tools that prove things of policies read one of the other two.
DIALECTS = {
    "as people write it": "NULLIF(current_setting('{setting}', true), '')::uuid",
    "plain": "current_setting('{setting}', true)::uuid",
    "Supabase": "(auth.jwt() ->> 'tenant_id')::uuid",
}


def own(column, setting, dialect):
    return f"{column} = {DIALECTS[dialect].format(setting=setting)}"


def protect(table, role, own_row, command, grants):
    check = "" if command == "SELECT" else f" WITH CHECK ({own_row})"
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;\n"
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;\n"
        f"CREATE POLICY tenant_isolation ON {table} FOR {command} TO {role}\n"
        f"  USING ({own_row}){check};\n"
        f"GRANT {grants} ON {table} TO {role};\n"
    )


def sql(tables, role, setting, dialect="as people write it"):
    """A schema of `tables` tables, the one of the tenants among them."""
    parts = [
        f"GRANT USAGE ON SCHEMA public TO {role};\n",
        TYPES,
        "CREATE TABLE tenants (id uuid PRIMARY KEY, slug text NOT NULL UNIQUE, name text NOT NULL);\n",
        protect("tenants", role, own("id", setting, dialect), "SELECT", "SELECT"),
    ]
    for number in range(tables - 1):
        text = TABLES[number % len(TABLES)].format(m=number // len(TABLES) + 1, key=KEY)
        name = text.split(" ", 1)[0]
        parts.append(f"CREATE TABLE {text},\n  UNIQUE (tenant_id, id)\n);\n")
        parts.append(f"CREATE INDEX ON {name} (tenant_id);\n")
        grants = "SELECT, INSERT, UPDATE, DELETE"
        parts.append(protect(name, role, own("tenant_id", setting, dialect), "ALL", grants))
    return "".join(parts)
