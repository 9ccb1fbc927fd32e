import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";

import { showHidden } from "../src/units/hiddenText.ts";

/** Where a task shows things and asks: results go to standard output, everything else to standard error. */
export interface Terminal {
  /** Whether somebody is there to answer. */
  readonly isInteractive: boolean;
  /** Where progress is drawn. */
  readonly progress: NodeJS.WritableStream;
  /** Shows a result. */
  print(text: string): void;
  /** Shows what is going on. */
  note(text: string): void;
  /** Asks, and returns the answer; rejects with an `AbortError` on Ctrl-C and at the end of input. */
  ask(question: string): Promise<string>;
  /** Asks as `ask` does, without showing what is typed. */
  askSecret(question: string): Promise<string>;
}

/**
 * Makes visible what moves the cursor, colours text or turns its direction. Names of files, what they hold, and addresses
 * that others have registered are shown: they must not draw on the terminal, or hide what is asked.
 */
export function visible(text: string): string {
  return showHidden(text, "\t\n");
}

/** The terminal of this process. */
export const processTerminal: Terminal = {
  isInteractive: process.stdin.isTTY && process.stderr.isTTY,
  progress: process.stderr,
  print: (text) => {
    process.stdout.write(`${visible(text)}\n`);
  },
  note: (text) => {
    process.stderr.write(`${visible(text)}\n`);
  },
  ask: (question) => askOn(process.stderr, question),
  askSecret: async (question) => {
    const hidden = new Writable({
      write: (_, __, done) => {
        done();
      },
    });
    try {
      return await askOn(hidden, "", () => process.stderr.write(question));
    } finally {
      process.stderr.write("\n");
    }
  },
};

/** @param prepare Called when the terminal shows nothing any more of what is typed. */
async function askOn(output: NodeJS.WritableStream, question: string, prepare?: () => void): Promise<string> {
  // Raw mode, in which the terminal itself shows nothing that is typed.
  const readline = createInterface({ input: process.stdin, output, terminal: true });
  try {
    prepare?.();
    return await readline.question(question);
  } finally {
    readline.close();
  }
}
