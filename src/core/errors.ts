/**
 * What a person is told, as data: a stable code, and the values that the sentence names. Rooms return reasons and never
 * sentences; the words are in src/app/messages, in every language of the page.
 */
export interface Reason {
  readonly code: string;
}

/** Reasons that have no values: one for each code, so that a table of words can tell them apart. */
export type Bare<Code extends string> = Code extends string ? { readonly code: Code } : never;

/**
 * The root of every error that Scarcast throws on purpose. It says by its reason what happened and what to do. Each
 * room defines its own subclasses next to the code that throws them.
 */
export abstract class ScarcastError<R extends Reason = Reason> extends Error {
  readonly reason: R;

  constructor(reason: R, options?: ErrorOptions) {
    super(describe(reason), options);
    this.name = new.target.name;
    this.reason = reason;
  }
}

/** For a log: a person is shown the sentence of src/app/messages. */
function describe(reason: Reason): string {
  return 'english' in reason ? String(reason.english) : JSON.stringify(reason);
}

/** A sentence in place of a reason: for code that only runs on the command line, which speaks English. */
export interface Sentence extends Reason {
  readonly code: 'sentence';
  readonly english: string;
}

export const sentence = (english: string): Sentence => ({ code: 'sentence', english });

/** The root of the errors of the command line. */
export abstract class SentenceError extends ScarcastError<Sentence> {
  constructor(english: string, options?: ErrorOptions) {
    super(sentence(english), options);
  }
}

/** The user ended the work. Thrown by any long step whose AbortSignal fires. */
export class CancelledError extends ScarcastError<{ readonly code: 'cancelled' }> {
  constructor() {
    super({ code: 'cancelled' });
  }
}
