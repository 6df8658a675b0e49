import { randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'

// Debian's node-pg is a CommonJS package that NODE_PATH finds.
const { Pool } = createRequire(import.meta.url)('pg')

/** A connection of node-pg. */
interface Client {
  query: (sql: string, values?: unknown[]) => Promise<{ rows: any[]; rowCount: number }>
  release: () => void
}

/**
 * An adapter over node-pg that opens, keeps and ends transactions as Payload's Drizzle adapter does:
 * `sessions[id].db` while one is open, and the pool for a request without one.
 */
export class PostgresAdapter {
  pool: any
  sessions: { [id: string]: { db: Client } } = {}
  /** How often a connection was used outside a transaction. */
  outside = 0
  transactionOptions: unknown = {}

  constructor(pool: any) {
    this.pool = pool
  }

  static pool(connectionString: string, max: number): any {
    return new Pool({ connectionString, max })
  }

  async beginTransaction(options?: { accessMode?: string }): Promise<string | null> {
    if (this.transactionOptions === false) return null
    const client: Client = await this.pool.connect()
    await client.query(options?.accessMode === 'read only' ? 'BEGIN READ ONLY' : 'BEGIN')
    const id = randomUUID()
    this.sessions[id] = { db: client }
    return id
  }

  async commitTransaction(id: string): Promise<void> {
    await this.end(id, 'COMMIT')
  }

  async rollbackTransaction(id: string): Promise<void> {
    await this.end(id, 'ROLLBACK')
  }

  private async end(id: string, command: string): Promise<void> {
    const session = this.sessions[id]
    if (!session) return
    delete this.sessions[id]
    try {
      await session.db.query(command)
    } finally {
      session.db.release()
    }
  }

  execute({ db, raw }: { db?: any; raw?: string }): Promise<unknown> {
    return (db ?? this.pool).query(raw)
  }

  private async query(req: any, sql: string, values: unknown[] = []) {
    const session = req?.transactionID && this.sessions[await req.transactionID]
    if (!session) this.outside += 1
    return (session?.db ?? this.pool).query(sql, values)
  }

  async find({ collection, req, where }: any) {
    const filter = where ? ' WHERE id = $1' : ''
    const result = await this.query(
      req, `SELECT * FROM ${collection}${filter} ORDER BY id`, where ? [where.id] : [],
    )
    return { docs: result.rows, totalDocs: result.rows.length }
  }

  async findOne(args: any) {
    return (await this.find(args)).docs[0] ?? null
  }

  async count({ collection, req }: any) {
    const result = await this.query(req, `SELECT count(*)::int AS n FROM ${collection}`)
    return { totalDocs: result.rows[0].n }
  }

  async create({ collection, data, req }: any) {
    const names = Object.keys(data)
    const places = names.map((_, index) => `$${index + 1}`)
    const result = await this.query(
      req,
      `INSERT INTO ${collection} (${names.join(', ')}) VALUES (${places.join(', ')}) RETURNING *`,
      Object.values(data),
    )
    return result.rows[0]
  }

  async updateOne({ collection, id, data, req }: any) {
    const [name, value] = Object.entries(data)[0]!
    const result = await this.query(
      req, `UPDATE ${collection} SET ${name} = $2 WHERE id = $1 RETURNING *`, [id, value],
    )
    return result.rows[0] ?? null
  }

  async deleteMany({ collection, req }: any) {
    return (await this.query(req, `DELETE FROM ${collection}`)).rowCount
  }

  async currentSettings(req: any) {
    const result = await this.query(
      req,
      `SELECT current_setting('app.current_tenant_id', true) AS tenant,
         current_setting('app.current_user_id', true) AS "user"`,
    )
    return result.rows[0]
  }
}
