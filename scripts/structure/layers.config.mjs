/** Who may import whom in TypeScript, as rules for dependency-cruiser; docs/architecture.md says why. */

/** Rooms from the ground up: a room may import from itself, from its floor's `shared` list, and from every floor below. */
const SERVER_FLOORS = [
  ['text', 'schema', 'files'],
  ['values', 'rules', 'datasets', 'estimate'],
  ['features', 'checking'],
  ['main', 'check'],
];

const CLIENT_FLOORS = [
  ['settings', 'errors', 'log', 'environment'],
  ['bridge', 'lsp'],
  ['hosts'],
  ['runs', 'devices', 'endpoints', 'pipelines'],
  ['panels', 'commands'],
  ['extension'],
];

function place(program, rooms) {
  return `^${program}/src/(${rooms.join('|')})(/|\\.ts$)`;
}

function upwardImports(program, floors) {
  return floors.slice(0, -1).map((floor, level) => ({
    name: `${program}-${floor[0]}-looks-up`,
    comment: `${floor.join(', ')} may not know ${floors
      .slice(level + 1)
      .flat()
      .join(', ')}`,
    severity: 'error',
    from: { path: place(program, floor) },
    to: { path: place(program, floors.slice(level + 1).flat()) },
  }));
}

const TESTS = '\\.test\\.ts$';

export default {
  forbidden: [
    {
      name: 'no-cycle',
      comment: 'Two files that import each other are one file, or want a third below them.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'protocol-stands-alone',
      comment: 'The protocol is zod and nothing else.',
      severity: 'error',
      from: { path: '^protocol/src/' },
      to: { pathNot: ['^protocol/src/', '^node_modules/zod/'] },
    },
    {
      name: 'client-and-server-never-meet',
      comment: 'They speak the Language Server Protocol; what both need is a noun of protocol/.',
      severity: 'error',
      from: { path: '^(client|server)/', pathNot: TESTS },
      to: { path: '^(client|server)/', pathNot: '^$1/' },
    },
    {
      name: 'webviews-know-the-protocol-only',
      comment: 'Browser code sees the rest of the product through messages.',
      severity: 'error',
      from: { path: '^client/webviews/', pathNot: TESTS },
      to: { path: '^(client/src|server|scripts|test)/' },
    },
    {
      name: 'extension-knows-no-webview-code',
      comment: 'A panel loads the bundle; it never imports from it.',
      severity: 'error',
      from: { path: '^client/src/', pathNot: TESTS },
      to: { path: '^client/webviews/' },
    },
    {
      name: 'product-knows-no-scripts',
      comment: 'What is shipped may not need what builds it.',
      severity: 'error',
      from: { path: '^(protocol|server|client)/', pathNot: TESTS },
      to: { path: '^(scripts|test)/' },
    },
    {
      name: 'lsp-only-in-features',
      comment:
        'Rules, values and text are pure; only features/ and main.ts know the Language Server Protocol.',
      severity: 'error',
      from: { path: '^server/src/', pathNot: [place('server', ['features', 'main']), TESTS] },
      to: { path: '^node_modules/vscode-(languageserver|jsonrpc)' },
    },
    {
      name: 'server-starts-nothing',
      comment: 'The language server starts no process and opens no socket.',
      severity: 'error',
      from: { path: '^server/src/', pathNot: TESTS },
      to: { path: '^(node:)?(child_process|net|http|https|dgram|tls|cluster|worker_threads)$' },
    },
    ...upwardImports('server', SERVER_FLOORS),
    ...upwardImports('client', CLIENT_FLOORS),
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.mjs', '.js', '.json'] },
  },
};
