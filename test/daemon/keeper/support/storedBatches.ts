import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { registerCeremony } from "../../../../clients/activation.ts";
import { batchFolders } from "../../../../clients/ceremonyFolder.ts";
import { writeBatches } from "../../../helpers/ceremonyFolders.ts";
import type { TestBatch } from "../../../helpers/exits.ts";
import type { TestSuite } from "../../../helpers/suite.ts";

/** A folder for a block of tests. */
export function useFolder(): () => string {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "pooleth-batches-"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });
  return () => folder;
}

/** Registers batches whose files anybody can read at their content URIs, which name a folder. */
export async function registerStored(suite: TestSuite, folder: string, ...counts: number[]): Promise<TestBatch[]> {
  const firstNonce = await suite.poolManager.nextNonce();
  const generated = await writeBatches(suite, folder, { counts, firstNonce });
  const places = batchFolders(folder);
  const registered: TestBatch[] = [];
  for (const [i, { ceremony }] of generated.entries()) {
    const uri = pathToFileURL(places[i] ?? folder).href;
    const { batchId } = await registerCeremony(suite.poolManager.connect(suite.operator), ceremony, uri);
    registered.push({ ceremony, batchId });
  }
  return registered;
}
