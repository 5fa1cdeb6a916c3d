import { flushSync } from 'svelte';

/** A task in which nothing else of the page is done, after those that wait already. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => inTurn(resolve, false));
}

interface Step {
  readonly run: () => void;
  /** It changes what is laid out: the page is drawn before the next step, or all steps' layout would be one long task. */
  readonly laysOut: boolean;
}

let waiting: readonly Step[] = [];
/** A task for the next step is on its way. */
let called = false;
const channel = new MessageChannel();

function call(): void {
  channel.port2.postMessage(null);
}

channel.port1.onmessage = () => {
  const [step, ...later] = waiting;
  called = step !== undefined;
  if (!step) return;
  waiting = [];
  // What a step asks for in its turn comes right after it: what lies inside it before what lies beneath it.
  flushSync(step.run);
  waiting = [...waiting, ...later];
  // A page that is hidden is not drawn.
  if (step.laysOut && !document.hidden) requestAnimationFrame(call);
  else call();
};

/**
 * Does steps one after the other, each in a task of its own, so that drawing much never holds up a hand on the page. By messages
 * to the page itself: a browser slows down the timers of a page that is hidden.
 * @returns takes the step back, where its turn has not come
 */
export function inTurn(run: () => void, laysOut: boolean): () => void {
  const step = { run, laysOut };
  waiting = [...waiting, step];
  if (!called) call();
  called = true;
  return () => {
    waiting = waiting.filter((one) => one !== step);
  };
}
