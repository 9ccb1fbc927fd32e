import type { DevnetClient } from "../../devnet/devnetClient.ts";
import type { PrintableRecord } from "../output.ts";
import { withProgress } from "../progress.ts";
import type { Terminal } from "../terminal.ts";

/** Lets slots pass, and shows how far it is. */
export async function letPass(
  devnet: DevnetClient,
  slots: number,
  isMissed: boolean,
  terminal: Terminal,
): Promise<PrintableRecord> {
  const place = await withProgress(terminal, isMissed ? "miss slots" : "slots", slots, (advance) =>
    devnet.advance(slots, isMissed, advance),
  );
  const { slot, epoch, finalizedEpoch } = place;
  return { slot: BigInt(slot), epoch, finalizedEpoch };
}
