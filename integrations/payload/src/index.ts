/**
 * Runs every database operation of Payload CMS in the context of one tenant, so that PostgreSQL's
 * row-level security decides what it reaches.
 *
 * It wraps the database adapter. Collection hooks could not do it: Payload reads outside
 * transactions, on any connection of its pool, and hooks cannot reach that connection.
 *
 * No dependencies; the types are structural, so nothing of Payload is imported.
 */

/** What is used of a request. */
export interface RequestLike {
  transactionID?: number | string | Promise<number | string>
  [key: string]: unknown
}

/** The arguments of an adapter's methods, as far as they matter here. */
export interface OperationArgs {
  collection?: string
  slug?: string
  global?: string
  globalSlug?: string
  req?: RequestLike
  [key: string]: unknown
}

/** What is used of a Drizzle adapter (`@payloadcms/db-postgres`, `@payloadcms/db-vercel-postgres`). */
export interface AdapterLike {
  beginTransaction: (options?: Record<string, unknown>) => Promise<number | string | null>
  commitTransaction: (id: number | string) => Promise<void>
  rollbackTransaction: (id: number | string) => Promise<void>
  execute?: (args: { db?: unknown; drizzle?: unknown; raw?: string }) => Promise<unknown> | unknown
  drizzle?: unknown
  sessions?: { [id: string]: { db?: unknown } | undefined }
  [method: string]: unknown
}

/** What `postgresAdapter({…})` gives to `buildConfig`. */
export interface AdapterObject {
  init: (args: { payload: unknown }) => unknown
  [key: string]: unknown
}

/** How tenants are found, and what is exempt. */
export interface TenantContextOptions {
  /** The tenant of a request; nothing for none. */
  getTenantId: (req: RequestLike) => TenantId | Promise<TenantId>
  /** The user of a request, for policies of rows within a tenant. */
  getUserId?: (req: RequestLike) => TenantId | Promise<TenantId>
  /** All tenants whose rows may be read, for people with several; needs `tenant.list` in the manifest. */
  getTenantIds?: (req: RequestLike) => (string | number)[] | Promise<(string | number)[]>
  /** True, the default: without a tenant nothing is sent to the database. */
  strictMode?: boolean
  /** Collections and globals without tenants, such as `users`: people log in before one is known. */
  exemptCollections?: string[]
  /** True for requests of the system itself, which run without a tenant: as a role that policies let through. */
  isSystem?: (req: RequestLike) => boolean
  /** The setting that policies compare; `app.current_tenant_id` unless said. */
  tenantSetting?: string
  /** The setting with the user's id; `app.current_user_id` unless said. */
  userSetting?: string
  /** The setting with the list of tenants; `app.current_tenant_ids` unless said. */
  tenantListSetting?: string
}

export type TenantId = string | number | null | undefined

/** An operation that was not sent, because its tenant is missing or another one's. */
export class TenantContextError extends Error {
  readonly code = 'TENANT_CONTEXT'

  constructor(message: string) {
    super(message)
    this.name = 'TenantContextError'
  }
}

/** Methods that only read, and may do so in a transaction that only reads. */
export const readingMethods = [
  'count', 'countGlobalVersions', 'countVersions', 'find', 'findDistinct', 'findGlobal',
  'findGlobalVersions', 'findOne', 'findVersions', 'queryDrafts',
] as const

/** Methods that write. */
export const writingMethods = [
  'create', 'createGlobal', 'createGlobalVersion', 'createVersion', 'deleteMany', 'deleteOne',
  'deleteVersions', 'updateGlobal', 'updateGlobalVersion', 'updateMany', 'updateOne',
  'updateVersion', 'upsert',
] as const

/**
 * Payload's own tables have no tenants. Its queue works for all of them, and is not wrapped:
 * `updateJobs` reads and writes `payload-jobs` alone.
 */
const payloadsOwn = [
  'payload-jobs', 'payload-jobs-stats', 'payload-kv', 'payload-locked-documents', 'payload-migrations',
  'payload-preferences',
]

/** Wraps the adapter of `buildConfig({ db })`. */
export function withTenantContext<T extends AdapterObject>(
  adapterObject: T, options: TenantContextOptions,
): T {
  const settings = new ContextSettings(options)
  return {
    ...adapterObject,
    init: (args: { payload: unknown }) => {
      const adapter = adapterObject.init(args) as AdapterLike
      new ContextAdapter(adapter, options, settings).wrap()
      return adapter
    },
  }
}

/** The same as a plugin of Payload: `plugins: [tenantContextPlugin({ … })]`. */
export function tenantContextPlugin(options: TenantContextOptions) {
  return <C extends { db?: unknown }>(config: C): C => {
    const db = config.db as AdapterObject | undefined
    if (!db || typeof db.init !== 'function') {
      throw new TenantContextError('tenantContextPlugin needs the database adapter in config.db')
    }
    return { ...config, db: withTenantContext(db, options) }
  }
}

/** The names of the settings, checked once. */
class ContextSettings {
  readonly tenant: string
  readonly user: string
  readonly list: string

  constructor(options: TenantContextOptions) {
    this.tenant = checkedSetting(options.tenantSetting ?? 'app.current_tenant_id')
    this.user = checkedSetting(options.userSetting ?? 'app.current_user_id')
    this.list = checkedSetting(options.tenantListSetting ?? 'app.current_tenant_ids')
  }
}

/** The context of one operation. */
interface Context {
  tenant: string
  user: string
  list: string
}

/** A transaction that the adapter keeps open. */
interface Session {
  db?: unknown
}

