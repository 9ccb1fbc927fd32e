import { createInterface } from "node:readline/promises";

/** Where a task shows things and asks: results go to standard output, everything else to standard error. */
export interface Terminal {
  /** Whether somebody is there to answer. */
  readonly isInteractive: boolean;
  /** Shows a result. */
  print(text: string): void;
  /** Shows what is going on. */
  note(text: string): void;
  /** Asks, and returns the answer; rejects with an `AbortError` on Ctrl-C and at the end of input. */
  ask(question: string): Promise<string>;
}

/** The terminal of this process. */
export const processTerminal: Terminal = {
  isInteractive: process.stdin.isTTY && process.stderr.isTTY,
  print: (text) => {
    process.stdout.write(`${text}\n`);
  },
  note: (text) => {
    process.stderr.write(`${text}\n`);
  },
  ask: async (question) => {
    const readline = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await readline.question(question);
    } finally {
      readline.close();
    }
  },
};
