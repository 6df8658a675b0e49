// The little of Payload's types that the example uses, so that it can be checked without Payload.
declare module 'payload' {
  export interface Field {
    name: string
    type: string
    relationTo?: string
    required?: boolean
    hasMany?: boolean
    fields?: Field[]
    options?: string[]
  }
  export interface CollectionConfig {
    slug: string
    auth?: boolean
    admin?: { useAsTitle?: string }
    fields: Field[]
  }
  export function buildConfig(config: Record<string, unknown>): unknown
}

declare module '@payloadcms/db-postgres' {
  export function postgresAdapter(options: Record<string, unknown>): {
    init: (args: { payload: unknown }) => unknown
    [key: string]: unknown
  }
}

declare const process: { env: Record<string, string | undefined> }
