import { flushSync } from 'svelte';

/** A task in which nothing else of the page is done, after those that wait already. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => inTurn(resolve, false));
}

interface Step {
  readonly run: () => void;
  /** It changes what is laid out: the page is drawn before the next step, or all steps' layout would be one long task. */
  readonly laysOut: boolean;
  isTakenBack: boolean;
}

let waiting: readonly Step[] = [];
/** A task for the next step is on its way. */
let called = false;
const channel = new MessageChannel();

function call(): void {
  channel.port2.postMessage(null);
}

/** A page that is hidden, or becomes so, is not drawn: the next step does not wait for it longer than this. */
const MOST_WAIT_MS = 100;

function callAfterDrawing(): void {
  let done = false;
  const once = (): void => {
    if (!done) call();
    done = true;
  };
  requestAnimationFrame(once);
  setTimeout(once, MOST_WAIT_MS);
}

channel.port1.onmessage = () => {
  const [step, ...later] = waiting.filter(({ isTakenBack }) => !isTakenBack);
  called = step !== undefined;
  waiting = [];
  if (!step) return;
  // What a step asks for in its turn comes right after it: what lies inside it before what lies beneath it.
  try {
    step.run();
    flushSync();
  } finally {
    waiting = [...waiting, ...later];
    if (step.laysOut && !document.hidden) callAfterDrawing();
    else call();
  }
};

/**
 * Does steps one after the other, each in a task of its own, so that drawing much never holds up a hand on the page. By messages
 * to the page itself: a browser slows down the timers of a page that is hidden.
 * @returns takes the step back, where its turn has not come
 */
export function inTurn(run: () => void, laysOut: boolean): () => void {
  const step = { run, laysOut, isTakenBack: false };
  waiting = [...waiting, step];
  if (!called) call();
  called = true;
  return () => {
    step.isTakenBack = true;
  };
}

/**
 * Does a piece of work that gives its turn back at each `yield`.
 * @returns takes back what has not been done of it
 */
export function inTurns(work: Iterator<void>): () => void {
  const step = (): void => {
    if (!work.next().done) takeBack = inTurn(step, false);
  };
  let takeBack = inTurn(step, false);
  return () => takeBack();
}
