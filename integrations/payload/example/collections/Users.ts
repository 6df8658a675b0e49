import type { CollectionConfig } from 'payload'

/** People log in before a tenant is known, so this collection is exempt. */
export const Users: CollectionConfig = {
  slug: 'users',
  auth: true,
  admin: { useAsTitle: 'email' },
  fields: [
    {
      name: 'tenants', type: 'array',
      fields: [{ name: 'tenant', type: 'relationship', relationTo: 'tenants', required: true }],
    },
  ],
}
