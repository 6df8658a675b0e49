/// The JSON Schema of manifests, by which editors complete and check them.
package enum ManifestSchema {
  /// The name of the file that `init` writes beside the manifest.
  package static let fileName = ".policies-schema.json"

  /// The schema (JSON Schema, draft 2020-12).
  package static let text = #"""
    {
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "title": "dbtool policies manifest",
      "description": "How the tenants of a PostgreSQL database are kept apart.",
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "version": {"description": "The version of this format.", "const": 1},
        "schemas": {"description": "The schemas whose tables it is about; the first needs no name.", "$ref": "#/$defs/names"},
        "tenant": {
          "description": "How tenants are told apart.",
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "setting": {"description": "The setting that holds the tenant's id for a transaction.", "$ref": "#/$defs/setting"},
            "column": {"description": "The column that is compared with it.", "type": "string"},
            "type": {"description": "The type to cast the setting to; by default the column's.", "type": "string"},
            "claim": {"description": "The member of the setting's JSON that is the id, for example tenant_id or app_metadata.tenant_id.", "type": "string"},
            "list": {"description": "A setting that holds the ids of several tenants, separated by commas, whose rows may be read.", "$ref": "#/$defs/setting"}
          }
        },
        "within": {
          "description": "Narrower contexts inside a tenant, by name.",
          "type": "object",
          "additionalProperties": {
            "type": "object",
            "required": ["setting", "column"],
            "additionalProperties": false,
            "properties": {
              "setting": {"$ref": "#/$defs/setting"},
              "column": {"type": "string"},
              "type": {"type": "string"},
              "claim": {"type": "string"},
              "optional": {"description": "True when the whole tenant is seen while the setting is empty.", "type": "boolean"},
              "tables": {"description": "Patterns of the tables it holds for; by default all that have the column.", "$ref": "#/$defs/names"}
            }
          }
        },
        "roles": {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "application": {"description": "The roles that the application works as.", "$ref": "#/$defs/names"},
            "read-only": {"description": "Roles that only read, as a tenant.", "$ref": "#/$defs/names"},
            "administration": {"description": "Roles that see and change every tenant's rows.", "$ref": "#/$defs/names"},
            "provisioning": {"description": "The same, only in tables that the application may not write.", "$ref": "#/$defs/names"}
          }
        },
        "support": {
          "description": "Access of the operator's staff for a limited time.",
          "type": "object",
          "required": ["role", "table"],
          "additionalProperties": false,
          "properties": {
            "role": {"type": "string"},
            "table": {"description": "The table in which each row is one permission.", "type": "string"},
            "tenant": {"type": "string"},
            "staff": {"type": "string"},
            "from": {"type": "string"},
            "until": {"type": "string"},
            "staff-setting": {"description": "The setting that says who it is; by default the session's user.", "$ref": "#/$defs/setting"}
          }
        },
        "grants": {"description": "Whether privileges on the tables are made to fit.", "enum": ["manage", "leave"]},
        "strict": {"description": "False when undecided tables are only a warning.", "type": "boolean"},
        "tables": {
          "description": "How rows of tables belong to tenants, by name or pattern. Tables without a line are decided by the tenant column and by foreign keys.",
          "type": "object",
          "additionalProperties": {"$ref": "#/$defs/table"}
        },
        "views": {"description": "Views that stay as they are.", "$ref": "#/$defs/exempt"},
        "functions": {"description": "SECURITY DEFINER functions that stay as they are.", "$ref": "#/$defs/exempt"}
      },
      "$defs": {
        "names": {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
        "setting": {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_$]*(\\.[A-Za-z_][A-Za-z0-9_$]*)+$"},
        "access": {
          "oneOf": [
            {"enum": ["read-only", "read-write", "append-only", "none"]},
            {"enum": ["select", "insert", "update", "delete"]},
            {"type": "array", "items": {"enum": ["select", "insert", "update", "delete"]}}
          ]
        },
        "reason": {"type": "string", "minLength": 1},
        "exempt": {
          "type": "object",
          "additionalProperties": {
            "type": "object",
            "required": ["exempt"],
            "additionalProperties": false,
            "properties": {"exempt": {"$ref": "#/$defs/reason"}}
          }
        },
        "table": {
          "oneOf": [
            {"enum": ["root", "column", "global"]},
            {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "root": {"description": "Each row is a tenant; the column is its id.", "type": ["string", "null"]},
                "column": {"description": "The column holds the tenant's id.", "type": ["string", "null"]},
                "parent": {"description": "Rows belong to the row of this table that a foreign key refers to.", "type": "string"},
                "membership": {"description": "Rows are people, visible where a row of this table refers to them.", "type": "string"},
                "global": {"description": "Rows belong to nobody, and everybody reads them.", "$ref": "#/$defs/access"},
                "raw": {"description": "Only the policies that are written out count; the reason.", "$ref": "#/$defs/reason"},
                "exempt": {"description": "Isolation does not apply; the reason.", "$ref": "#/$defs/reason"},
                "undecided": {"description": "What has to be decided.", "$ref": "#/$defs/reason"},
                "key": {"description": "The columns of the foreign key, where there are several.", "$ref": "#/$defs/names"},
                "access": {"description": "What the application may do.", "$ref": "#/$defs/access"},
                "insert": {"description": "The only columns that the application may give a value.", "$ref": "#/$defs/names"},
                "update": {"description": "The only columns that the application may change.", "$ref": "#/$defs/names"},
                "shared": {"description": "True when rows without a tenant are read by all and written by none.", "type": "boolean"},
                "check-references": {"description": "False when references to other tenants' rows are not checked.", "type": "boolean"},
                "policies": {
                  "description": "Policies that are written out, by name.",
                  "type": "object",
                  "additionalProperties": {"$ref": "#/$defs/policy"}
                }
              }
            }
          ]
        },
        "policy": {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "restrictive": {"description": "True when it narrows what others allow.", "type": "boolean"},
            "for": {"enum": ["all", "select", "insert", "update", "delete"]},
            "to": {"description": "Its roles; by default the application's and those that only read.", "$ref": "#/$defs/names"},
            "using": {"description": "Which rows there are.", "type": "string"},
            "check": {"description": "Which rows may be written; by default as using.", "type": "string"}
          }
        }
      }
    }
    """#
}
