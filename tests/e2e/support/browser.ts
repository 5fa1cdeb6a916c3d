import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { findChromium } from '../../../scripts/findChromium.ts';

/** The backend that the page should end up using: WebGPU in software (SwiftShader), or WASM because there is no WebGPU. */
export type Backend = 'webgpu' | 'wasm';

/** Chromium's own requests to its maker's hosts, which have no place in a test of what the page requests. */
const QUIET = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** --disable-gpu would remove WebGPU, and the flags for Vulkan and ANGLE make this adapter hang. */
const GRAPHICS: Readonly<Record<Backend, readonly string[]>> = {
  webgpu: ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
  wasm: ['--disable-gpu'],
};

/**
 * Chromium uses the last list that it is given, so Playwright's own comes first. The rest is the address bar's suggestions: two internal
 * pages for each window, half of the time to start.
 */
const WITHOUT = `--disable-features=${[
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxFullPopup',
].join(',')}`;

/** Logged once for each file of tests. */
let executablePath: string | null = null;

/** Starts a headless Chromium that has the backend. */
export async function launchBrowser(backend: Backend): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath(),
    args: [...QUIET, WITHOUT, ...GRAPHICS[backend], ...SANDBOX],
  });
}

/** The same with a profile on the disk, as a person has: not incognito, and with pages kept for the Back button. */
export async function launchProfile(folder: string, more: readonly string[] = []): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, {
    executablePath: chromiumPath(),
    args: [WITHOUT, ...GRAPHICS.wasm, ...SANDBOX, ...more],
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
}

const SANDBOX = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

const chromiumPath = (): string => (executablePath ??= findChromium((line) => void process.stderr.write(`${line}\n`)));
