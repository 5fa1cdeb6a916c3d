/** Imports point one way: core <- nn <- pipeline <- workers <- app, and pipeline <- cli. */
const room = (name, ...mayNot) => ({
  name: `${name}-imports-only-to-its-left`,
  severity: 'error',
  from: { path: `^src/${name}/` },
  to: { path: `^src/(${mayNot.join('|')})/` },
});

module.exports = {
  forbidden: [
    room('core', 'nn', 'pipeline', 'workers', 'app', 'cli'),
    room('nn', 'pipeline', 'workers', 'app', 'cli'),
    room('pipeline', 'workers', 'app', 'cli'),
    room('workers', 'app', 'cli'),
    room('app', 'cli'),
    room('cli', 'workers', 'app'),
    {
      name: 'node-only-in-cli',
      comment: 'Everything else also runs in a browser.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'tensors-only-in-nn',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/nn/' },
      to: { path: 'node_modules/@tensorflow/', pathNot: '\\.wasm$' },
    },
    {
      name: 'no-tensors-in-the-first-view',
      comment:
        'The workers run the networks; the page takes their types only, or tfjs would be in what it loads first.',
      severity: 'error',
      from: { path: '^src/app/' },
      to: {
        path: '^src/(nn/|pipeline/(analyse|models|predictSurvival|readStudy|demo)\\.ts)',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'svelte-only-in-app',
      comment: 'Commands read tables with d3.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(app|cli)/' },
      to: { path: 'node_modules/(svelte|d3)/|\\.svelte(\\.ts)?$' },
    },
    {
      name: 'no-tests-in-src',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(tests|scripts)/' },
    },
    {
      name: 'declared-dependencies-only',
      comment: 'A package that the page needs stands under dependencies in package.json.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      // A component may show itself inside itself.
      to: { path: '^src/', pathNot: '\\.svelte$', circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      // A service worker is a file by itself.
      from: { orphan: true, path: '^src/', pathNot: '\\.d\\.ts$|^src/workers/serviceWorker\\.ts$' },
      to: {},
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '\\?url$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.svelte', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'svelte', 'browser', 'default'],
    },
  },
};
