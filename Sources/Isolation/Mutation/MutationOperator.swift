/// A way of weakening a schema.
package enum MutationOperator: String, Sendable, Codable, CaseIterable {
  /// USING lets every row pass.
  case usingTrue = "using-true"
  /// WITH CHECK lets every row pass.
  case checkTrue = "check-true"
  /// WITH CHECK gives way to USING, which differs from it.
  case checkAsUsing = "check-as-using"
  /// A part of an AND goes.
  case conjunctRemoved = "conjunct-removed"
  /// A part of an OR lets every row pass.
  case branchTrue = "branch-true"
  /// The expression is true without a tenant.
  case orUnset = "or-unset"
  /// The expression is true with an empty tenant.
  case orEmpty = "or-empty"
  /// The tenant is compared by IS NOT DISTINCT FROM.
  case notDistinct = "not-distinct"
  /// The tenant is compared by `>=`.
  case greaterOrEqual = "greater-or-equal"
  /// The tenant is compared without regard to case.
  case caseFolded = "case-folded"
  /// The setting counts as the beginning of a tenant's id.
  case prefix
  /// An empty setting is no longer taken for none.
  case nullIfRemoved = "nullif-removed"
  /// A restrictive policy goes.
  case restrictiveDropped = "restrictive-dropped"
  /// A restrictive policy applies to another role.
  case restrictiveElsewhere = "restrictive-elsewhere"
  /// A permissive policy applies to all commands.
  case commandWidened = "command-widened"
  /// A permissive policy applies to PUBLIC.
  case policyToPublic = "policy-to-public"
  /// Row-level security is switched off.
  case rowSecurityDisabled = "rls-disabled"
  /// Row-level security does not bind the owner.
  case notForced = "not-forced"
  /// The application's role owns the table.
  case ownerChanged = "owner-changed"
  /// The role may TRUNCATE.
  case truncateGranted = "truncate-granted"
  /// The role may put triggers on the table.
  case triggerGranted = "trigger-granted"
  /// The role may refer to the table.
  case referencesGranted = "references-granted"
  /// The role may read a relation that it could not read.
  case selectGranted = "select-granted"
  /// The role is not bound by row-level security.
  case roleBypasses = "role-bypassrls"
  /// The role is a member of an owner.
  case ownerGranted = "owner-granted"
  /// A view no longer runs with its reader's rights.
  case invokerReset = "security-invoker-reset"
  /// A view no longer hides rows from its reader's functions.
  case barrierReset = "security-barrier-reset"
  /// A view no longer checks what is written through it.
  case checkOptionReset = "check-option-reset"
  /// A view belongs to whoever connects as the administrator.
  case viewOwner = "view-owner"
  /// A function runs with its owner's rights.
  case definer = "security-definer"
  /// A function of policies says that it depends on nothing.
  case immutable
  /// The tenant column leaves a foreign key.
  case referenceWithoutTenant = "reference-without-tenant"
  /// A key without the tenant column is added.
  case keyWithoutTenant = "key-without-tenant"
}
