import { PassThrough } from "node:stream";

import type { Terminal } from "../../tasks/terminal.ts";

/** A terminal that keeps what it is shown, and answers; without answers nobody is there. */
export interface FakeTerminal extends Terminal {
  readonly printed: string[];
  readonly noted: string[];
  readonly asked: string[];
  /** Questions whose answers were not shown. */
  readonly askedInSecret: string[];
  /** What was drawn of progress. */
  drawn(): string;
}

/**
 * A terminal for tests.
 * @param answers One for every question, or a list that is used up, the last one for all that follow.
 */
export function fakeTerminal(answers?: string | readonly string[]): FakeTerminal {
  const printed: string[] = [];
  const noted: string[] = [];
  const asked: string[] = [];
  const askedInSecret: string[] = [];
  const left = typeof answers === "string" ? [answers] : [...(answers ?? [])];
  const answer = () => (left.length > 1 ? left.shift() : left[0]) ?? "";
  const progress = new PassThrough();
  return {
    isInteractive: answers !== undefined,
    progress,
    printed,
    noted,
    asked,
    askedInSecret,
    drawn: () => String(progress.read() ?? ""),
    print: (text) => void printed.push(text),
    note: (text) => void noted.push(text),
    ask: (question) => {
      asked.push(question);
      return Promise.resolve(answer());
    },
    askSecret: (question) => {
      askedInSecret.push(question);
      return Promise.resolve(answer());
    },
  };
}
