import { flushSync } from 'svelte';

/** A task for nothing else on the page, after those already waiting. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => inTurn(resolve, false));
}

interface Step {
  readonly run: () => void;
  /**
   * It changes the layout: the page is drawn before the next step, otherwise the layout of all steps would be one long
   * task.
   */
  readonly laysOut: boolean;
  isTakenBack: boolean;
}

let waiting: readonly Step[] = [];
/** A task for the next step has been scheduled. */
let called = false;
const channel = new MessageChannel();

function call(): void {
  channel.port2.postMessage(null);
}

/** A page that is or becomes hidden is not drawn: the next step does not wait longer than this. */
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
  // What a step requests comes right after it: its content before what is below it.
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
 * Does steps one after the other, each in a separate task, so that heavy drawing never blocks the user. It uses
 * messages to the page itself, because a browser slows down the timers of a hidden page.
 * @returns cancels the step, if its turn has not come
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
 * Does a piece of work that gives up its turn at each `yield`.
 * @returns cancels what has not been done of it
 */
export function inTurns(work: Iterator<void>): () => void {
  const step = (): void => {
    if (!work.next().done) takeBack = inTurn(step, false);
  };
  let takeBack = inTurn(step, false);
  return () => takeBack();
}
