/** Times are milliseconds; 0 switches a timeout off. */
export interface DatabaseSettings {
  /** Most connections; 8 to 16 serve one process best. Default 16. */
  readonly poolSize?: number;
  /** Shown in pg_stat_activity. Default "pinward". */
  readonly applicationName?: string;
  /** Time for a connection to be made, or to become free. Default 5,000. */
  readonly connectTimeoutMs?: number;
  /** Default 10,000. */
  readonly statementTimeoutMs?: number;
  /** Default 5,000. */
  readonly lockTimeoutMs?: number;
  /** Ends a transaction whose client has become silent. Default 10,000. */
  readonly idleInTransactionTimeoutMs?: number;
  /** Called with faults of idle connections. A warning is enough: the pool replaces them. */
  readonly onIdleConnectionFault?: (fault: Error) => void;
}
