import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { registerCeremony } from "../../clients/activation.ts";
import { storeContent } from "../../clients/batchContent.ts";
import { batchFiles } from "../../clients/ceremonyFolder.ts";
import { contentPlace } from "../../clients/contentPlaces.ts";
import { ceremonyTree } from "../../src/ceremony/tree.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import type { Hex } from "../../src/units/hex.ts";
import { makeCeremonyFiles } from "./activation.ts";
import type { BeaconServer } from "./beaconServer.ts";
import type { TestSuite } from "./suite.ts";

/** A folder for the files of a block of tests, which is removed after it. */
export function useContentFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "pooleth-content-"));
  after(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

/** Makes keys for the nonces that come next, stores their files in a folder, and registers them with its address. */
export async function registerServed(suite: TestSuite, folder: string, count: number, firstKeyIndex = 0) {
  const { ceremony, files } = await makeCeremonyFiles(suite, count, firstKeyIndex);
  const place = contentPlace(folder, "content");
  const root = ceremonyTree(ceremony.keys).root as Hex;
  await storeContent(place, batchFiles(files), { root, count, operatorIds: ceremony.operatorIds }, LOCAL);
  const { uri } = place.below(root);
  const { batchId } = await registerCeremony(suite.poolManager.connect(suite.operator), ceremony, uri);
  return { ceremony, batchId };
}

/** Has a beacon node know some validators in its newest state, and a queue of deposits. */
export function serveHead(server: BeaconServer, pubkeys: readonly string[] = [], queue: readonly unknown[] = []): void {
  const verified = { execution_optimistic: false };
  server.answers.set("/states/head/validators", ({ query }) => {
    const known = pubkeys.filter((pubkey) => query.getAll("id").includes(pubkey));
    const rows = known.map((pubkey, i) => ({
      ...{ index: `${i}`, balance: "1", status: "pending_queued" },
      validator: { pubkey },
    }));
    return { json: { ...verified, data: rows } };
  });
  server.answers.set("/states/head/pending_deposits", { json: { ...verified, version: "fulu", data: queue } });
}
