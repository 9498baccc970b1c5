// Receives webhooks and checks their signatures (Standard Webhooks 1.0). Node 20 or newer, nothing to install to run.
//
//     npm ci && npm run build
//     node receive.js 9000 secret.txt
//
// The file holds the secret that the subscription was answered with, `whsec_…`; more of them, a line each. Prints a line
// for each entry that is genuine.
import { createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

const AGE_SECS_MAX = 5 * 60;
const BODY_BYTES_MAX = 32 * 1024 * 1024;

/** Whether whoever knows one of the secrets signed it, and not long ago. */
function isGenuine(secrets: string[], headers: IncomingHttpHeaders, body: Buffer): boolean {
  const [id, timestamp] = [String(headers["webhook-id"]), Number(headers["webhook-timestamp"])];
  if (!(Math.abs(Date.now() / 1000 - timestamp) <= AGE_SECS_MAX)) return false;
  const theirs = String(headers["webhook-signature"]).split(" ").map((one) => Buffer.from(one));
  return secrets.some((secret) => {
    const key = Buffer.from(secret.slice("whsec_".length), "base64");
    const mac = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64");
    const ours = Buffer.from(`v1,${mac}`);
    return theirs.some((one) => one.length === ours.length && timingSafeEqual(one, ours));
  });
}

const [, , port, file] = process.argv;
if (port === undefined || file === undefined) {
  console.error("usage: node receive.js PORT FILE-WITH-THE-SECRET");
  process.exit(2);
}
// Ids that were had. What lasts would be kept where the work is done, in the same transaction.
const had = new Set<string>();
const server = createServer(async (request, answer) => {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > BODY_BYTES_MAX) return request.destroy();
    pieces.push(piece);
  }
  const body = Buffer.concat(pieces);
  const secrets = readFileSync(file, "utf8").split(/\s+/).filter((secret) => secret !== "");
  if (!isGenuine(secrets, request.headers, body)) return answer.writeHead(401).end();
  const id = String(request.headers["webhook-id"]);
  if (!had.has(id)) {
    const event = JSON.parse(body.toString()) as { sequence: string; type: string };
    console.log(`${Number(event.sequence)} ${event.type}`);
    had.add(id);
  }
  answer.writeHead(204).end();
});
server.listen(Number(port), "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
