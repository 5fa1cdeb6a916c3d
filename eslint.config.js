import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** What exists in a browser but not in Node: src/core runs in both, and in workers. */
const browserOnly = Object.keys(globals.browser).filter((name) => !(name in globals['shared-node-browser']));
const nodeOnly = Object.keys(globals.node).filter((name) => !(name in globals['shared-node-browser']));

const RESTRICTED_SYNTAX = [
  { selector: 'TSEnumDeclaration', message: 'Use a const object or a union of strings.' },
  { selector: 'TSParameterProperty', message: 'Declare the property and assign it.' },
  { selector: 'ExportAllDeclaration', message: 'No barrel files: import from where it is defined.' },
  {
    selector: 'ImportDeclaration[source.value=/^[.]+\\u002F(?!.*[.](ts|js|svelte|json|css|png|wasm)([?].*)?$)/]',
    message: "Write the file's extension.",
  },
];

// `npm run lint` lints the components after all else: TypeScript checks the program anew after each of them.
export default ts.config(
  { ignores: ['dist/', 'dist-*/', '.train/', '.svelte-check/', 'coverage/', 'public/', 'src/nn/kernels/assembly/'] },
  js.configs.recommended,
  ts.configs.recommendedTypeChecked,
  svelte.configs['flat/recommended'],
  {
    languageOptions: {
      globals: { ...globals.browser, ...globals.node },
      parserOptions: { projectService: true, extraFileExtensions: ['.svelte'] },
    },
    rules: {
      eqeqeq: 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Numbers and units in messages are what template strings are for here.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // DICOM's character sets switch by escape sequences.
      'no-control-regex': 'off',
      // TypeScript itself knows better what is defined.
      'no-undef': 'off',
      'no-restricted-syntax': ['error', ...RESTRICTED_SYNTAX],
    },
  },
  {
    files: ['src/**'],
    rules: {
      'no-console': 'error',
      'max-lines': ['error', 450],
      'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } }],
    },
  },
  {
    // tfjs knows a tensor's rank only by a cast or by a type argument, which is a cast by another name.
    files: ['src/nn/**'],
    rules: { '@typescript-eslint/no-unnecessary-type-assertion': 'off' },
  },
  // Tables of words grow with what they name.
  { files: ['src/app/messages/**'], rules: { 'max-lines': 'off' } },
  { files: ['**/*.d.ts'], rules: { 'no-restricted-exports': 'off' } },
  { files: ['src/cli/**'], rules: { 'no-console': ['error', { allow: ['error'] }] } },
  {
    // A command runs at the top of its file: a constant below it is not there yet.
    files: ['src/cli/*.ts'],
    rules: { '@typescript-eslint/no-use-before-define': ['error', { functions: false, classes: false }] },
  },
  {
    files: ['src/core/**'],
    rules: { 'no-restricted-globals': ['error', ...browserOnly, ...nodeOnly] },
  },
  {
    files: ['src/core/dicom/**', 'src/core/phantom/dicomStudy.ts'],
    ignores: ['src/core/dicom/tags.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...RESTRICTED_SYNTAX,
        {
          selector: 'Literal[value=/^(00[0-6][0-9A-F]|52|7F)[0-9A-F]{5,6}$/][value.length=8]',
          message: 'Name the element in tags.ts.',
        },
      ],
    },
  },
  {
    // No road out of the device but the browser's own loading of the build: see docs/privacy.md.
    files: ['src/**'],
    ignores: ['src/core/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...[
          'XMLHttpRequest',
          'WebSocket',
          'EventSource',
          'WebTransport',
          'RTCPeerConnection',
          'localStorage',
          'sessionStorage',
          'indexedDB',
        ].map((name) => ({
          name,
          message: 'Nothing leaves the device and nothing of a patient is stored: docs/privacy.md.',
        })),
      ],
    },
  },
  {
    // The one thing of a case that may lie in the browser, and only where a reader ticks it: docs/privacy.md.
    files: ['src/**'],
    ignores: ['src/app/case/saving/keptCopy.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { property: 'getDirectory', message: 'Only keptCopy.ts knows the private storage: docs/privacy.md.' },
      ],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: {
      // State here is replaced, not changed in place.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    // The parser does not know the types of markup's own events; svelte-check does.
    files: ['**/*.svelte'],
    rules: Object.fromEntries(
      ['assignment', 'member-access', 'argument', 'call', 'return'].map((kind) => [
        `@typescript-eslint/no-unsafe-${kind}`,
        'off',
      ]),
    ),
  },
  {
    files: ['src/app/**/*.svelte'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...RESTRICTED_SYNTAX,
        {
          // A browser writes what stands in a control to the disk, unless its form says no: docs/privacy.md.
          selector:
            'SvelteElement[name.name=/^(input|select|textarea)$/]:not(:has(SvelteAttribute[key.name="form"] > SvelteLiteral[value=/^(unkept|spacing|plane|infarct|signing)$/]))',
          message: 'Write form="unkept": else the browser keeps what stands in it on the disk.',
        },
        {
          selector: 'SvelteElement[name.name="select"]:not(:has(SvelteSpreadAttribute[argument.name="rest"]))',
          message: 'Use shared/Choice.svelte: Firefox keeps what a list shows, whatever its form says.',
        },
      ],
    },
  },
  { files: ['**/*.js', '**/*.cjs'], extends: [ts.configs.disableTypeChecked] },
  { files: ['**/*.cjs'], languageOptions: { sourceType: 'commonjs' } },
);
