import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

const MAC_APPLICATIONS = [
  'Google Chrome.app/Contents/MacOS/Google Chrome',
  'Chromium.app/Contents/MacOS/Chromium',
  'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];

/** Where Playwright keeps the executable inside one of its `chromium-<revision>` folders, by system. */
const IN_PLAYWRIGHT_FOLDER = [
  'chrome-linux64/chrome',
  'chrome-linux/chrome',
  'chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
  'chrome-mac-x64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
  'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function usualPaths(): string[] {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin', '/snap/bin'];
  const applications = ['/Applications', join(homedir(), 'Applications')];
  return [
    ...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))),
    ...applications.flatMap((folder) => MAC_APPLICATIONS.map((name) => join(folder, name))),
  ];
}

function playwrightPaths(): string[] {
  const caches = [
    process.env.PLAYWRIGHT_BROWSERS_PATH ?? '',
    join(homedir(), '.cache/ms-playwright'),
    join(homedir(), 'Library/Caches/ms-playwright'),
  ].filter((folder) => folder !== '' && existsSync(folder));
  return caches.flatMap((cache) =>
    readdirSync(cache)
      .filter((folder) => /^chromium-\d+$/.test(folder))
      .sort()
      .reverse()
      .flatMap((folder) => IN_PLAYWRIGHT_FOLDER.map((path) => join(cache, folder, path))),
  );
}

function canInstall(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

const HOW_TO_GET_ONE =
  'No Chromium was found. Install one (Debian or Ubuntu: `sudo apt-get install chromium`; macOS: Google Chrome; ' +
  'anywhere: `npx playwright-core install chromium`) or name one in the environment variable CHROMIUM_PATH.';

/**
 * The path of a Chromium to test in: CHROMIUM_PATH, otherwise the usual places, otherwise Playwright's own, otherwise
 * Debian's package, installed by apt-get if this runs as root. Says on `log` what it did.
 * @throws Error with what to do where there is none
 */
export function findChromium(log: (line: string) => void): string {
  const named = process.env.CHROMIUM_PATH;
  if (named !== undefined && named !== '') {
    if (!isExecutable(named)) throw new Error(`CHROMIUM_PATH names ${named}, which is no program that can be run.`);
    log(`Chromium: ${named} (from CHROMIUM_PATH)`);
    return named;
  }
  const found = [...usualPaths(), ...playwrightPaths()].find(isExecutable);
  if (found !== undefined) {
    log(`Chromium: ${found} (found)`);
    return found;
  }
  if (!canInstall()) throw new Error(HOW_TO_GET_ONE);
  log('Chromium: none found; installing Debian’s package (apt-get update; apt-get install chromium)');
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    execFileSync('apt-get', ['-q', ...args], { env: environment, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  const installed = usualPaths().find(isExecutable);
  if (installed === undefined) throw new Error(HOW_TO_GET_ONE);
  log(`Chromium: ${installed} (installed)`);
  return installed;
}
