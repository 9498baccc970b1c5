//! Rounds over HTTP.

use serde_json::json;

use crate::http::{C, opened};

#[test]
fn rounds_are_scheduled_and_scheduled_anew() {
    let server = opened();
    let sixth = format!("{C}/rounds/sixth");
    let july = json!({"name": "Sixth round", "starts": "2018-07-09", "ends": "2018-07-13"});
    let first = server.put(&sixth, &july);
    let shown = first.expect(201);
    assert_eq!(
        (&shown["id"], &shown["starts"], &shown["scheduled"]),
        (&json!("sixth"), &json!("2018-07-09"), &json!(6))
    );
    assert_eq!(first.header("location"), sixth);
    assert_eq!(server.put(&sixth, &july).expect(200)["seq"], 6, "it is scheduled so already");
    let june = json!({"name": "Fifth round", "starts": "2018-06-04", "ends": "2018-06-08"});
    server.put(&format!("{C}/rounds/fifth"), &june).expect(201);
    let longer = json!({"name": "Sixth round", "starts": "2018-07-09", "ends": "2018-07-14"});
    assert_eq!(server.put(&sixth, &longer).expect(200)["scheduled"], 8);
    let listed = server.get(&format!("{C}/rounds")).expect(200);
    let ids: Vec<&str> = listed["rounds"].as_array().unwrap().iter().map(|r| r["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["fifth", "sixth"], "in the order of the calendar");
    assert_eq!(server.get(&sixth).expect(200)["ends"], "2018-07-14");
    server.put(&sixth, &json!({"name": "x", "starts": "2018-07-09", "ends": "2018-07-08"})).problem(422, "bad-command");
    server.put(&sixth, &json!({"name": "x", "starts": "9 July", "ends": "2018-07-08"})).problem(422, "bad-body");
    server.put(&format!("{C}/rounds/Sixth"), &july).problem(422, "bad-id");
    server.get(&format!("{C}/rounds/seventh")).problem(404, "not-found");
}
