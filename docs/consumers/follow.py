"""Follows a compact and rebuilds its text from the stream of events alone. Python 3.9 or newer, nothing to install.

    python3 follow.py http://127.0.0.1:8018/api/v1/compacts/harbours harbours.json

Where the server asks for a token, it is in the environment: TRAVAUX_TOKEN=trv_…; without one it follows what the public is
shown. Prints a line for each entry, and the text whenever a draft is issued. The file keeps how far it came and the text as it
stood there, so that it goes on where it was when it is started again, or the server is.
"""
import http.client
import json
import os
import sys
import time
import urllib.error
import urllib.request

PAUSE_SECS = 2
# The server sends something every 10 seconds: where nothing comes for longer, the connection is dead.
SILENCE_SECS = 30
TOKEN = os.environ.get("TRAVAUX_TOKEN")


def apply(text, change):
    """Applies one change to the text: a list of provisions, in order."""
    places = {row["provision"]: place for place, row in enumerate(text)}
    if "splices" in change:
        row = text[places[change["provision"]]]
        # From the end on, as all places are told against the wording before.
        for splice in reversed(change["splices"]):
            start, end = splice["at"], splice["at"] + len(splice["struck"])
            assert row["text"][start:end] == splice["struck"], "the text is not the one that was changed"
            row["text"] = row["text"][:start] + splice["added"] + row["text"][end:]
    elif "relabel" in change:
        text[places[change["relabel"]["provision"]]].update(change["relabel"])
    elif "strike" in change:
        del text[places[change["strike"]["provision"]]]
    else:
        told = change.get("insert") or change["move"]
        row = text.pop(places[told["provision"]]) if "move" in change else told
        before = [row["provision"] for row in text]
        text.insert(before.index(told["after"]) + 1 if told["after"] else 0, row)


def events(address, after):
    """The events after a seq, with the seq of each, until the connection ends."""
    headers = {"Accept": "text/event-stream", "Last-Event-ID": str(after)}
    if TOKEN:
        headers["Authorization"] = f"Bearer {TOKEN}"
    request = urllib.request.Request(f"{address}/events", headers=headers)
    with urllib.request.urlopen(request, timeout=SILENCE_SECS) as lines:
        seq, data = after, []
        for line in lines:
            field, _, value = line.decode().rstrip("\r\n").partition(": ")
            if field == "id":
                seq = int(value)
            elif field == "data":
                data.append(value)
            elif not field and data:
                yield seq, json.loads("\n".join(data))
                data = []


def follow(address, file):
    known = {"after": 0, "text": []}
    if os.path.exists(file):
        with open(file, encoding="utf-8") as kept:
            known = json.load(kept)
    while True:
        try:
            for seq, event in events(address, known["after"]):
                for change in event["data"].get("changes", []):
                    apply(known["text"], change)
                known["after"] = seq
                # Cursor and text in one file, all or nothing: they never tell different stories.
                with open(file + ".new", "w", encoding="utf-8") as kept:
                    json.dump(known, kept, ensure_ascii=False)
                os.replace(file + ".new", file)
                show(seq, event, known["text"])
        except urllib.error.HTTPError as refused:
            if refused.code < 500:
                sys.exit(f"{refused.code}: {json.load(refused)['detail']}")
        except (OSError, http.client.HTTPException) as lost:
            print(f"no connection ({lost}), trying again", file=sys.stderr)
        time.sleep(PAUSE_SECS)


def show(seq, event, text):
    print(seq, event["type"], flush=True)
    if event["type"] == "travaux.draft-issued.v1":
        print(f"\n{event['data']['label']}\n")
        for row in text:
            print((row["label"] + ". " if row["label"] else "") + row["text"], flush=True)
        print(flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    follow(sys.argv[1].rstrip("/"), sys.argv[2])
