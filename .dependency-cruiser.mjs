// Who may import whom, and why. `npm run check` holds every file to it.

/** Specs may look behind the front door of their own library and use the tools of test/. */
const SPEC = '\\.(spec|evidence)\\.ts$';

/** The bootstrap, which runs before node_modules exists; it starts the bundler when it does. */
const BOOTSTRAP = '^scripts/bootstrap\\.mjs$|^scripts/bootstrap/(?!bundle\\.mjs)';

const npm = (...names) => `^node_modules/(${names.join('|')})(/|$)`;

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Parts of a cycle can be neither read, nor tested, nor replaced one by one.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'What cannot be found here will not be found when it runs.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'libraries-do-not-know-apps',
      comment: 'Apps are put together from libraries; a library that needs an app belongs into it.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-do-not-know-each-other',
      comment: 'What two apps need is a library.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'through-the-front-door',
      comment: 'A library is what its index exports; the rest may change without asking.',
      severity: 'error',
      from: { path: '^(apps|libs|softhsm|bench|scripts)/([^/]+)/', pathNot: SPEC },
      to: {
        path: '^libs/([^/]+)/',
        pathNot: [
          '^libs/[^/]+/src/index\\.ts$',
          '^$1/$2/',
          '^libs/hsm/src/pkcs11/index\\.ts$',
          '^libs/client/src/[^/]+/index\\.ts$',
        ],
      },
    },
    {
      name: 'second-door-of-the-hsm',
      comment:
        'The key ceremony, the token set-up and the raw measurement are about PKCS#11 itself; for all others it is an ' +
        'inner part.',
      severity: 'error',
      from: { path: '^(apps|libs|scripts)/', pathNot: ['^libs/(hsm|key-ceremony)/', SPEC] },
      to: { path: '^libs/hsm/src/pkcs11/' },
    },
    {
      name: 'pkcs11-behind-the-adapter',
      comment:
        'One place turns the words of the domain into PKCS#11 calls, so one place has to be right about PINs. The ' +
        'set-up, the bench and the rigs of the tests speak to tokens directly.',
      severity: 'error',
      from: { pathNot: ['^libs/hsm/src/pkcs11/', '^softhsm/', '^bench/', '^test/'] },
      to: { path: npm('pkcs11js') },
    },
    {
      name: 'native-structures-only-where-keys-are-made',
      comment: 'koffi writes raw memory. Only the making of keys needs it; the service must never load it.',
      severity: 'error',
      from: { pathNot: ['^libs/key-ceremony/', '^test/'] },
      to: { path: npm('koffi') },
    },
    {
      name: 'keys-are-made-by-officers',
      comment:
        'Whoever serves requests must not be able to make, mark or register a key: the ceremony is for the command line ' +
        'and the token set-up alone.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^libs/key-ceremony/', '^apps/pinctl/', SPEC] },
      to: { path: '^libs/key-ceremony/' },
    },
    {
      name: 'hsm-contract-speaks-the-domain',
      comment: 'The contract is the security boundary: it must make sense without knowing how it is kept.',
      severity: 'error',
      from: { path: '^libs/hsm/src/contract/' },
      to: { pathNot: ['^libs/hsm/src/contract/'], dependencyTypesNot: ['core'] },
    },
    {
      name: 'hsm-host-is-small',
      comment: 'The process that holds the PKCS#11 login loads no database, no HTTP and no framework.',
      severity: 'error',
      from: { path: '^libs/hsm/', pathNot: SPEC },
      to: {
        path: [
          '^libs/(?!hsm/|errors/|fair-semaphore/|client/src/pin-block/|program-files/|secret-text/)',
          npm('@nestjs', 'fastify', 'typeorm', 'pg'),
        ],
      },
    },
    {
      name: 'pin-domain-knows-no-edge',
      comment:
        'Use cases read as business steps, with their rows in one transaction; PKCS#11 and HTTP are elsewhere.',
      severity: 'error',
      from: { path: '^libs/pin/', pathNot: SPEC },
      to: { path: npm('pg', 'pkcs11js', '@nestjs', 'fastify') },
    },
    {
      name: 'pin-depends-on-contracts-only',
      comment:
        'The domain knows the HSM contract, one-time passwords, the card vault, requests, the database, PAN masks and ' +
        'errors, how a card is sent, and whom approvals take for another person.',
      severity: 'error',
      from: { path: '^libs/pin/', pathNot: SPEC },
      to: {
        path: '^libs/',
        pathNot:
          '^libs/(pin|fair-semaphore|hsm|otp|card-vault|requests|pan-mask|errors|database|approvals|sent-json)/',
      },
    },
    {
      name: 'one-time-passwords-and-vault-know-no-pin',
      comment:
        'What a PIN operation needs of them they give without knowing it: the domain is above, HTTP further above.',
      severity: 'error',
      from: { path: '^libs/(otp|card-vault)/', pathNot: SPEC },
      to: {
        path: [
          '^libs/(?!(otp|card-vault|hsm|keys|client/src/pin-block|requests|pan-mask|secret-text|errors|database)/)',
          npm('@nestjs', 'fastify', 'pkcs11js', 'pg'),
        ],
      },
    },
    {
      name: 'approvals-know-no-power',
      comment: 'They know who decides about what; what is decided is handed to them.',
      severity: 'error',
      from: { path: '^libs/approvals/', pathNot: SPEC },
      to: {
        path: ['^libs/(?!(approvals|requests|pan-mask|errors|database)/)', npm('@nestjs', 'fastify', 'pg')],
      },
    },
    {
      name: 'masks-and-names-are-pure',
      comment:
        'What looks like a PAN and which names look alike is said in plain functions that everything may import.',
      severity: 'error',
      from: { path: '^libs/(pan-mask|person-names)/', pathNot: SPEC },
      to: { pathNot: '^libs/(pan-mask|person-names|errors)/' },
    },
    {
      name: 'sent-json-knows-no-edge',
      comment:
        'Service and command line read a card alike, so what reads it knows neither of them, nor the domain.',
      severity: 'error',
      from: { path: '^libs/sent-json/', pathNot: SPEC },
      to: {
        path: [
          '^libs/(?!(sent-json|card-vault|pan-mask|requests)/)',
          npm('@nestjs', 'fastify', 'typeorm', 'pg'),
        ],
      },
    },
    {
      name: 'requests-know-no-operation',
      comment: 'A request with its claim, answer and audit row is kept the same way whatever it asks for.',
      severity: 'error',
      from: { path: '^libs/requests/', pathNot: SPEC },
      to: { path: ['^libs/(?!(requests|errors|database)/)', npm('@nestjs', 'fastify', 'pkcs11js', 'pg')] },
    },
    {
      name: 'api-clients-know-no-http',
      comment:
        'The service and the command line use the same registry, so it knows neither of them, nor the domain.',
      severity: 'error',
      from: { path: '^libs/api-clients/', pathNot: SPEC },
      to: {
        path: [
          '^libs/(?!(api-clients|fair-semaphore|requests|pan-mask|person-names|secret-text|errors|database)/)',
          npm('@nestjs', 'fastify', 'pkcs11js'),
        ],
      },
    },
    {
      name: 'pinctl-is-small',
      comment:
        'The command line speaks to database and HSM through its libraries, and to a service as any backend does: no ' +
        'PKCS#11, no framework.',
      severity: 'error',
      from: { path: '^apps/pinctl/' },
      to: {
        path: [
          '^libs/(?!(alarms|api-clients|approvals|audit|brakes|card-vault|database|errors|hsm|incidents|key-ceremony|keys|pan-mask|pin|policy|program-files|requests|secret-text|sent-json|tls-policy|webhooks|client/src/backend)/)',
          npm('@nestjs', 'fastify', 'pkcs11js', 'pg'),
        ],
      },
    },
    {
      name: 'alarms-read-the-trail-alone',
      comment:
        'They count what the audit trail says and pull brakes: no PIN, no HSM, no framework, so that nothing of theirs can ' +
        'get into the way of a validate.',
      severity: 'error',
      from: { path: '^libs/alarms/', pathNot: SPEC },
      to: {
        path: [
          '^libs/(?!(alarms|brakes|database|policy|requests)/)',
          npm('@nestjs', 'fastify', 'pkcs11js', 'pg'),
        ],
      },
    },
    {
      name: 'audit-and-webhooks-know-no-domain',
      comment:
        'They carry what happened, whatever it was: the trail is verified and events are delivered without knowing what ' +
        'a PIN is. Of one-time passwords webhooks know how to open a code, and nothing else.',
      severity: 'error',
      from: { path: '^libs/(audit|webhooks)/', pathNot: SPEC },
      to: {
        path: [
          '^libs/(?!(audit|webhooks|otp|outbound-https|tls-policy|hsm|keys|requests|pan-mask|secret-text|errors|database)/)',
          npm('@nestjs', 'fastify', 'pkcs11js', 'pg'),
        ],
      },
    },
    {
      name: 'audit-and-webhooks-stand-apart',
      comment: 'An auditor verifies the trail with libs/audit alone.',
      severity: 'error',
      from: { path: '^libs/(audit|outbound-https)/', pathNot: SPEC },
      to: { path: '^libs/(webhooks|otp)/' },
    },
    {
      name: 'the-tls-policy-is-pure',
      comment: 'What is spoken is data: those who speak it, and the inventory of it, import the same.',
      severity: 'error',
      from: { path: '^libs/tls-policy/', pathNot: SPEC },
      to: { pathNot: '^libs/tls-policy/' },
    },
    {
      name: 'database-serves-nobody-in-particular',
      comment:
        'Entities and migrations do not know the use cases that read and write them, nor what an HSM is.',
      severity: 'error',
      from: { path: '^libs/database/', pathNot: SPEC },
      to: { path: '^libs/', pathNot: '^libs/(database|person-names|program-files|errors)/' },
    },
    {
      name: 'errors-depend-on-nothing',
      comment: 'Everybody imports the error table, so it imports nobody.',
      severity: 'error',
      from: { path: '^libs/errors/', pathNot: SPEC },
      to: { pathNot: '^libs/errors/' },
    },
    {
      name: 'the-semaphore-depends-on-nothing',
      comment: 'The process with the PKCS#11 login takes turns with it.',
      severity: 'error',
      from: { path: '^libs/fair-semaphore/', pathNot: SPEC },
      to: { pathNot: '^libs/fair-semaphore/' },
    },
    {
      name: 'sandbox-alone-encrypts',
      comment:
        'The service never has a PIN to encrypt; the sandbox, never on in production, has one that everybody knows.',
      severity: 'error',
      from: {
        path: '^(apps|libs)/',
        pathNot: ['^libs/client/', '^apps/pin-service/src/sandbox/', '^apps/pinctl/', SPEC],
      },
      to: { path: '^libs/client/', pathNot: '^libs/client/src/pin-block/' },
    },
    {
      name: 'client-stands-alone',
      comment: 'Card apps install the client; no line of the server may come along.',
      severity: 'error',
      from: { path: '^libs/client/', pathNot: SPEC },
      to: { path: '^(libs|apps|softhsm|scripts|bench)/', pathNot: '^libs/client/' },
    },
    {
      name: 'client-depends-on-nothing',
      comment: 'What a card app installs is what is read here (ADR 0045).',
      severity: 'error',
      from: { path: '^libs/client/', pathNot: SPEC },
      to: { path: '^node_modules/' },
    },
    {
      name: 'client-runs-in-browsers',
      comment:
        'Entries for backends and the command line may use Node.js; the others are loaded by pages and apps.',
      severity: 'error',
      from: { path: '^libs/client/src/', pathNot: ['^libs/client/src/(backend|cli|operators)/', SPEC] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pin-block-runs-anywhere',
      comment: 'The PIN field is built in browsers and apps too: no Node module, no package.',
      severity: 'error',
      from: { path: '^libs/client/src/pin-block/', pathNot: SPEC },
      to: { pathNot: '^libs/client/src/pin-block/' },
    },
    {
      name: 'console-is-a-client',
      comment: 'The console knows the REST contract, and no line of the server.',
      severity: 'error',
      from: { path: '^apps/console/', pathNot: SPEC },
      to: { path: '^(libs|softhsm|scripts|bench|test)/' },
    },
    {
      name: 'bootstrap-needs-nothing',
      comment: 'It runs before there is a node_modules, on any Node the user happens to have.',
      severity: 'error',
      from: { path: BOOTSTRAP },
      to: { pathNot: BOOTSTRAP, dependencyTypesNot: ['core'] },
    },
    {
      name: 'no-test-code-in-the-product',
      comment: 'Fakes and rigs weaken what they stand in for.',
      severity: 'error',
      from: { path: '^(apps|libs|softhsm)/', pathNot: SPEC },
      to: { path: ['^(test|bench|scripts)/', SPEC] },
    },
    {
      name: 'no-development-packages-in-the-product',
      comment: 'An image without development packages must run.',
      severity: 'error',
      // The console is built into files that a browser loads.
      from: { path: '^(apps|libs)/', pathNot: ['^apps/console/', SPEC] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'packages-are-declared',
      comment: 'A package that is there because another brought it along may be gone tomorrow.',
      severity: 'error',
      from: { pathNot: SPEC },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|libs/client/dist|var|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'require', 'node', 'default', 'types'],
    },
  },
};
