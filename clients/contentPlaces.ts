import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { FieldError } from "../src/units/errors.ts";
import { hidesSomething, showHidden } from "../src/units/hiddenText.ts";
import { makeFolder, writeText } from "./files.ts";
import { readFolderFile } from "./folderFiles.ts";
import { getText, putText, showUrl, tooLarge, type HttpAccess } from "./httpFiles.ts";

/** An address is none at which files are kept. */
export class ContentPlaceError extends FieldError {}

/** Where files are kept under their names. */
export interface ContentPlace {
  /** Its URI, ending with a slash; for messages, too. */
  readonly uri: string;
  /** Its absolute path, if it is a folder. */
  readonly folder?: string;
  /** The place of that name below this one. */
  below(name: string): ContentPlace;
  /** The text of a file; nothing if there is none. */
  read(name: string, maxBytes: number): Promise<string | undefined>;
  write(name: string, text: string): Promise<void>;
}

/** At least two letters: a drive of Windows has one. */
const SCHEME = /^([a-z][a-z0-9+.-]+):/i;
const KINDS = "give a folder, or an http, https or file URL";
const ON_THIS_MACHINE = /^(?:127\.0\.0\.1|\[::1\]|localhost)$/;

/**
 * The place that an address means: a folder, or an http, https or file URL.
 * @param field Through what it was given.
 * @throws {ContentPlaceError} If it is of another kind, carries credentials or a query, or would let others read the
 *   header that opens it.
 */
export function contentPlace(address: string, field: string, access: HttpAccess = {}): ContentPlace {
  checkVisible(address, field);
  const scheme = SCHEME.exec(address)?.[1]?.toLowerCase();
  if (scheme === undefined) return folderPlace(address, field);
  const url = URL.parse(address);
  if (url === null) throw refuse(field, address, "is not a URL", KINDS);
  checkUrl(url, field, address);
  if (scheme === "file") {
    if (url.host !== "") throw refuse(field, address, "names a folder of another machine", KINDS);
    return folderPlace(fileURLToPath(url), field);
  }
  if (scheme !== "http" && scheme !== "https") throw refuse(field, address, `cannot be used, being ${scheme}`, KINDS);
  if (access.header !== undefined && scheme === "http" && !ON_THIS_MACHINE.test(url.hostname))
    throw refuse(field, address, "would send the secret header in the clear", "use https");
  return httpPlace(url, field, access);
}

/**
 * The address with a slash at its end, if it is a URI that others can be told of.
 * @throws {ContentPlaceError} If it is no URI, or carries credentials or a query.
 */
export function publicUri(address: string, field: string): string {
  checkVisible(address, field);
  const url = URL.parse(address);
  if (url === null || !SCHEME.test(address))
    throw refuse(field, address, "is not a URI", "give one, such as https://example.org/batches");
  checkUrl(url, field, address);
  return address.replace(/\/*$/, "/");
}

/** URLs are read without their line breaks and tabs, so that another address would be shown than is used. */
function checkVisible(address: string, field: string): void {
  if (hidesSomething(address))
    throw refuse(field, address, "contains control characters", "give an address that is shown as it is");
}

function checkUrl(url: URL, field: string, address: string): void {
  if (url.username !== "" || url.password !== "")
    throw refuse(
      field,
      address,
      "carries credentials, which everybody would read",
      "store the header that the server asks for under a name, and give that name with --content-auth",
    );
  if (url.search !== "" || url.hash !== "")
    throw refuse(field, address, "has a query or fragment", "give the address up to its path");
}

function folderPlace(folder: string, field: string): ContentPlace {
  const path = resolve(folder);
  return {
    uri: pathToFileURL(path).href.replace(/\/*$/, "/"),
    folder: path,
    below: (name) => folderPlace(join(path, name), field),
    read: (name, maxBytes) =>
      asynchronously(() => {
        const file = join(path, name);
        if (!existsSync(file)) return undefined;
        if (statSync(file).size > maxBytes) throw tooLarge(field, file, maxBytes);
        return readFolderFile(file, field);
      }),
    write: (name, text) =>
      asynchronously(() => {
        makeFolder(path, field);
        writeText(join(path, name), field, text);
      }),
  };
}

function httpPlace(url: URL, field: string, access: HttpAccess): ContentPlace {
  const base = new URL(url.href.replace(/\/*$/, "/"));
  const at = (name: string) => new URL(encodeURIComponent(name), base);
  return {
    uri: showUrl(base),
    below: (name) => httpPlace(at(name), field, access),
    read: (name, maxBytes) => getText(at(name), field, maxBytes, access),
    write: (name, text) => putText(at(name), field, text, access),
  };
}

async function asynchronously<T>(operation: () => T): Promise<T> {
  return Promise.resolve().then(operation);
}

function refuse(field: string, address: string, problem: string, remedy: string): ContentPlaceError {
  const shown = address.replace(/\/\/\S*@/g, "//").replace(/[?#].*$/s, "");
  return new ContentPlaceError(field, showHidden(shown), problem, remedy);
}
