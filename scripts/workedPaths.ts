/**
 * `npm run worked-paths`: follows the four worked paths of CONTRIBUTING.md, one after the other: makes their changes,
 * runs what each says to run, and puts every file back. A change that no longer fits its file fails and names the file.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** In `file`, `find` becomes `put`; a file for which `find` is null is created. */
type Change = readonly [file: string, find: string | null, put: string];

interface WorkedPath {
  readonly name: string;
  readonly changes: readonly Change[];
  readonly checks: readonly string[];
}

const TYPES = 'npx tsc --noEmit -p .';
const unit = (...tests: readonly string[]): string => `npx vitest run --project unit ${tests.join(' ')}`;

const PATHS: readonly WorkedPath[] = [
  {
    name: 'another colour for scar',
    changes: [['src/app/tokens.css', '--label-scar: #f08010;', '--label-scar: #e0600f;']],
    checks: ['npx prettier --check src/app/tokens.css'],
  },
  {
    name: 'another threshold: 4 SD',
    changes: [
      ['src/core/scar/thresholds.ts', "['2SD', '3SD', '5SD',", "['2SD', '3SD', '4SD', '5SD',"],
      [
        'src/core/scar/thresholds.ts',
        "  '5SD': '5 SD above remote myocardium',",
        "  '4SD': '4 SD above remote myocardium',\n  '5SD': '5 SD above remote myocardium',",
      ],
      [
        'src/core/scar/thresholds.ts',
        "    case '5SD':",
        "    case '4SD':\n      return 4 * signal.remoteSd;\n    case '5SD':",
      ],
      [
        'src/core/scar/thresholds.ts',
        "    '5SD': measure('5SD'),",
        "    '4SD': measure('4SD'),\n    '5SD': measure('5SD'),",
      ],
      ['src/app/messages/en.ts', "      '5SD': '5 SD',", "      '4SD': '4 SD',\n      '5SD': '5 SD',"],
      [
        'src/app/messages/en.ts',
        "      '5SD': 'Above the mean of",
        "      '4SD': 'Above the mean of remote myocardium by 4 of its standard deviations.',\n      '5SD': 'Above the mean of",
      ],
      ['src/app/messages/zh.ts', "      '5SD': '5 SD',", "      '4SD': '4 SD',\n      '5SD': '5 SD',"],
      [
        'src/app/messages/zh.ts',
        "      '5SD': '信号高于",
        "      '4SD': '信号高于远隔心肌均值 4 个标准差。',\n      '5SD': '信号高于",
      ],
      ['src/app/messages/teachEn.ts', "      '5SD': '5 SD',", "      '4SD': '4 SD',\n      '5SD': '5 SD',"],
      ['src/app/messages/teachZh.ts', "'5SD': '5 SD',", "'4SD': '4 SD', '5SD': '5 SD',"],
    ],
    checks: [TYPES, unit('tests/unit/scar', 'tests/unit/app/messages')],
  },
  {
    name: 'another question: potassium',
    changes: [
      [
        'src/core/patient/covariates.ts',
        '  readonly creatinine?: number;',
        '  readonly creatinine?: number;\n  /** In serum, mmol/L. */\n  readonly potassium?: number;',
      ],
      [
        'src/core/patient/covariates.ts',
        "  creatinine: [{ scheme: 'LOINC', value: '2160-0' }],",
        "  creatinine: [{ scheme: 'LOINC', value: '2160-0' }],\n  potassium: [{ scheme: 'LOINC', value: '2823-3' }],",
      ],
      [
        'src/core/patient/covariates.ts',
        "  { id: 'creatinine', unit: 'mg/dL', min: 0.2, max: 20, whole: false },",
        "  { id: 'creatinine', unit: 'mg/dL', min: 0.2, max: 20, whole: false },\n  { id: 'potassium', unit: 'mmol/L', min: 1, max: 10, whole: false },",
      ],
      [
        'src/app/case/state/clinicalForm.svelte.ts',
        "...numberFact('creatinine'),",
        "...numberFact('creatinine'),\n      ...numberFact('potassium'),",
      ],
      [
        'src/app/messages/en.ts',
        "      creatinine: { label: 'Serum creatinine',",
        "      potassium: { label: 'Potassium in serum', unit: 'mmol/L', help: 'The latest.', choices: [] },\n      creatinine: { label: 'Serum creatinine',",
      ],
      [
        'src/app/messages/zhFields.ts',
        "  creatinine: { label: '血清肌酐',",
        "  potassium: { label: '血清钾', unit: 'mmol/L', help: '最近一次。', choices: [] },\n  creatinine: { label: '血清肌酐',",
      ],
    ],
    checks: [TYPES, unit('tests/unit/patient/covariates.test.ts', 'tests/unit/app/case/clinicalForm.test.ts')],
  },
  {
    name: 'another language: German',
    changes: [
      [
        'src/app/messages/de.ts',
        null,
        "import { en, type Messages } from './en.ts';\n\nexport const de: Messages = { ...en, header: { ...en.header, clear: 'Alles löschen' } };\n",
      ],
      [
        'src/app/shared/language.svelte.ts',
        "  zh: { tag: 'zh-CN', name: '中文', load: async () => (await import('../messages/zh.ts')).zh },",
        "  zh: { tag: 'zh-CN', name: '中文', load: async () => (await import('../messages/zh.ts')).zh },\n" +
          "  de: { tag: 'de', name: 'Deutsch', load: async () => (await import('../messages/de.ts')).de },",
      ],
      ['src/app/shared/language.svelte.ts', "= ['en', 'zh'];", "= ['en', 'zh', 'de'];"],
      [
        'src/app/messages/everyReason.ts',
        '  zh: both(',
        '  de: both(inEnglish, { ...enCohort, ...enTable }),\n  zh: both(',
      ],
      ['src/app/cohort/cohortWords.ts', 'zh: cohortRoomZh }', 'zh: cohortRoomZh, de: cohortRoomEn }'],
      ['src/app/cohort/cohortWords.ts', 'zh: cohortReportZh }', 'zh: cohortReportZh, de: cohortReportEn }'],
      ['src/app/teach/teachWords.ts', 'zh: teachZh }', 'zh: teachZh, de: teachEn }'],
    ],
    checks: [TYPES, unit('tests/unit/app/shared/language.test.ts')],
  },
];

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Makes the changes; the previous content of each file, null where there was none, is kept in `before`. */
function make(changes: readonly Change[], before: Map<string, string | null>): void {
  for (const [file, find, put] of changes) {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : null;
    if (!before.has(file)) before.set(file, text);
    if (find === null) writeFileSync(file, put);
    else if (text?.split(find).length === 2)
      writeFileSync(
        file,
        text.replace(find, () => put),
      );
    else throw new Error(`${file} has no single '${find}': the path in CONTRIBUTING.md and here must follow the code.`);
  }
}

function follow({ name, changes, checks }: WorkedPath): boolean {
  say(`\n== ${name}`);
  const before = new Map<string, string | null>();
  try {
    make(changes, before);
    return checks.every((check) => {
      say(check);
      return spawnSync(check, { shell: true, stdio: 'inherit' }).status === 0;
    });
  } finally {
    for (const [file, text] of before) {
      if (text === null) rmSync(file, { force: true });
      else writeFileSync(file, text);
    }
  }
}

const failed = PATHS.filter((path) => !follow(path));
say(
  failed.length === 0 ? '\nEvery path leads where it says.' : `\nFailed: ${failed.map(({ name }) => name).join('; ')}`,
);
process.exitCode = failed.length > 0 ? 1 : 0;
