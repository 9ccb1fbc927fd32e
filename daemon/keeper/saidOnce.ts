import type { Logger } from "pino";

import { logFields } from "./logFields.ts";

/** Says things when they change, so that a round every few seconds does not fill the log. */
export class SaidOnce {
  readonly #log: Logger;
  readonly #said = new Map<string, string>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /**
   * Says something, unless it was the last that was said of the subject; nothing ends what was said.
   * @param gist What must be another for it to be said again.
   */
  say(
    subject: string,
    level: "debug" | "info" | "warn",
    text: string | undefined,
    fields: Readonly<Record<string, unknown>> = {},
    gist = text,
  ): void {
    if (this.#said.get(subject) === gist) return;
    if (text === undefined || gist === undefined) {
      this.#said.delete(subject);
      return;
    }
    this.#said.set(subject, gist);
    this.#log[level](logFields(fields), text);
  }
}
