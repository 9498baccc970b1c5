// Follows a compact and rebuilds its text from the stream of events alone. Node 20 or newer, nothing to install to run.
//
//     npm ci && npm run build
//     node follow.js http://127.0.0.1:8018/api/v1/compacts/harbours harbours.json
//
// Where the server asks for a token, it is in the environment: TRAVAUX_TOKEN=trv_…; without one it follows what the public
// is shown. Prints a line for each entry, and the text whenever a draft is issued. The file keeps how far it came and the
// text as it stood there, so that it goes on where it was when it is started again, or the server is.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

const PAUSE_MILLIS = 2_000;
// The server sends something every 10 seconds: where nothing comes for longer, the connection is dead.
const SILENCE_MILLIS = 30_000;
const TOKEN = process.env.TRAVAUX_TOKEN;

type Provision = { provision: string; kind?: string; level?: number; label: string | null; text: string };
type Place = { provision: string; after: string | null };
type Change =
  | { provision: string; splices: { at: number; struck: string; added: string }[] }
  | { relabel: { provision: string } & Partial<Provision> }
  | { strike: { provision: string } }
  | { insert: Provision & Place }
  | { move: Place };
type Event = { type: string; data: { label?: string; changes?: Change[] } };
type Known = { after: number; text: Provision[] };

/** The text kept is not the one that the record is of: begin anew without the file. */
class Broken extends Error {}

/** Applies one change to the text: provisions, in order. */
function apply(text: Provision[], change: Change): void {
  const place = (id: string): number => {
    const found = text.findIndex((row) => row.provision === id);
    if (found < 0) throw new Broken(`there is no provision ${id}`);
    return found;
  };
  if ("splices" in change) {
    const row = text[place(change.provision)]!;
    // Places count Unicode scalar values, which strings here do not; and from the end on, as all are told against the
    // wording before.
    const words = [...row.text];
    for (const { at, struck, added } of change.splices.toReversed()) {
      const gone = words.splice(at, [...struck].length, ...added).join("");
      if (gone !== struck) throw new Broken("the text is not the one that was changed");
    }
    row.text = words.join("");
  } else if ("relabel" in change) {
    Object.assign(text[place(change.relabel.provision)]!, change.relabel);
  } else if ("strike" in change) {
    text.splice(place(change.strike.provision), 1);
  } else {
    const told: Place = "insert" in change ? change.insert : change.move;
    const row = "insert" in change ? change.insert : text.splice(place(change.move.provision), 1)[0]!;
    text.splice(told.after === null ? 0 : place(told.after) + 1, 0, row);
  }
}

/** The events after a seq, with the seq of each, until the connection ends. */
async function* events(address: string, after: number): AsyncGenerator<[number, Event]> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MILLIS);
  try {
    const who: Record<string, string> = TOKEN ? { authorization: `Bearer ${TOKEN}` } : {};
    const headers = { accept: "text/event-stream", "last-event-id": String(after), ...who };
    const answer = await fetch(`${address}/events`, { headers, signal: silence.signal });
    if (answer.status >= 400 && answer.status < 500) {
      console.error(`${answer.status}: ${((await answer.json()) as { detail: string }).detail}`);
      process.exit(1);
    }
    if (!answer.ok || !answer.body) throw new Error(`status ${answer.status}`);
    const decoder = new TextDecoder();
    let [rest, seq, data] = ["", after, [] as string[]];
    for await (const piece of answer.body) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MILLIS);
      const lines = (rest + decoder.decode(piece, { stream: true })).split("\n");
      rest = lines.pop()!;
      for (const line of lines) {
        if (line.startsWith("id: ")) seq = Number(line.slice(4));
        else if (line.startsWith("data: ")) data.push(line.slice(6));
        else if (line === "" && data.length > 0) yield [seq, JSON.parse(data.splice(0).join("\n")) as Event];
      }
    }
  } finally {
    clearTimeout(timer);
  }
}

function show(seq: number, event: Event, text: Provision[]): void {
  console.log(`${seq} ${event.type}`);
  if (event.type === "travaux.draft-issued.v1") {
    const rows = text.map((row) => (row.label === null ? row.text : `${row.label}. ${row.text}`));
    console.log(`\n${event.data.label}\n\n${rows.join("\n")}\n`);
  }
}

const [, , address, file] = process.argv;
if (address === undefined || file === undefined) {
  console.error("usage: node follow.js ADDRESS-OF-THE-COMPACT FILE");
  process.exit(2);
}
const known: Known = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { after: 0, text: [] };
for (;;) {
  try {
    for await (const [seq, event] of events(address.replace(/\/$/, ""), known.after)) {
      for (const change of event.data.changes ?? []) apply(known.text, change);
      known.after = seq;
      // Cursor and text in one file, all or nothing: they never tell different stories.
      writeFileSync(`${file}.new`, JSON.stringify(known));
      renameSync(`${file}.new`, file);
      show(seq, event, known.text);
    }
  } catch (lost) {
    if (lost instanceof Broken) throw lost;
    console.error(`no connection (${lost}), trying again`);
  }
  await pause(PAUSE_MILLIS);
}
