/** One sentence for each reason why there is no connection, by SQLSTATE, by Node's code, or by the words. */
const REASONS: Readonly<Record<string, (where: Where) => string>> = {
  '28P01': ({ role }) =>
    `PostgreSQL refuses the role ${role}: the password is wrong, or there is no such role`,
  '28000': ({ role }) =>
    `PostgreSQL refuses the role ${role}: it does not exist, may not log in, or pg_hba.conf does not let it in from here`,
  '3D000': ({ database }) => `there is no database ${database}`,
  '42501': ({ role, database }) =>
    `the role ${role} may not connect to the database ${database}: GRANT CONNECT`,
  '53300': () => 'PostgreSQL has no connection left: lower DATABASE_POOL_SIZE or raise max_connections',
  '57P03': () => 'PostgreSQL is starting, stopping or recovering, and takes no connections now',
  '25006': () => 'PostgreSQL is read-only here: this is a standby, or the role may not write',
  '42704': () => 'PostgreSQL does not know a setting that this version needs: is it older than 17?',
  ENOTFOUND: ({ host }) => `the name ${host} cannot be resolved`,
  EAI_AGAIN: ({ host }) => `the name ${host} cannot be resolved now: the name server does not answer`,
  ECONNREFUSED: ({ host, port }) => `nobody listens at ${host} on port ${port}`,
  ETIMEDOUT: ({ host, port }) => `${host} does not answer on port ${port}`,
  EHOSTUNREACH: ({ host }) => `there is no way to ${host}`,
  ENETUNREACH: ({ host }) => `there is no way to ${host}`,
  ECONNRESET: ({ host, port }) => `${host} closes the connection on port ${port}`,
  ERR_TLS_CERT_ALTNAME_INVALID: ({ host }) => `the server's certificate is for another name than ${host}`,
  CERT_HAS_EXPIRED: () => "the server's certificate has expired",
  CERT_NOT_YET_VALID: () => "the server's certificate is not valid yet",
  ENOENT: () => 'a file of the URL (sslrootcert, sslcert, sslkey) is missing',
  EACCES: () => 'a file of the URL (sslrootcert, sslcert, sslkey) cannot be read',
};

const UNKNOWN_AUTHORITY = /SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)/;

const BY_WORDS: readonly (readonly [RegExp, (where: Where, words: string) => string])[] = [
  [
    /unsupported startup parameter/i,
    (_where, words) =>
      `a pooler in front of PostgreSQL answers "${words}": it must be in session mode, and ignore the options that it does not know`,
  ],
  [/does not support SSL/i, () => 'the server does not speak TLS, which the URL asks for (sslmode)'],
  [/no pg_hba\.conf entry/i, ({ role }) => `pg_hba.conf does not let the role ${role} in from here`],
  [/timeout/i, ({ host, port }) => `${host} does not answer on port ${port}`],
];

interface Where {
  readonly role: string;
  readonly host: string;
  readonly port: string;
  readonly database: string;
}

/**
 * Why a database could not be opened, in one sentence that says what to change. It names role, host and database of the
 * URL, never its password, and quotes the server only where its words contain nothing of the URL.
 */
export function refusedConnection(fault: unknown, url: string): string {
  const where = whereOf(url);
  const { code, message } = wordsOf(fault);
  const known = REASONS[code];
  if (known !== undefined) return `${known(where)} (${code})`;
  if (UNKNOWN_AUTHORITY.test(code))
    return `the server's certificate is by no authority that is trusted here: sslrootcert in the URL (${code})`;
  const [, sentence] = BY_WORDS.find(([words]) => words.test(message)) ?? [];
  if (sentence !== undefined) return sentence(where, message);
  return `the database at ${where.host} cannot be opened (${code === '' ? 'no reason given' : code})`;
}

function whereOf(url: string): Where {
  const { username, hostname, port, pathname } = new URL(url);
  const role = decodeURIComponent(username);
  const database = decodeURIComponent(pathname.slice(1));
  return {
    role: JSON.stringify(role),
    host: hostname,
    port: port === '' ? '5432' : port,
    database: JSON.stringify(database === '' ? role : database),
  };
}

/** Several addresses of one name fail together; one reason is enough. */
function wordsOf(fault: unknown): { readonly code: string; readonly message: string } {
  const several: readonly unknown[] = fault instanceof AggregateError ? fault.errors : [];
  const first = several[0] ?? fault;
  if (!(first instanceof Error)) return { code: '', message: '' };
  const code = 'code' in first && typeof first.code === 'string' ? first.code : '';
  return { code, message: first.message };
}
