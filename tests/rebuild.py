"""Rebuilds every version of a compact from its event stream alone: NDJSON in, {seq: [[provision, text], …]} out."""
import json
import sys

text, versions = [], {}
for event in map(json.loads, sys.stdin):
    for change in event["data"].get("changes", []):
        places = {provision: i for i, (provision, _) in enumerate(text)}
        if "splices" in change:
            row = text[places[change["provision"]]]
            for s in reversed(change["splices"]):
                assert row[1][s["at"]:].startswith(s["struck"])
                row[1] = row[1][:s["at"]] + s["added"] + row[1][s["at"] + len(s["struck"]):]
        elif "relabel" not in change:
            told = change.get("insert") or change.get("move") or change["strike"]
            old = text.pop(places[told["provision"]]) if told["provision"] in places else None
            if "after" in told:
                at = [p for p, _ in text].index(told["after"]) + 1 if told["after"] else 0
                text.insert(at, old or [told["provision"], told["text"]])
    versions[int(event["sequence"])] = [list(row) for row in text]
json.dump(versions, sys.stdout)
