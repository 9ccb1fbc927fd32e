import { drawDashboard } from "./dashboard.ts";
import type { LifecycleRecord } from "./record.ts";

/** Where a lifecycle is watched. */
export interface LifecycleView {
  /** A part begins. */
  begin(stage: string): void;
  /** A paragraph on what has happened. */
  tell(text: string): void;
  /** How it stands now. */
  show(record: LifecycleRecord): void;
  /** Draws no further. */
  end(): void;
}

/** A stream that may be a terminal. */
export type ViewStream = Pick<NodeJS.WriteStream, "write"> & { readonly isTTY?: boolean; readonly columns?: number };

/** Between two lines where nobody sees a picture being redrawn, milliseconds. */
const LINE_INTERVAL = 10_000;
const CSI = "\u001b[";

/** Draws in place where there is a terminal, and writes a line now and then where there is none. */
export class StreamView implements LifecycleView {
  readonly #stream: ViewStream;
  readonly #print: (stage: string, text: string) => void;
  readonly #totalSlots: bigint;
  readonly #now: () => number;
  #stage = "";
  #height = 0;
  #writtenAt = -Infinity;

  /**
   * @param print Takes stages and paragraphs, for people.
   * @param totalSlots Slots until the end, roughly.
   * @param now A clock, milliseconds.
   */
  constructor(
    stream: ViewStream,
    print: (stage: string, text: string) => void,
    totalSlots: bigint,
    now: () => number = () => performance.now(),
  ) {
    this.#stream = stream;
    this.#print = print;
    this.#totalSlots = totalSlots;
    this.#now = now;
  }

  begin(stage: string): void {
    this.#stage = stage;
  }

  tell(text: string): void {
    this.end();
    this.#print(this.#stage, text);
  }

  show(record: LifecycleRecord): void {
    const picture = drawDashboard(record, this.#stage, this.#totalSlots);
    if (this.#stream.isTTY === true) {
      const columns = this.#stream.columns ?? 80;
      const lines = picture.map((line) => line.slice(0, columns - 1));
      this.end();
      this.#stream.write(`${lines.join("\n")}\n`);
      this.#height = lines.length;
    } else if (this.#now() - this.#writtenAt >= LINE_INTERVAL) {
      this.#writtenAt = this.#now();
      this.#stream.write(`${picture.slice(0, 2).join(" | ").replace(/ {2,}/g, " ")}\n`);
    }
  }

  end(): void {
    if (this.#height > 0) this.#stream.write(`${CSI}${this.#height}A${CSI}0J`);
    this.#height = 0;
  }
}
