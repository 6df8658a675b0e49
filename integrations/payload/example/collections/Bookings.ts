import type { CollectionConfig } from 'payload'

/** Stays of guests. */
export const Bookings: CollectionConfig = {
  slug: 'bookings',
  admin: { useAsTitle: 'reference' },
  fields: [
    { name: 'tenant', type: 'relationship', relationTo: 'tenants', required: true },
    { name: 'property', type: 'relationship', relationTo: 'properties', required: true },
    { name: 'reference', type: 'text', required: true },
    { name: 'status', type: 'select', options: ['requested', 'confirmed', 'cancelled'] },
  ],
}
