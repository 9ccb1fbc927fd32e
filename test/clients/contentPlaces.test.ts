import { expect } from "chai";

import { contentPlace, ContentPlaceError, publicUri } from "../../clients/contentPlaces.ts";

const KINDS = "give a folder, or an http, https or file URL";
const CREDENTIALS = "store the header that the server asks for under a name, and give that name with --content-auth";

describe("contentPlace", () => {
  function refuses(run: () => unknown, message: string) {
    expect(run).to.throw(ContentPlaceError).with.property("message", message);
  }

  it("tells folders and addresses apart, and gives each a URI with a slash at its end", () => {
    expect(contentPlace("/srv/web root", "content")).to.include({
      uri: "file:///srv/web%20root/",
      folder: "/srv/web root",
    });
    expect(contentPlace("file:///srv/web%20root", "content")).to.include({ folder: "/srv/web root" });
    expect(contentPlace("HTTPS://Example.org/a//", "content").uri).to.equal("https://example.org/a/");
    const below = contentPlace("https://example.org", "content").below("0xab");
    expect([below.uri, below.folder]).to.deep.equal(["https://example.org/0xab/", undefined]);
  });

  it("refuses what is neither, and never shows what could be a secret", () => {
    const refusesPlace = (address: string, message: string) => {
      refuses(() => contentPlace(address, "content"), message);
    };
    refusesPlace("s3://bucket/a", `content cannot be used, being s3 (got s3://bucket/a): ${KINDS}`);
    refusesPlace("https://", `content is not a URL (got https://): ${KINDS}`);
    refusesPlace("https://me:pass@ho st/", `content is not a URL (got https://ho st/): ${KINDS}`);
    refusesPlace("file://server/a", `content names a folder of another machine (got file://server/a): ${KINDS}`);
    const carries = "carries credentials, which everybody would read";
    refusesPlace("https://me:p@ss@host/a?b", `content ${carries} (got https://host/a): ${CREDENTIALS}`);
    refusesPlace("https://token@host/a", `content ${carries} (got https://host/a): ${CREDENTIALS}`);
    const query = "has a query or fragment";
    refusesPlace("https://host/a?key=secret", `content ${query} (got https://host/a): give the address up to its path`);
    refusesPlace("https://host/a#secret", `content ${query} (got https://host/a): give the address up to its path`);
  });

  it("refuses what is shown otherwise than it is used, whoever registered it", () => {
    for (const [sign, shown] of [
      ["\n", "\\u000a"],
      ["\t", "\\u0009"],
      ["\r", "\\u000d"],
      ["\u001b", "\\u001b"],
      ["\u2028", "\\u2028"],
      ["\u202e", "\\u202e"],
    ])
      for (const [read, prefix] of [
        [contentPlace, "https://example.org/"],
        [contentPlace, "/srv/"],
        [publicUri, "ipfs://bafy/"],
      ] as const)
        refuses(
          () => read(`${prefix}a${sign}b`, "content"),
          `content contains control characters (got ${prefix}a${shown}b): give an address that is shown as it is`,
        );
  });

  it("sends a header over https, and within this machine, only", () => {
    const access = { header: ["Authorization", "Bearer secret"] as const };
    refuses(
      () => contentPlace("http://example.org/a", "content", access),
      "content would send the secret header in the clear (got http://example.org/a): use https",
    );
    for (const address of ["https://example.org/", "http://127.0.0.1:1/", "http://localhost/", "http://[::1]:80/"])
      expect(contentPlace(address, "content", access).folder).to.equal(undefined);
  });
});

describe("publicUri", () => {
  it("takes any URI without secrets, and ends it with a slash", () => {
    expect(publicUri("ipfs://bafy", "contentUri")).to.equal("ipfs://bafy/");
    expect(publicUri("https://example.org/a/", "contentUri")).to.equal("https://example.org/a/");
    expect(() => publicUri("example", "contentUri"))
      .to.throw(ContentPlaceError)
      .with.property("message", "contentUri is not a URI (got example): give one, such as https://example.org/batches");
    expect(() => publicUri("https://me:pass@host/", "contentUri"))
      .to.throw(ContentPlaceError)
      .with.property(
        "message",
        `contentUri carries credentials, which everybody would read (got https://host/): ${CREDENTIALS}`,
      );
  });
});
