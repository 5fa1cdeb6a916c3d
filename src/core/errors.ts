/**
 * The root of every error that Scarcast throws on purpose. Its message is a sentence for the person at the page or the
 * command line that says what happened and what to do; `code` is stable, for tests and for translation.
 * Each room defines its own subclasses beside the code that throws them.
 */
export abstract class ScarcastError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The user ended the work. Thrown by any long step whose AbortSignal fires. */
export class CancelledError extends ScarcastError {
  readonly code = 'cancelled';

  constructor() {
    super('Stopped, as you asked.');
  }
}
