export interface PostgresOptions {
  /** The cluster; made when missing or empty. Its parent is made too, mode 0700. */
  readonly dataDir: string;
  /** 0 (the default) takes a free one. */
  readonly port?: number;
  /** False switches fsync, synchronous_commit and full_page_writes off: ordinary tests only. Default true. */
  readonly durable?: boolean;
  /** The kernel stops the server when the process that started it dies. Default false. */
  readonly endsWithParent?: boolean;
  /** Of the superuser `postgres`; must be the one the cluster was made with. */
  readonly superuserPassword: string;
  readonly log?: (line: string) => void;
}

export interface EmbeddedPostgres {
  readonly host: string;
  readonly port: number;
  /** Database `postgres`, password included: a secret. */
  readonly superuserUrl: string;
  readonly pid: number;
  /** Fast shutdown; `immediate` leaves recovery to the next start, as a crash would. Does nothing when it has ended. */
  stop(options?: { readonly immediate?: boolean }): Promise<void>;
}

export declare const CLUSTER_NAME: 'pinward-embedded';

export declare function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres>;
