import { postgresAdapter } from '@payloadcms/db-postgres'
import { buildConfig } from 'payload'
import { tenantContextPlugin } from 'payload-tenant-context'
import type { RequestLike } from 'payload-tenant-context'

import { Bookings } from './collections/Bookings'
import { Properties } from './collections/Properties'
import { Tenants } from './collections/Tenants'
import { Users } from './collections/Users'

/**
 * The tenant in the cookie of the multi-tenant plugin's selector, if the user belongs to it: a cookie
 * is only a wish.
 */
function currentTenant(req: RequestLike): string | undefined {
  const user = req.user as { tenants?: { tenant: number | string }[] } | undefined
  const own = (user?.tenants ?? []).map((entry) => String(entry.tenant))
  const headers = req.headers as { get?: (name: string) => string | null } | undefined
  const cookie = headers?.get?.('cookie') ?? ''
  const wish = /(?:^|; )payload-tenant=([^;]+)/.exec(cookie)?.[1]
  return wish !== undefined && own.includes(wish) ? wish : own.length === 1 ? own[0] : undefined
}

export default buildConfig({
  collections: [Tenants, Users, Properties, Bookings],
  // `push` would turn row-level security off on every start; migrations keep it.
  db: postgresAdapter({ pool: { connectionString: process.env.DATABASE_URL }, push: false }),
  plugins: [
    tenantContextPlugin({
      getTenantId: (req) => currentTenant(req),
      getUserId: (req) => (req.user as { id?: number } | undefined)?.id,
      exemptCollections: ['users', 'tenants'],
    }),
  ],
})