type Method = (args: OperationArgs) => Promise<unknown>

class ContextAdapter {
  private readonly adapter: AdapterLike
  private readonly options: TenantContextOptions
  private readonly settings: ContextSettings
  private readonly exempt: Set<string>
  /** The context of each open transaction, by its entry in `sessions`: connections are used again. */
  private readonly contexts = new WeakMap<object, { key: string; ready: Promise<unknown> }>()

  constructor(adapter: AdapterLike, options: TenantContextOptions, settings: ContextSettings) {
    this.adapter = adapter
    this.options = options
    this.settings = settings
    this.exempt = new Set([...(options.exemptCollections ?? []), ...payloadsOwn])
  }

  private get isStrict(): boolean {
    return this.options.strictMode !== false
  }

  wrap(): void {
    for (const name of [...readingMethods, ...writingMethods]) {
      const original = this.adapter[name]
      if (typeof original !== 'function') continue
      const isReading = (readingMethods as readonly string[]).includes(name)
      this.adapter[name] = (args: OperationArgs) =>
        this.run(name, original.bind(this.adapter) as Method, args, isReading)
    }
  }

  private async run(
    name: string, original: Method, args: OperationArgs, isReading: boolean,
  ): Promise<unknown> {
    const subject = args?.collection ?? args?.globalSlug ?? args?.global ?? args?.slug
    if (subject !== undefined && this.exempt.has(subject)) return original(args)
    const req = args?.req
    if (req && this.options.isSystem?.(req)) return original(args)
    const context = req ? await this.context(req) : undefined
    if (!req || !context) {
      if (!this.isStrict) return original(args)
      throw new TenantContextError(
        `${name} of ${subject ?? 'a document'} without a tenant: `
          + (req ? 'getTenantId gave none for this request' : 'no req was passed')
          + '. Add the collection to exemptCollections if it has none.',
      )
    }
    const session = await this.openSession(req)
    if (session) {
      await this.set(context, session)
      return original(args)
    }
    return this.inTransaction(name, original, args, req, context, isReading)
  }

  /** A transaction of its own around one operation: the context ends with it. */
  private async inTransaction(
    name: string, original: Method, args: OperationArgs, req: RequestLike, context: Context,
    isReading: boolean,
  ): Promise<unknown> {
    const id = await this.adapter.beginTransaction(
      isReading ? { accessMode: 'read only' } : undefined,
    )
    const session = id === null ? undefined : this.adapter.sessions?.[String(id)]
    if (id === null || !session) {
      throw new TenantContextError(
        `${name} needs a transaction for its tenant, and the adapter opens none: `
          + 'transactionOptions must not be false',
      )
    }
    try {
      await this.set(context, session)
      const inner = Object.create(req, { transactionID: { value: id, enumerable: true } })
      const result = await original({ ...args, req: inner as RequestLike })
      await this.adapter.commitTransaction(id)
      return result
    } catch (error) {
      await this.adapter.rollbackTransaction(id)
      throw error
    }
  }

  /** The request's transaction; nothing when it has none, or it is over. */
  private async openSession(req: RequestLike): Promise<Session | undefined> {
    if (req.transactionID === undefined || req.transactionID === null) return undefined
    const id = await req.transactionID
    return this.adapter.sessions?.[String(id)]
  }

  private async context(req: RequestLike): Promise<Context | undefined> {
    const tenant = checkedId(await this.options.getTenantId(req), 'tenant')
    if (tenant === undefined) return undefined
    const user = checkedId(await this.options.getUserId?.(req), 'user')
    const list = ((await this.options.getTenantIds?.(req)) ?? []).map(
      (id) => checkedId(id, 'tenant') ?? '',
    )
    return { tenant, user: user ?? '', list: list.join(',') }
  }

  /** Sets the context of a transaction, once. */
  private async set(context: Context, session: Session): Promise<void> {
    const key = JSON.stringify(context)
    const known = this.contexts.get(session)
    if (known && known.key !== key) {
      throw new TenantContextError(
        'a transaction that works for one tenant cannot go on for another one',
      )
    }
    if (known) {
      await known.ready
      return
    }
    const ready = this.execute(session, context)
    this.contexts.set(session, { key, ready })
    try {
      await ready
    } catch (error) {
      this.contexts.delete(session)
      throw error
    }
  }

  private async execute(session: Session, context: Context): Promise<unknown> {
    const { execute, drizzle } = this.adapter
    if (!execute) {
      throw new TenantContextError('the adapter has no execute(): is it one for PostgreSQL?')
    }
    // True: for this transaction alone. Every part was checked to hold no quote.
    const parts = [
      [this.settings.tenant, context.tenant], [this.settings.user, context.user],
      [this.settings.list, context.list],
    ].map(([name, value]) => `set_config('${name}', '${value}', true)`)
    return execute.call(this.adapter, { db: session.db, drizzle, raw: `SELECT ${parts.join(', ')}` })
  }
}

/**
 * An id as text; nothing for none.
 *
 * Ids are numbers, UUIDs or slugs: anything else could be an attempt to leave the string it stands in.
 */
function checkedId(id: TenantId, what: string): string | undefined {
  if (id === null || id === undefined || id === '') return undefined
  const text = String(id)
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(text)) {
    throw new TenantContextError(
      `the ${what}'s id must be a number, a UUID, or up to 64 letters, digits, - and _`,
    )
  }
  return text
}

function checkedSetting(name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)+$/.test(name)) {
    throw new TenantContextError(`${name} is no name of a setting such as app.current_tenant_id`)
  }
  return name
}
