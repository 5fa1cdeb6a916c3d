import './tokens.css';
import './base.css';
import { flushSync, mount } from 'svelte';
import App from './App.svelte';
import { shutExits } from './shutExits.ts';
import { language, loadLanguages, preferredLanguage } from './shared/language.svelte.ts';
import { RequestLog } from './shared/requestLog.svelte.ts';
import { startWorkers } from './startWorkers.ts';
import { Session } from './case/state/session.svelte.ts';

shutExits();

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');

const session = new Session(startWorkers, new RequestLog(location.href));
session.requests.watch();
void session.offline.watch();
// The copy of a page that the browser keeps for its Back button holds no case.
window.addEventListener('pagehide', () => flushSync(() => session.clear()));
window.addEventListener('pageshow', ({ persisted }) => {
  if (persisted) void warmUp();
});
// The page waits until the reader's language is loaded; if it cannot be loaded, the page is in English.
void language
  .choose(preferredLanguage(navigator.languages))
  .catch((error: unknown) => session.jobs.tell(error))
  .then(() => mount(App, { target, props: { session } }));

/** Keeps the first view light: the parts that show a case, the backend and the weights are loaded after it. */
async function warmUp(): Promise<void> {
  try {
    await Promise.all([
      import('./case/CaseView.svelte'),
      import('./case/saving/ReportView.svelte'),
      import('./cohort/CohortView.svelte'),
      import('./teach/TeachView.svelte'),
      loadLanguages(),
    ]);
  } catch (error) {
    session.jobs.tell(error);
  }
  await session.warmUp();
}

if ('requestIdleCallback' in window) requestIdleCallback(() => void warmUp(), { timeout: 2000 });
else setTimeout(() => void warmUp(), 500);
