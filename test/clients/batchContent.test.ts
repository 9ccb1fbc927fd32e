import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { expect } from "chai";

import { BatchContentError, fetchContent, maxContentBytes, storeContent } from "../../clients/batchContent.ts";
import { batchFiles } from "../../clients/ceremonyFolder.ts";
import { contentPlace } from "../../clients/contentPlaces.ts";
import { HttpFileError } from "../../clients/httpFiles.ts";
import { ceremonyTree } from "../../src/ceremony/tree.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import type { Hex } from "../../src/units/hex.ts";
import { startFileServer, type FileServer } from "../helpers/fileServer.ts";
import { testCeremony } from "../src/support/operators.ts";

const OTHERS = "have its operator store the files that were registered, or name their folder with --dir";

function makeBatch(count: number, firstKeyIndex = 0) {
  const { ceremony, files } = testCeremony({ count, firstKeyIndex });
  const root = ceremonyTree(ceremony.keys).root as Hex;
  const commitment = { root, count, operatorIds: ceremony.operatorIds };
  return { ceremony, files: batchFiles(files), commitment };
}

describe("content of a batch", () => {
  const { ceremony, files, commitment } = makeBatch(2);
  const other = makeBatch(2, 5);
  const fewer = makeBatch(1);
  const withProofs = { ...files, "proofs.json": "[]\n" };
  let folder: string;
  let server: FileServer;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "pooleth-content-"));
    server = await startFileServer();
  });

  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await server.stop();
  });

  const registered = (contentURI: string) => ({ batchId: 3n, contentURI, ...commitment });
  const paths = () => Object.keys(withProofs).map((name) => `/pool/${commitment.root}/${name}`);

  async function refuses(run: Promise<unknown>, type: new (...args: never[]) => Error, message: string) {
    const error: unknown = await run.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(type).with.property("message", message);
  }

  describe("storeContent", () => {
    const storeAt = (address: string, timeout = 5_000) =>
      storeContent(contentPlace(address, "content", { timeout }), withProofs, commitment, LOCAL);

    it("keeps the files in a folder under the root, once, and fetchContent reads them", async () => {
      const place = contentPlace(folder, "content");
      await storeContent(place, withProofs, commitment, LOCAL);
      await storeContent(place, withProofs, commitment, LOCAL);

      const stored = join(folder, commitment.root);
      expect(readdirSync(folder)).to.deep.equal([commitment.root]);
      expect(readdirSync(stored).sort()).to.deep.equal(Object.keys(withProofs).sort());
      for (const [name, text] of Object.entries(withProofs))
        expect(readFileSync(join(stored, name), "utf8")).to.equal(text);
      expect(place.uri).to.equal(`${pathToFileURL(folder).href}/`);
      expect(await fetchContent(registered(`${place.uri}${commitment.root}/`), LOCAL)).to.deep.equal(ceremony);
    });

    it("completes what was interrupted, and never replaces other content", async () => {
      const stored = join(folder, commitment.root);
      mkdirSync(stored);
      writeFileSync(join(stored, "deposit_data.json"), files["deposit_data.json"] ?? "");
      await storeAt(folder);
      expect(readdirSync(stored)).to.have.length(3);

      const file = join(stored, "proofs.json");
      writeFileSync(file, "[1]");
      await refuses(
        storeAt(folder),
        BatchContentError,
        `content is another file already (got ${pathToFileURL(file).href}): find out who stored it; then remove it, or name another place`,
      );
      expect(readFileSync(file, "utf8")).to.equal("[1]");
    });

    it("puts the files to a server with the header, once, and reads them back without it", async () => {
      const address = `${server.url}/pool`;
      const place = contentPlace(address, "content", { header: ["Authorization", "Bearer secret"] });
      const reader = contentPlace(`${address}/`, "content");
      await storeContent(place, withProofs, commitment, LOCAL, reader);
      await storeContent(place, withProofs, commitment, LOCAL, reader);

      expect([...server.files]).to.deep.equal(paths().map((path, i) => [path, Object.values(withProofs)[i]]));
      const puts = server.seen.filter(({ method }) => method === "PUT");
      expect(puts).to.deep.equal(paths().map((path) => ({ method: "PUT", path, authorization: "Bearer secret" })));
      expect(server.seen.slice(-1)).to.deep.equal([{ method: "GET", path: paths()[1], authorization: undefined }]);
      expect(await fetchContent(registered(`${address}/${commitment.root}`), LOCAL)).to.deep.equal(ceremony);
    });

    it("names what a server refuses, and how to go on", async () => {
      const [first = ""] = paths();
      const address = `${server.url}/pool`;
      const refusesPut = async (status: number, remedy: string) => {
        server.answer = ({ method }) => (method === "PUT" ? { status, body: "no" } : undefined);
        await refuses(
          storeAt(address),
          HttpFileError,
          `content answers with HTTP status ${status} (got ${server.url}${first}): ${remedy}`,
        );
      };
      const header = "have the server allow it; to store, name the variable that holds its header with --content-auth";
      await refusesPut(401, header);
      await refusesPut(403, header);
      await refusesPut(409, "have the server make the folders of new files");
      await refusesPut(507, "look at what the server logs, and try again");
      // A redirect that would make a PUT a GET.
      server.answer = ({ method }) => (method === "PUT" ? { status: 302, headers: { location: "/" } } : undefined);
      await refuses(
        storeAt(address),
        HttpFileError,
        `content answers with HTTP status 302 (got ${server.url}${first}): look at what the server logs, and try again`,
      );
    });

    it("waits for a server no longer than the time limit, and says when there is none", async () => {
      const [first = ""] = paths();
      server.answer = () => "hang";
      await refuses(
        storeAt(`${server.url}/pool`, 100),
        HttpFileError,
        `content does not answer within 0.1 seconds (got ${server.url}${first}): try again, or use another server`,
      );
      const gone = await startFileServer();
      await gone.stop();
      await refuses(
        storeAt(`${gone.url}/pool`),
        HttpFileError,
        `content cannot be reached, ECONNREFUSED (got ${gone.url}${first}): check the address, and that its server runs`,
      );
      await refuses(
        storeAt("http://127.0.0.1:1/pool"),
        HttpFileError,
        `content has a port that is kept for another service (got http://127.0.0.1:1${first}): use another port`,
      );
    });

    it("refuses a server that gives back something else, or nothing", async () => {
      const [first = ""] = paths();
      const message = `content does not give back what was stored (got ${server.url}${first}): name a place that keeps files as they are, and gives them to everybody at once`;
      const change = (body: string | undefined) => {
        server.files.clear();
        server.answer = ({ method, path }) =>
          method === "GET" && path === first && server.files.has(path)
            ? { status: body === undefined ? 404 : 200, body: body ?? "" }
            : undefined;
      };
      change(`${files["deposit_data.json"] ?? ""} `);
      await refuses(storeAt(`${server.url}/pool`), BatchContentError, message);
      change(undefined);
      await refuses(storeAt(`${server.url}/pool`), BatchContentError, message);
    });

    it("refuses files that are not those of the root, and files too large to be read again", async () => {
      await refuses(
        storeContent(contentPlace(folder, "content"), other.files, commitment, LOCAL),
        BatchContentError,
        `content is another batch, root ${other.commitment.root} of 2 keys for operators 3, 5, 8, 13 instead of root ${commitment.root} of 2 keys for operators 3, 5, 8, 13 (got ${pathToFileURL(folder).href}/${commitment.root}/): ${OTHERS}`,
      );
      expect(maxContentBytes(commitment)).to.equal(2_048 * 11);
      expect(maxContentBytes({ count: 65_535, operatorIds: commitment.operatorIds })).to.equal(16 * 2 ** 20);
      const large = { ...files, "proofs.json": " ".repeat(2_048 * 11 + 1) };
      await refuses(
        storeContent(contentPlace(folder, "content"), large, commitment, LOCAL),
        HttpFileError,
        "dir has more than the 22528 bytes that so many keys need (got proofs.json): make smaller batches, and have nothing else stored there",
      );
    });
  });

  describe("fetchContent", () => {
    const at = () => `${server.url}/${commitment.root}/`;
    const serve = (texts: Readonly<Record<string, string>>) => {
      for (const [name, text] of Object.entries(texts)) server.files.set(`/${commitment.root}/${name}`, text);
    };

    it("refuses a batch without URI, and one whose file is missing", async () => {
      await refuses(
        fetchContent(registered(""), LOCAL),
        BatchContentError,
        "content of batch 3 was registered without a URI (got nothing): name its folder with --dir",
      );
      await refuses(
        fetchContent(registered(at()), LOCAL),
        BatchContentError,
        `content of batch 3 is not there (got ${at()}deposit_data.json): have its operator store the files, or name their folder with --dir`,
      );
    });

    it("trusts no server: files of another batch, changed ones and other counts are refused", async () => {
      serve(other.files);
      const { root } = commitment;
      await refuses(
        fetchContent(registered(at()), LOCAL),
        BatchContentError,
        `content of batch 3 is another batch, root ${other.commitment.root} of 2 keys for operators 3, 5, 8, 13 instead of root ${root} of 2 keys for operators 3, 5, 8, 13 (got ${at()}): ${OTHERS}`,
      );
      serve(files);
      await refuses(
        fetchContent({ ...registered(at()), operatorIds: [3n, 5n, 8n, 14n] }, LOCAL),
        BatchContentError,
        `content of batch 3 is another batch, root ${root} of 2 keys for operators 3, 5, 8, 13 instead of root ${root} of 2 keys for operators 3, 5, 8, 14 (got ${at()}): ${OTHERS}`,
      );
      serve({ "deposit_data.json": (files["deposit_data.json"] ?? "").replace("32000000000", "33000000000") });
      const error: unknown = await fetchContent(registered(at()), LOCAL).catch((thrown: unknown) => thrown);
      expect(error)
        .to.have.property("message")
        .that.contains(`${at()}deposit_data.json[0].deposit_message_root does not follow from the entry`);
    });

    it("compares counts before it verifies anything", async () => {
      const wrong = (name: string, count: number) =>
        `content of batch 3 is of 1 keys instead of ${count} (got ${at()}${name}): ${OTHERS}`;
      const unsigned = (fewer.files["deposit_data.json"] ?? "").replace("32000000000", "33000000000");
      serve({ ...fewer.files, "deposit_data.json": unsigned });
      await refuses(fetchContent(registered(at()), LOCAL), BatchContentError, wrong("deposit_data.json", 2));
      serve({ ...fewer.files, "deposit_data.json": files["deposit_data.json"]?.replace("32000000000", "33") ?? "" });
      await refuses(fetchContent(registered(at()), LOCAL), BatchContentError, wrong("keyshares.json", 2));
    });

    it("reads no more than so many keys need, and text only", async () => {
      const file = `${at()}deposit_data.json`;
      serve({ ...files, "deposit_data.json": " ".repeat(maxContentBytes(commitment) + 1) });
      await refuses(
        fetchContent(registered(at()), LOCAL),
        HttpFileError,
        `content of batch 3 has more than the 22528 bytes that so many keys need (got ${file}): make smaller batches, and have nothing else stored there`,
      );
      server.answer = () => ({ status: 200, body: Uint8Array.of(0xff, 0xfe) });
      await refuses(
        fetchContent(registered(at()), LOCAL),
        HttpFileError,
        `content of batch 3 is no UTF-8 text (got ${file}): have the files stored again as they are`,
      );
      mkdirSync(join(folder, commitment.root));
      const large = join(folder, commitment.root, "deposit_data.json");
      writeFileSync(large, " ".repeat(maxContentBytes(commitment) + 1));
      await refuses(
        fetchContent(registered(`${pathToFileURL(folder).href}/${commitment.root}/`), LOCAL),
        HttpFileError,
        `content of batch 3 has more than the 22528 bytes that so many keys need (got ${large}): make smaller batches, and have nothing else stored there`,
      );
    });

    it("follows a server to another path, but not to another host and not for ever", async () => {
      const file = `${at()}deposit_data.json`;
      serve(files);
      const redirect = (to: (path: string) => string, unless: string) => {
        server.answer = ({ path }) =>
          path.startsWith(unless) ? undefined : { status: 302, headers: { location: to(path) } };
      };
      redirect((path) => path.replace("/old", ""), `/${commitment.root}`);
      expect(await fetchContent(registered(`${server.url}/old/${commitment.root}/`), LOCAL)).to.deep.equal(ceremony);

      const elsewhere = await startFileServer();
      redirect((path) => `${elsewhere.url}${path}`, "/none");
      await refuses(
        fetchContent(registered(at()), LOCAL),
        HttpFileError,
        `content of batch 3 redirects to ${elsewhere.url}, which is not followed (got ${file}): name that address, if you trust it`,
      );
      expect(elsewhere.seen).to.deep.equal([]);
      await elsewhere.stop();
      redirect((path) => path, "/none");
      await refuses(
        fetchContent(registered(at()), LOCAL),
        HttpFileError,
        `content of batch 3 redirects more than 3 times (got ${file}): name the address that it leads to`,
      );
      expect(server.seen.slice(-4).map(({ path }) => path)).to.deep.equal(
        Array<string>(4).fill(`/${commitment.root}/deposit_data.json`),
      );
    });
  });
});
