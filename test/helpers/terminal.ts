import type { Terminal } from "../../tasks/terminal.ts";

/** A terminal that keeps what it is shown, and gives the same answer to every question; without one nobody is there. */
export interface FakeTerminal extends Terminal {
  readonly printed: string[];
  readonly noted: string[];
  readonly asked: string[];
}

/** A terminal for tests. */
export function fakeTerminal(answer?: string): FakeTerminal {
  const printed: string[] = [];
  const noted: string[] = [];
  const asked: string[] = [];
  return {
    isInteractive: answer !== undefined,
    printed,
    noted,
    asked,
    print: (text) => void printed.push(text),
    note: (text) => void noted.push(text),
    ask: (question) => {
      asked.push(question);
      return Promise.resolve(answer ?? "");
    },
  };
}
