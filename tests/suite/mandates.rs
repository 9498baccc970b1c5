//! Who speaks for a group, over HTTP and in the state.

use serde_json::{Value, json};
use travaux::compact::GroupId;

use crate::http::{C, opened};
use crate::room::Room;

#[test]
fn a_mandate_is_given_shown_and_ended() {
    let server = opened();
    let member = json!({"name": "Kenya", "groups": ["african-group"]});
    server.put(&format!("{C}/delegations/kenya"), &member).expect(201);
    let mandate = &format!("{C}/groups/african-group/mandates/kenya");
    let given = server.put(mandate, &Value::Null).expect(200);
    assert_eq!((&given["mandates"], &given["seq"]), (&json!(["kenya"]), &json!(7)));
    assert_eq!(server.put(mandate, &Value::Null).expect(200)["seq"], 7, "it speaks for it already");
    let shown = server.get(&format!("{C}/delegations/kenya")).expect(200);
    assert_eq!(shown["mandates"], json!([{"group": "african-group", "from": 7, "to": null}]));
    let ended = server.send("DELETE", mandate, &[], b"").expect(200);
    assert_eq!((&ended["mandates"], &ended["seq"]), (&json!([]), &json!(8)));
    let shown = server.get(&format!("{C}/delegations/kenya")).expect(200);
    assert_eq!(shown["mandates"], json!([{"group": "african-group", "from": 7, "to": 8}]));
    server.put(&format!("{C}/groups/eu/mandates/kenya"), &Value::Null).problem(409, "not-a-member");
    server.put(&format!("{C}/groups/eu/mandates/nobody"), &Value::Null).problem(404, "unknown-speaker");
}

#[test]
fn a_mandate_ends_with_the_membership_and_does_not_come_back_with_it() {
    let mut room = Room::default();
    room.play(include_str!("../stories/mandates.txt"));
    let id: GroupId = "norland".parse().unwrap();
    let norland = &room.compact().delegations[&id];
    let times: Vec<_> = norland.mandates.iter().map(|m| (m.group.as_str(), m.from.0, m.to.map(|to| to.0))).collect();
    let african = "african-states";
    assert_eq!(times, [(african, 6, Some(7)), (african, 8, Some(9)), (african, 11, Some(12))]);
    assert!(!norland.speaks_for(&african.parse().unwrap()));
}
