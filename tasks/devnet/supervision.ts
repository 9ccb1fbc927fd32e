import type { DevnetOptions } from "../../devnet/supervisor/devnetOptions.ts";

/** What a devnet is to be, as its process is told: JSON. */
export interface Supervision extends Omit<DevnetOptions, "folder" | "deploy" | "note" | "signal"> {
  readonly isJson: boolean;
  /** Folder to keep it in; undefined if it is not kept. */
  readonly data?: string | undefined;
}
