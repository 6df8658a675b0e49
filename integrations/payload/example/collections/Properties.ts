import type { CollectionConfig } from 'payload'

/** Houses of a hotel. */
export const Properties: CollectionConfig = {
  slug: 'properties',
  admin: { useAsTitle: 'name' },
  fields: [
    { name: 'tenant', type: 'relationship', relationTo: 'tenants', required: true },
    { name: 'name', type: 'text', required: true },
  ],
}
