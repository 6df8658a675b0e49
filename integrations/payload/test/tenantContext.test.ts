import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'

import { TenantContextError, tenantContextPlugin, withTenantContext } from '../src/index.ts'
import { PostgresAdapter } from './adapter.ts'

const url = process.env.PAYLOAD_TEST_URL
const skip = url ? false : 'PAYLOAD_TEST_URL names no database: run scripts/payload-integration'

const options = {
  getTenantId: (req: any) => req.tenant,
  getUserId: (req: any) => req.user?.id,
  exemptCollections: ['users'],
}

describe('withTenantContext over a real PostgreSQL', { skip, timeout: 60_000 }, () => {
  let pool: any
  let base: PostgresAdapter
  let adapter: any

  function wrapped(more: object = {}) {
    base = new PostgresAdapter(pool)
    return withTenantContext({ name: 'postgres', init: () => base }, { ...options, ...more })
      .init({ payload: {} }) as any
  }

  before(() => {
    pool = PostgresAdapter.pool(url!, 5)
  })

  beforeEach(() => {
    adapter = wrapped()
  })

  after(async () => {
    assert.equal(pool.totalCount, pool.idleCount, 'a connection was not given back')
    await pool.end()
  })

  async function leftOver() {
    const rows = await Promise.all(
      Array.from({ length: 5 }, () =>
        pool.query("SELECT current_setting('app.current_tenant_id', true) AS tenant"),
      ),
    )
    return rows.map((result: any) => result.rows[0].tenant).filter((tenant: string) => tenant)
  }

  it('keeps two tenants apart when they read', async () => {
    for (const tenant of [1, 2]) {
      const { docs } = await adapter.find({ collection: 'bookings', req: { tenant } })
      assert.equal(docs.length, 50)
      assert.ok(docs.every((doc: any) => doc.tenant_id === tenant))
      assert.deepEqual(await adapter.count({ collection: 'properties', req: { tenant } }), {
        totalDocs: 10,
      })
    }
    assert.deepEqual(await leftOver(), [])
  })

  it('keeps two tenants apart when they write', async () => {
    const other = await adapter.findOne({ collection: 'bookings', req: { tenant: 2 } })
    const changed = await adapter.updateOne({
      collection: 'bookings', id: other.id, data: { status: 'cancelled' }, req: { tenant: 1 },
    })
    assert.equal(changed, null)
    await assert.rejects(
      adapter.create({
        collection: 'bookings', data: { tenant_id: 2, reference: 'stolen' }, req: { tenant: 1 },
      }),
      /row-level security/,
    )
    // A reference to another tenant's property, which the foreign key alone would take.
    await assert.rejects(
      adapter.create({
        collection: 'bookings', data: { tenant_id: 1, property_id: other.property_id, reference: 'x' },
        req: { tenant: 1 },
      }),
      /row-level security/,
    )
    const own = await adapter.create({
      collection: 'bookings', data: { tenant_id: 1, reference: 'mine' }, req: { tenant: 1 },
    })
    assert.equal(own.tenant_id, 1)
    assert.equal((await adapter.count({ collection: 'bookings', req: { tenant: 2 } })).totalDocs, 50)
  })

  it("uses the request's own transaction, and its context ends with it", async () => {
    const req: any = { tenant: 1, user: { id: 7 } }
    req.transactionID = adapter.beginTransaction()
    await adapter.create({
      collection: 'properties', data: { tenant_id: 1, name: 'new' }, req,
    })
    assert.deepEqual(await adapter.currentSettings(req), { tenant: '1', user: '7' })
    assert.equal((await adapter.count({ collection: 'properties', req })).totalDocs, 11)
    await adapter.rollbackTransaction(await req.transactionID)
    // The transaction is over: what comes late has one of its own.
    assert.equal((await adapter.count({ collection: 'properties', req })).totalDocs, 10)
    assert.deepEqual(await leftOver(), [])
  })

  it('refuses another tenant in a transaction that works for one', async () => {
    const transactionID = await adapter.beginTransaction()
    await adapter.count({ collection: 'bookings', req: { tenant: 1, transactionID } })
    await assert.rejects(
      adapter.count({ collection: 'bookings', req: { tenant: 2, transactionID } }),
      TenantContextError,
    )
    await adapter.rollbackTransaction(transactionID)
  })

  it('keeps concurrent requests apart on one small pool', async () => {
    const requests = Array.from({ length: 200 }, (_, index) => ({ tenant: 1 + (index % 2) }))
    const answers = await Promise.all(
      requests.map(async (req, index) => {
        if (index % 10 === 0) {
          // Some of them fail in between.
          await assert.rejects(
            adapter.create({ collection: 'bookings', data: { tenant_id: 3 - req.tenant }, req }),
          )
        }
        return adapter.find({ collection: 'properties', req })
      }),
    )
    answers.forEach(({ docs }: any, index: number) => {
      assert.equal(docs.length, 10)
      assert.ok(docs.every((doc: any) => doc.tenant_id === requests[index]!.tenant))
    })
    assert.deepEqual(await leftOver(), [])
    assert.equal(Object.keys(base.sessions).length, 0)
  })

  it('refuses a request without a tenant before anything is sent', async () => {
    const outside = base.outside
    for (const args of [
      { collection: 'bookings' }, { collection: 'bookings', req: {} },
      { collection: 'bookings', req: { tenant: '' } },
    ]) {
      await assert.rejects(adapter.find(args), TenantContextError)
      await assert.rejects(adapter.deleteMany(args), TenantContextError)
    }
    assert.equal(base.outside, outside)
  })

  it('without strict mode such a request reaches no row', async () => {
    const lenient = wrapped({ strictMode: false })
    assert.equal((await lenient.count({ collection: 'bookings', req: {} })).totalDocs, 0)
  })

  it('refuses ids that could leave the string they stand in', async () => {
    for (const tenant of ["1', true); DROP TABLE bookings; --", '1 2', 'a\0b', 'x'.repeat(65), '\\']) {
      await assert.rejects(
        adapter.find({ collection: 'bookings', req: { tenant } }), TenantContextError)
    }
    assert.throws(
      () => withTenantContext({ init: () => base }, { ...options, tenantSetting: "a.b', true); --" }),
      TenantContextError,
    )
  })

  it('lets people log in before a tenant is known', async () => {
    const user = await adapter.findOne({ collection: 'users', where: { id: 1 } })
    assert.equal(user.email, 'anna@example.org')
  })

  it('refuses to work where transactions are turned off', async () => {
    base.transactionOptions = false
    await assert.rejects(
      adapter.find({ collection: 'bookings', req: { tenant: 1 } }), /transactionOptions/)
    base.transactionOptions = {}
  })

  it('is a plugin as well', async () => {
    const config = tenantContextPlugin(options)({ db: { init: () => new PostgresAdapter(pool) }, other: 1 } as any) as any
    assert.equal(config.other, 1)
    adapter = config.db.init({ payload: {} })
    assert.equal((await adapter.count({ collection: 'properties', req: { tenant: 2 } })).totalDocs, 10)
    assert.throws(() => tenantContextPlugin(options)({}), TenantContextError)
  })
})
