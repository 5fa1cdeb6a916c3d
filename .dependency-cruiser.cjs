/**
 * Imports point one way: core <- nn <- pipeline <- workers <- app, and pipeline <- studies <- cli. The rooms of core, of the
 * pipeline, of the studies and of the page have a way of their own.
 */
const room = (name, ...mayNot) => ({
  name: `${name.replaceAll('/', '-')}-imports-only-to-its-left`,
  severity: 'error',
  from: { path: `^src/${name}/` },
  to: { path: `^src/(${mayNot.join('|')})/` },
});

const GROUND_FLOOR = 'core/(volume/|surface/|[a-zA-Z]+\\.ts)';
const FILES = ['dicom', 'nifti', 'nrrd'].map((name) => `core/${name}`);
const HEART = ['segmentation', 'scar', 'patient', 'phantom', 'editing'].map((name) => `core/${name}`);

module.exports = {
  forbidden: [
    room('core', 'nn', 'pipeline', 'workers', 'app', 'studies', 'cli'),
    room('nn', 'pipeline', 'workers', 'app', 'studies', 'cli'),
    room('pipeline', 'workers', 'app', 'studies', 'cli'),
    room('workers', 'app', 'studies', 'cli'),
    room('app', 'studies', 'cli'),
    room('studies', 'workers', 'app', 'cli'),
    // The command line takes its words from the page's English table.
    room('cli', 'workers', 'app/(case|teach|shared)'),
    {
      name: 'the-ground-floor-of-core-stands-by-itself',
      severity: 'error',
      from: { path: `^src/${GROUND_FLOOR}` },
      to: { path: `^src/core/`, pathNot: `^src/${GROUND_FLOOR}` },
    },
    ...FILES.map((name) => room(name, 'core/statistics', ...HEART)),
    room('core/statistics', ...FILES, ...HEART),
    room('core/segmentation', ...FILES, 'core/statistics', 'core/scar', 'core/patient', 'core/phantom', 'core/editing'),
    room('core/editing', ...FILES, 'core/statistics', 'core/scar', 'core/patient', 'core/phantom'),
    room('core/scar', ...FILES, 'core/statistics', 'core/patient', 'core/phantom', 'core/editing'),
    room('core/patient', ...FILES, 'core/phantom', 'core/editing'),
    room('pipeline/reading', 'pipeline/analysing', 'pipeline/saving', 'pipeline/cohort', 'pipeline/teaching'),
    room('pipeline/analysing', 'pipeline/saving', 'pipeline/cohort', 'pipeline/teaching'),
    room('pipeline/saving', 'pipeline/teaching'),
    room('studies/files', 'studies/(segmentation|simulation|survival)'),
    room('studies/segmentation', 'studies/(simulation|survival)'),
    room('studies/simulation', 'studies/survival'),
    room('app/shared', 'app/case', 'app/teach'),
    room('app/case', 'app/teach'),
    room('app/teach', 'app/case'),
    {
      name: 'node-only-in-studies-and-cli',
      comment: 'Everything else also runs in a browser.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(studies|cli)/' },
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
        path: '^src/(nn/|pipeline/(analysing/(analyse|branches|models|predictSurvival)|cohort/(cohortRows|judgePatient|recalibrate|refit|refitFigures|refitFusion|refitImage|ridgeCox|sumsOfCohort|validateCohort)|reading/(readStudy|demo))\\.ts)',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'svelte-only-in-app',
      comment: 'Tables are read with d3.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(app|studies|cli|pipeline/cohort)/' },
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
      from: { path: '^src/', pathNot: '^src/(studies|cli)/' },
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
